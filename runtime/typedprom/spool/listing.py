"""Listing: the run files of a spool, by whether their processes live."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Final, NamedTuple

from typedprom.spool.directory import RUN_SUFFIX, SpoolDirectory
from typedprom.spool.format import HEADER_BYTES, FormatError, OtherVersionError, is_ending
from typedprom.spool.liveness import is_dead, is_foreign, is_free
from typedprom.spool.opening import opened
from typedprom.spool.ownership import ForeignError
from typedprom.spool.run_reader import header_of

_UNFINISHED_SUFFIX: Final = ".new"  # of a file that its process is making
_ABANDONED_SECONDS: Final = 3600.0
_LEAST_BYTES: Final = 16 * 1024  # of the smallest run in memory
BATCH_BYTES: Final = 32 * 1024 * 1024  # of runs that are in memory at the same time
PART: Final = 2_000  # files, which are listed in less than 0.2 s
_FIRST_STEP: Final = 32  # runs
_QUICK: Final = 0.1  # seconds


class ListedRun(NamedTuple):
    """A run file that can be read. `is_ending` says that its process is about to end."""

    path: Path
    run: str
    created: float
    size: int
    pid: int
    modified: float
    is_ending: bool


@dataclass(slots=True)
class Listing:
    """The files under `runs/`. Runs are in the order in which they began.

    Processes of other kernels hold those `elsewhere`, which are among the live ones, and may still
    record into those that are `unsure`.
    """

    live: list[ListedRun] = field(default_factory=list[ListedRun])
    elsewhere: list[ListedRun] = field(default_factory=list[ListedRun])
    unsure: list[ListedRun] = field(default_factory=list[ListedRun])
    ended: list[ListedRun] = field(default_factory=list[ListedRun])  # to merge
    merged: list[Path] = field(default_factory=list[Path])  # already in the totals
    broken: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])  # to set aside
    skipped: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])  # not ours
    unreadable: list[tuple[Path, OSError]] = field(default_factory=list[tuple[Path, OSError]])
    abandoned: list[Path] = field(default_factory=list[Path])

    def runs(self) -> list[ListedRun]:
        """All runs that can be read."""
        return [*self.ended, *self.unsure, *self.live]

    def is_untidy(self) -> bool:
        """Whether there is something to merge, to remove or to set aside."""
        return bool(self.ended or self.merged or self.broken or self.abandoned)

    def is_in_use_elsewhere(self) -> bool:
        """Whether processes of another kernel record into the spool, and none of this one."""
        return 0 < len(self.elsewhere) == len(self.live)

    def add(self, part: Listing) -> None:
        """Add what is listed there."""
        self.live += part.live
        self.elsewhere += part.elsewhere
        self.unsure += part.unsure
        self.ended += part.ended
        self.merged += part.merged
        self.broken += part.broken
        self.skipped += part.skipped
        self.unreadable += part.unreadable
        self.abandoned += part.abandoned
        self.sort()

    def sort(self) -> None:
        """Put the runs in the order in which they began."""
        for runs in (self.live, self.unsure, self.ended):
            runs.sort(key=lambda run: (run.created, run.run))


def list_runs(directory: SpoolDirectory, merged: Collection[str], deadline: float = inf) -> Listing:
    """List the runs of the directory; those in `merged` are not opened. Raises TimeoutError."""
    listing = Listing()
    for part in list_in_parts(directory, merged):
        in_time(deadline)
        listing.add(part)
    return listing


def list_in_parts(directory: SpoolDirectory, merged: Collection[str]) -> Iterator[Listing]:
    """List the runs, `PART` files at a time: if there are more, the ones that changed first.

    Each part is in the order in which its runs began: only the files that are opened tell that.
    """
    names: list[str] = []
    try:
        with os.scandir(directory.runs) as entries:
            found = [*entries]
        if len(found) > PART:
            found.sort(key=_last_change)
        names = [entry.name for entry in found]
    except OSError as error:
        later = (directory.damaged, directory.totals)  # that are made after it, and never removed
        if not isinstance(error, FileNotFoundError) or any(map(os.path.lexists, later)):
            yield Listing(unreadable=[(directory.runs, error)])
    for start in range(0, len(names), PART):
        part = Listing()
        for name in names[start : start + PART]:
            _add(directory.runs / name, merged, part)
        part.sort()
        yield part


def has_ended_runs(directory: SpoolDirectory) -> bool:
    """Whether there is a run file that no process has locked; quicker than listing all of them."""
    with suppress(OSError), os.scandir(directory.runs) as entries:
        return any(map(_is_free_run, entries))
    return False


def _is_free_run(entry: os.DirEntry[str]) -> bool:
    with suppress(FormatError, OSError):
        if entry.name.endswith(RUN_SUFFIX):
            with opened(Path(entry.path)) as descriptor:
                return is_free(descriptor)
    return False


def in_time(deadline: float) -> None:
    """Raise TimeoutError once `time.monotonic()` is later."""
    if time.monotonic() > deadline:
        raise TimeoutError("the runs are more than can be read in the time given")


def batches(runs: Iterable[ListedRun]) -> Iterator[list[ListedRun]]:
    """The runs in their order, as many at a time as fit into memory."""
    batch: list[ListedRun] = []
    size = 0
    for run in runs:
        weight = max(run.size, _LEAST_BYTES)  # about its bytes in memory
        if batch and size + weight > BATCH_BYTES:
            yield batch
            batch = []
            size = 0
        batch.append(run)
        size += weight
    if batch:
        yield batch


def steps(runs: Sequence[ListedRun]) -> Iterator[list[ListedRun]]:
    """The runs in their order: few at first, more while that is quick, and never too many."""
    most = _FIRST_STEP
    for batch in batches(runs):
        start = 0
        while start < len(batch):
            began = time.monotonic()
            yield batch[start : start + most]
            start += most
            is_quick = time.monotonic() - began < _QUICK
            most = 2 * most if is_quick else max(most // 2, _FIRST_STEP)


def _last_change(entry: os.DirEntry[str]) -> float:
    with suppress(OSError):
        return entry.stat(follow_symlinks=False).st_mtime
    return 0.0


def _add(path: Path, merged: Collection[str], listing: Listing) -> None:
    if path.name.startswith(".") and path.suffix == _UNFINISHED_SUFFIX:
        if _is_abandoned(path):
            listing.abandoned.append(path)
    elif path.suffix == RUN_SUFFIX:
        if path.stem in merged:
            listing.merged.append(path)
            return
        try:
            _add_run(path, listing)
        except FileNotFoundError:
            pass  # merged meanwhile
        except FormatError as error:
            listing.broken.append((path, str(error)))
        except ForeignError as error:
            listing.skipped.append((path, error.why))
        except OSError as error:
            listing.unreadable.append((path, error))


def _add_run(path: Path, listing: Listing) -> None:
    with opened(path) as descriptor:
        try:
            header = header_of(descriptor, path)
        except FormatError as error:
            if isinstance(error, OtherVersionError) or not is_free(descriptor):
                listing.skipped.append((path, str(error)))
                return
            raise
        ending = is_ending(os.pread(descriptor, HEADER_BYTES, 0))
        status = os.fstat(descriptor)
        run = ListedRun(
            path,
            header.run,
            header.created,
            status.st_size,
            header.pid,
            status.st_mtime,
            ending,
        )
        if is_dead(descriptor, header):
            listing.ended.append(run)
        elif not is_foreign(header):
            listing.live.append(run)
        elif is_free(descriptor):
            listing.unsure.append(run)
        else:
            listing.live.append(run)
            listing.elsewhere.append(run)


def _is_abandoned(path: Path) -> bool:
    with suppress(FormatError, OSError), opened(path) as descriptor:
        age = time.time() - os.fstat(descriptor).st_mtime
        return age > _ABANDONED_SECONDS and is_free(descriptor)
    return False
