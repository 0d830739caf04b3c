"""Segments: the parts of a run file that are mapped, and the room on the disk for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from errno import EBADF
from mmap import mmap
from threading import RLock
from typing import Final, Protocol

from typedprom.core.system_calls import UNSUPPORTED
from typedprom.metrics.cell_classes import PER_THREAD, thread_mode
from typedprom.spool.format import LARGEST_BYTES

# EBADF: glibc has no fallocate of the file system, and its own does not append.
_CANNOT_RESERVE: Final = UNSUPPORTED | {EBADF}
_ZEROS: Final = 64 * 1024  # written at a time
SECONDS: Final = 0.05  # that taking space may wait for another thread


class Segment:
    """A part of the file that is mapped; `used` is how much of it is taken."""

    __slots__ = ("bytes", "doubles", "size", "start", "used")

    def __init__(self, file: int, start: int, size: int, used: int) -> None:
        try:
            if sys.version_info >= (3, 13):
                self.bytes = mmap(file, size, offset=start, trackfd=False)
            else:
                self.bytes = mmap(file, size, offset=start)
        except OSError as error:  # no memory; or files of this file system cannot be mapped
            raise named("mmap", error) from error
        self.doubles = memoryview(self.bytes).cast("d")
        self.start = start
        self.size = size
        self.used = used

    def take(self, length: int) -> int | None:
        """Take so much space, and return where it begins; None if there is not."""
        end = self.used = self.used + length  # in one step, under the GIL
        return end - length if end <= self.size else None


class LockedSegment(Segment):
    """A segment with a lock, for builds without a GIL."""

    __slots__ = ("_lock",)

    def __init__(self, file: int, start: int, size: int, used: int) -> None:
        super().__init__(file, start, size, used)
        self._lock = RLock()  # a signal handler may come between, and take space too

    def take(self, length: int) -> int | None:  # noqa: D102
        if not self._lock.acquire(timeout=SECONDS):
            return None  # the next segment has some
        try:
            return super().take(length)
        finally:
            self._lock.release()


SEGMENT: Final = LockedSegment if thread_mode() == PER_THREAD else Segment


def reserve(file: int, start: int, size: int) -> None:
    """Reserve room on the disk: writing to a mapping without it ends the process.

    Where the system cannot do that, zeros are appended. So `file` must be open for appending: then
    zeros of two threads at the same time do not overwrite what one of them has recorded already.
    """
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file, start, size)
            return
        except OSError as error:
            if error.errno not in _CANNOT_RESERVE:
                raise
    while (missing := start + size - os.fstat(file).st_size) > 0:
        os.write(file, bytes(min(missing, _ZEROS)))
    if os.fstat(file).st_size > LARGEST_BYTES:  # two threads have appended zeros
        os.ftruncate(file, LARGEST_BYTES)


def named(call: str, error: OSError) -> OSError:
    """The error with the name of the system call, which its message lacks."""
    return OSError(error.errno, f"{call} failed: {error.strerror}")


class Doubles(Protocol):
    """What a memoryview of doubles and a list of floats have in common."""

    def __getitem__(self, index: int, /) -> float: ...

    def __setitem__(self, index: int, number: float, /) -> None: ...

    def __iter__(self) -> Iterator[float]: ...

    def __len__(self) -> int: ...
