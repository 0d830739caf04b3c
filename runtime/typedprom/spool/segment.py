"""Segments: the parts of a run file, each mapped into memory, and places of records in them."""

from __future__ import annotations

import os
import sys
from mmap import mmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typedprom.spool.doubles import Doubles
    from typedprom.spool.run_file import RunFile


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
