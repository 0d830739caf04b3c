"""Segments: the parts of a run file, each mapped into memory, and places of records in them."""

from __future__ import annotations

import os
import sys
from mmap import mmap
from threading import RLock
from typing import TYPE_CHECKING, Final

from typedprom.metrics.cell_classes import PER_THREAD, chosen

if TYPE_CHECKING:
    from typedprom.spool.doubles import Doubles
    from typedprom.spool.run_file import RunFile

_SECONDS: Final = 0.05  # that taking space may wait for another thread


class Segment:
    """A part of the file that is mapped; `used` is how much of it belongs to somebody."""

    __slots__ = ("bytes", "doubles", "size", "start", "used")

    def __init__(self, file: int, start: int, size: int, used: int) -> None:
        if sys.version_info >= (3, 13):
            self.bytes = mmap(file, size, offset=start, trackfd=False)
        else:
            self.bytes = mmap(file, size, offset=start)
        self.doubles = memoryview(self.bytes).cast("d")
        self.start = start
        self.size = size
        self.used = used

    def take(self, length: int) -> int | None:
        """Where so much space begins that is the caller's from now on; None if there is not."""
        end = self.used = self.used + length  # in one step, under the GIL
        return end - length if end <= self.size else None


class LockedSegment(Segment):
    """A segment for where no GIL makes one step of it."""

    __slots__ = ("_lock",)

    def __init__(self, file: int, start: int, size: int, used: int) -> None:
        super().__init__(file, start, size, used)
        self._lock = RLock()  # a signal handler may come between, and take space too

    def take(self, length: int) -> int | None:
        """Where so much space begins that is the caller's from now on; None if there is not."""
        if not self._lock.acquire(timeout=_SECONDS):
            return None  # the next segment has some
        try:
            return super().take(length)
        finally:
            self._lock.release()


SEGMENT: Final = LockedSegment if chosen() == PER_THREAD else Segment


class Place:
    """Where a record is, and its numbers."""

    __slots__ = ("_file", "length", "numbers", "segment", "start")

    def __init__(
        self, file: RunFile, segment: Segment, start: int, length: int, numbers: Doubles
    ) -> None:
        self._file = file
        self.segment = segment
        self.start = start
        self.length = length
        self.numbers = numbers

    def free(self) -> None:
        """Take the record out. Only one may do so, who has the place to himself."""
        self._file.free(self)


def reserve(file: int, start: int, size: int) -> None:
    """Have the disk keep room: writing to a mapping for which there is none ends the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, start, size)
    else:
        os.pwrite(file, bytes(size), start)
