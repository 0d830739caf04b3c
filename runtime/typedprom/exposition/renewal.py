"""Renewal: what is made of files is made again when they have changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Final, Generic, TypeAlias, TypeVar

from typedprom.core.misuse import log_once

SECONDS: Final = 1.0  # between two looks at the files

T = TypeVar("T")
_Stamp: TypeAlias = tuple[int, int, int, int] | None  # of one file; None if there is none


class Renewed(Generic[T]):
    """What `make` makes of the files: at once, and again when they have changed.

    `make` raises ValueError where it cannot. The first one is the caller's; later what was made
    before stays, and a warning is logged. Not before the second look: two files that belong
    together are seldom replaced in one step.
    """

    def __init__(self, files: Sequence[Path], make: Callable[[], T]) -> None:
        self._files = files
        self._make = make
        # Before they are read: what changes meanwhile is seen.
        self._seen: list[_Stamp] = self._stamps()
        self._failed: list[_Stamp] | None = None
        self._value = make()
        self._next = time.monotonic() + SECONDS
        self._looking = Lock()

    def current(self) -> T:
        """What was made last. Never waits for another thread."""
        if time.monotonic() >= self._next and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self._value

    def _look(self) -> None:
        self._next = time.monotonic() + SECONDS
        stamps = self._stamps()
        if stamps == self._seen:
            return
        try:
            self._value = self._make()
        except ValueError as error:
            if stamps == self._failed:
                self._seen = stamps
                self._warn(str(error))
            self._failed = stamps
        else:
            self._seen = stamps

    def _stamps(self) -> list[_Stamp]:
        return [_stamp(path) for path in self._files]

    def _warn(self, why: str) -> None:
        names = tuple(map(str, self._files))
        log_once(("renewal", *names), lambda: f"what was read before stays in use: {why}")


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def read(path: Path) -> bytes:
    """The bytes of the file, or a ValueError that says why there are none."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
