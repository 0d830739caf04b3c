"""The directory of a spool: its layout, its permissions and its locks."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from errno import EACCES, EBUSY
from pathlib import Path
from typing import Final

from typedprom.core.forks import run_in_children
from typedprom.core.misuse import log_once
from typedprom.core.system_calls import O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, synchronise
from typedprom.spool import ownership

RUN_SUFFIX: Final = ".run"
WHY_SUFFIX: Final = ".why"
_POLL_SECONDS: Final = 0.01
_MANY_RUNS: Final = 64

# The locks that this process holds. A forked child would hold them too, and for its life.
_held: Final[dict[int, os.stat_result]] = {}


class Busy(TimeoutError):  # noqa: N818 - it is not an error
    """Another process or thread has held the lock for longer than we wait."""


class OtherKernelError(OSError):
    """A process of another kernel records into the spool."""

    def __init__(self, spool: Path) -> None:
        super().__init__(EBUSY, "a program on another machine uses it", str(spool))

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}"


class SpoolDirectory:
    """The paths of a spool. Nothing is made before `prepare`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.runs = path / "runs"
        self.totals = path / "totals"
        self.totals_copy = path / "totals.copy"
        self.damaged = path / "damaged"
        self.refused = path / "refused"
        self._folders = (self.runs, self.damaged, self.refused)

    def prepare(self) -> None:
        """Make the folders that are missing; OSError if one cannot be made or written to."""
        self.check()  # before anything is made, and again in what may be another's
        for folder in (self.path, *self._folders):
            with suppress(FileExistsError):
                ownership.make_folder(folder)
            if folder is self.path:
                self.check()
        effective = os.access in os.supports_effective_ids
        for folder in (self.path, self.runs):
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK, effective_ids=effective):
                raise PermissionError(EACCES, f"{folder} cannot be written to", str(folder))

    def check(self) -> None:
        """Refuse folders that are another user's, or none, such as planted links. Raises OSError.

        What is missing is no reason to refuse the rest.
        """
        ownership.check_spool(self.path)
        for folder in (self.path, *self._folders):
            with suppress(FileNotFoundError):
                status = folder.stat() if folder is self.path else folder.lstat()
                if not stat.S_ISDIR(status.st_mode):
                    raise NotADirectoryError(f"{folder} is not a directory")
                if folder is not self.path:
                    ownership.check(status, folder)

    def has_many_runs(self) -> bool:
        """Whether there are so many run files that even who delivers nothing merges them."""
        try:
            with os.scandir(self.runs) as entries:
                return sum(1 for _ in entries) > _MANY_RUNS
        except OSError:  # it does not exist, or recording logs why it cannot be read
            return False

    def locked(self, seconds: float) -> AbstractContextManager[None]:
        """Hold the lock on totals; `Busy` where it is not free within that time."""
        self.check()
        return _locked(self.path / "lock", seconds)

    def push_locked(self, seconds: float) -> AbstractContextManager[None]:
        """Hold the lock on delivery, so that no older totals arrive after newer ones."""
        self.check()
        return _locked(self.path / "push.lock", seconds)

    def next_locked(self) -> AbstractContextManager[None]:
        """Hold the lock of the one process that waits for the lock on delivery, or raise `Busy`.

        Whoever takes it waits for the other lock, lets this one go, and only then reads the spool:
        what others have recorded before they find this lock held is delivered with it.
        """
        self.check()
        return _locked(self.path / "next.lock", 0.0)

    def duty_locked(self, path: Path) -> AbstractContextManager[None]:
        """Hold the lock of the one process that delivers for others, or raise `Busy`."""
        self.check()
        return _locked(path, 0.0)

    def set_aside(self, path: Path, why: str) -> None:
        """Move what is damaged into `damaged/`, under a free name, and log it."""
        kept = _moved(path, self.damaged)
        with suppress(OSError):
            why_file = kept.with_name(kept.name + WHY_SUFFIX)
            write_new(why_file, f"{why}\n".encode("utf-8", "replace"))
        log_once(
            ("spool", "damaged", str(self.path), path.suffix),
            lambda: f"{path} is damaged: {why}; it is kept as {kept}",
        )


class ProgramDirectory(SpoolDirectory):
    """The spool that a program records into.

    An operator who names a spool has chosen it. A program may run as root in an environment that
    others can prepare: what they may have planted is refused.
    """

    is_used_elsewhere = False  # on another kernel, which delivers it

    def check(self) -> None:
        """Refuse also what another user may have planted for a program of root's."""
        super().check()
        ownership.check_not_planted(self.path)
        if self.is_used_elsewhere:
            raise OtherKernelError(self.path)

    def prepare(self) -> None:
        """Make the folders that are missing, and log once if others can write to them."""
        self.is_used_elsewhere = False  # until it is found to be
        super().prepare()
        ownership.tell_of_open_folders(self.path)


def replace_file(path: Path, data: bytes) -> None:
    """Replace the file as a whole, by one that is written beside it. Raises OSError."""
    new = path.with_name(f".{path.name}.{os.urandom(8).hex()}.new")
    try:
        write_new(new, data)
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, safely to the disk."""
    descriptor = ownership.create(path)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        synchronise(descriptor, path)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make renames and removals in it survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    try:
        synchronise(descriptor, folder)
    finally:
        os.close(descriptor)


def _moved(path: Path, folder: Path) -> Path:
    number = 0
    while True:
        number += 1
        target = folder / (path.name if number == 1 else f"{path.name}.{number}")
        try:
            os.link(path, target, follow_symlinks=False)
        except FileExistsError:
            pass
        except OSError:  # a folder, or a file system without links
            if not os.path.lexists(target):
                path.rename(target)
                return target
        else:
            with suppress(OSError):
                sync_folder(folder)  # its new name is safe before the old one goes
            path.unlink()
            return target


@contextmanager
def _locked(path: Path, seconds: float) -> Generator[None]:
    descriptor = _lock(path, time.monotonic() + seconds)
    try:
        yield
    finally:
        if _is_held(descriptor):  # else this is a forked child, which has let it go
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # also of copies that forks made
        _close(descriptor)


def _lock(path: Path, deadline: float) -> int:
    while True:
        descriptor = _open(path)
        _held[descriptor] = os.fstat(descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), path.lstat()):
                return descriptor  # else the file was removed, and others lock a new one
        except (BlockingIOError, FileNotFoundError):
            pass
        except BaseException:
            _close(descriptor)
            raise
        _close(descriptor)
        if time.monotonic() >= deadline:
            raise Busy(f"{path} is locked by another process")
        time.sleep(_POLL_SECONDS)


def _close(descriptor: int) -> None:
    if _is_held(descriptor):
        os.close(descriptor)
    _held.pop(descriptor, None)


def _is_held(descriptor: int) -> bool:
    """Whether the descriptor is still the lock's: the program may close what is not its own."""
    status = _held.get(descriptor)
    try:
        return status is not None and os.path.samestat(os.fstat(descriptor), status)
    except OSError:
        return False


def _open(path: Path) -> int:
    flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    try:
        descriptor = os.open(path, flags | os.O_RDWR)
    except FileNotFoundError:
        try:
            return ownership.create(path)
        except FileExistsError:  # another process was quicker, or it is a link to nothing
            descriptor = os.open(path, flags | os.O_RDWR)
    except OSError:  # what cannot be written to can still be locked
        descriptor = os.open(path, flags | os.O_RDONLY)
    try:
        ownership.check(os.fstat(descriptor), path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _release_locks() -> None:
    for descriptor in tuple(_held):
        _close(descriptor)


run_in_children(_release_locks)
