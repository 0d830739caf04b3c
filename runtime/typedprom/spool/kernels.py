"""Kernels: which one records into a spool, where several machines see its folder.

A spool belongs to one kernel at a time: that of the process that began to record last, which the
file `kernel` names. A process of another kernel may begin where none of these records any more.
While it cannot be sure, because it may not see their locks, it watches their files. Only the kernel
that is named merges runs.
"""

from __future__ import annotations

import os
from contextlib import suppress
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn
from zlib import crc32

from typedprom.spool import ownership
from typedprom.spool.directory import OtherKernelError
from typedprom.spool.format import FormatError
from typedprom.spool.liveness import QUIET_SECONDS, boot_id
from typedprom.spool.opening import contents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typedprom.spool.directory import ProgramDirectory, SpoolDirectory
    from typedprom.spool.listing import ListedRun, Listing
    from typedprom.spool.run_file import RunFile

_NAME: Final = "kernel"
_BESIDE: Final = " beside others"  # behind the name where there may be runs of others
_LONGEST: Final = 256
_MOST_WATCHED: Final = 64  # of the files, those that were written to last


class OtherKernels:
    """The runs of other kernels in the spool of a process, and whether they change."""

    def __init__(self, directory: ProgramDirectory) -> None:
        self._directory = directory
        self._watched: dict[str, _Look] = {}  # by run
        self._changed = -inf  # when one of them was seen to have changed

    def are_gone(self) -> bool:
        """Whether there is nothing to look at: this kernel recorded last, and beside no other."""
        boot = boot_id()
        return not boot or (not self._watched and _named(self._directory) == boot)

    def look(self) -> None:
        """Watch the runs of other kernels. Raises OtherKernelError where one of them records."""
        listing = _listed(self._directory)
        self._compare(_looks(listing.unsure))
        if listing.elsewhere:
            self._refuse()

    def begin(self) -> None:
        """Name this kernel as the one that records, once this process has a file.

        Then look at who has begun at the same time, and did not see it. Raises OtherKernelError.
        """
        _name(self._directory, boot_id() + _BESIDE)
        self.look()
        self._end_if_gone()

    def file_beside_none(self, make: Callable[[], RunFile]) -> RunFile:
        """The file, made where no other kernel records into the spool. Raises OSError."""
        if not self.are_gone():
            self.look()
        file = make()
        try:
            if not self.are_gone():
                self.begin()
        except BaseException:
            file.discard()
            raise
        return file

    def look_again(self) -> None:
        """Look at what is watched, while this process records. Raises OtherKernelError.

        Runs that began later are not watched: their processes watch those of this one.
        """
        if self._watched:
            found = _looks(_listed(self._directory).unsure)
            self._compare({run: look for run, look in found.items() if run in self._watched})
            self._end_if_gone()

    def _end_if_gone(self) -> None:
        """Where nothing is watched any more, let no process of this kernel look."""
        if not self._watched and _named(self._directory) == boot_id() + _BESIDE:
            _name(self._directory, boot_id())

    def _compare(self, found: dict[str, _Look]) -> None:
        if any(self._watched.get(run, look) != look for run, look in found.items()):
            self._changed = monotonic()
        self._watched = found
        if monotonic() - self._changed < QUIET_SECONDS:
            self._refuse()

    def _refuse(self) -> NoReturn:
        self._directory.is_used_elsewhere = True
        raise OtherKernelError(self._directory.path)


def may_merge(directory: SpoolDirectory) -> bool:
    """Whether this kernel merges the runs of a spool whose lock is held. Raises OSError."""
    boot = boot_id()
    if not boot or _named(directory).removesuffix(_BESIDE) == boot:
        return True
    listing = _listed(directory)
    if listing.elsewhere or listing.unsure:
        return False
    _name(directory, boot)
    return True


def is_taken_over(directory: SpoolDirectory) -> bool:
    """Whether another kernel has begun to record since this one did."""
    return _named(directory).removesuffix(_BESIDE) not in ("", boot_id())


class _Look(NamedTuple):
    """What was seen of a file."""

    modified: float
    checksum: int


def _listed(directory: SpoolDirectory) -> Listing:
    from typedprom.spool.listing import list_runs  # here: rarely needed to record

    return list_runs(directory, ())


def _looks(runs: Iterable[ListedRun]) -> dict[str, _Look]:
    """What the files of the runs are now, by run."""
    looks: dict[str, _Look] = {}
    newest = sorted(runs, key=lambda run: run.modified)[-_MOST_WATCHED:]
    for run in newest:
        with suppress(FormatError, OSError):
            looks[run.run] = _Look(run.modified, crc32(contents(run.path)))
    return looks


def _named(directory: SpoolDirectory) -> str:
    with suppress(FormatError, OSError):
        return contents(directory.path / _NAME, _LONGEST).decode("ascii", "replace")
    return ""


def _name(directory: SpoolDirectory, kernel: str) -> None:
    path = directory.path / _NAME
    new = path.with_name(f".{_NAME}.{os.urandom(8).hex()}.new")
    descriptor = ownership.create(new)  # not synchronised: after a power cut all look again
    try:
        os.write(descriptor, kernel.encode())
        new.rename(path)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise
    finally:
        os.close(descriptor)
