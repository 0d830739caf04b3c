"""The directory of a spool: its layout, its permissions and its two locks."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final

from typedprom.core.misuse import log_once
from typedprom.core.system_calls import O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, synchronise

RUN_SUFFIX: Final = ".run"
WHY_SUFFIX: Final = ".why"
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_POLL_SECONDS: Final = 0.01

# The locks that this process holds. A forked child would hold them too, and for its life.
_held: Final[set[int]] = set()


class Busy(TimeoutError):  # noqa: N818 - it is not an error
    """Another process or thread has held the lock for longer than we wait."""


class SpoolDirectory:
    """The paths of a spool. Nothing is made before `prepare`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.runs = path / "runs"
        self.totals = path / "totals"
        self.totals_copy = path / "totals.copy"
        self.damaged = path / "damaged"
        self.refused = path / "refused"

    def prepare(self) -> None:
        """Make the folders that are missing; OSError if one cannot be made or written to."""
        try:
            self.path.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(f"{self.path} is not a directory") from error
        for folder in (self.runs, self.damaged, self.refused):
            with suppress(FileExistsError):
                folder.mkdir(mode=_PRIVATE_FOLDER)
            if not stat.S_ISDIR(folder.lstat().st_mode):  # not through a planted link
                raise NotADirectoryError(f"{folder} is not a directory")
        for folder in (self.path, self.runs):
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise PermissionError(f"{folder} cannot be written to")

    def locked(self, seconds: float) -> AbstractContextManager[None]:
        """Hold the lock on totals; `Busy` where it is not free within that time."""
        return _locked(self.path / "lock", seconds)

    def push_locked(self, seconds: float) -> AbstractContextManager[None]:
        """Hold the lock on delivery, so that no older totals arrive after newer ones."""
        return _locked(self.path / "push.lock", seconds)

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


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, safely to the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | O_NOFOLLOW | O_CLOEXEC
    descriptor = os.open(path, flags, _PRIVATE_FILE)
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
        if descriptor in _held:  # else this is a forked child, which has let it go
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # also of copies that forks made
            _close(descriptor)


def _lock(path: Path, deadline: float) -> int:
    while True:
        descriptor = _open(path)
        _held.add(descriptor)
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
    _held.discard(descriptor)
    os.close(descriptor)


def _open(path: Path) -> int:
    flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    try:
        return os.open(path, flags | os.O_RDWR | os.O_CREAT, _PRIVATE_FILE)
    except OSError:  # what cannot be written to can still be locked, if it is there
        return os.open(path, flags | os.O_RDONLY)


def _release_locks() -> None:
    for descriptor in _held:
        with suppress(OSError):
            os.close(descriptor)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_release_locks)
