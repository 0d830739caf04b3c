"""The run file of this process: its series are placed in it without a lock.

Placing a series may be interrupted at any instant: by the end of the process, by another thread, by
a signal handler that places one too. Therefore space is taken in one step, from which on it belongs
to the code that took it; and a record counts from the instant its mark is written.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from errno import EBADF, EFBIG
from fcntl import LOCK_EX, LOCK_NB, flock
from threading import RLock
from time import monotonic
from typing import TYPE_CHECKING, Final, cast

from typedprom.core.system_calls import O_CLOEXEC, O_NOFOLLOW
from typedprom.spool.format import (
    CHANGES,
    COPIES,
    ENDING,
    FIRST_SEGMENT_BYTES,
    HEADER_BYTES,
    HEADER_NUMBERS,
    HEADER_NUMBERS_AT,
    LARGEST_BYTES,
    MARK,
    RECORDS,
    Header,
    header_bytes,
    numbers_at,
    record_bytes,
)
from typedprom.spool.ownership import create
from typedprom.spool.segments import SECONDS, SEGMENT, Segment, named, reserve

if TYPE_CHECKING:
    from pathlib import Path

    from typedprom.spool.segments import Doubles


_FLAGS: Final = os.O_RDWR | O_CLOEXEC | O_NOFOLLOW
_STDERR: Final = 2
_DOUBLE: Final = 8
LARGEST_RECORD: Final = 1 << 20  # bytes: of a series with labels that no server would take
_MARK_BYTES: Final = len(MARK)
_NO_MARK: Final = bytes(_MARK_BYTES)
# After this a record that was freed is used again: readers of that time have finished.
_REST_SECONDS: Final = 2.0

_abandoned: Final[list[RunFile]] = []  # mappings whose descriptors the program has taken over


class LostError(OSError):
    """The program has closed our descriptors, and may have opened its own files in their place."""

    def __init__(self) -> None:
        super().__init__(EBADF, "the program has closed the file it is in")


class FullError(OSError):
    """The file is as large as any can be. The disk is not full."""

    def __init__(self, path: Path) -> None:
        size = f"{LARGEST_BYTES >> 20} MB"
        super().__init__(EFBIG, f"{path.name} is as large as a run file can be, {size}")


class TooLargeError(Exception):
    """A record is larger than any can be; others are not concerned."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size:,} bytes, more than {LARGEST_RECORD:,}")


class RunFile:
    """A file that this process records into, and holds a lock on for as long as it lives.

    Raises OSError where the file cannot be made.
    """

    def __init__(self, runs: Path, header: Header) -> None:
        self.run = header.run
        self.path = runs / f"{header.run}.run"
        self.declared: set[object] = set()  # metrics whose definition is in the file
        self.too_large: set[object] = set()  # metrics whose definition cannot be in it
        self._freed: dict[int, deque[tuple[float, Segment, int]]] = {}  # by the records' length
        self._defined_to = 0  # series before the last definition may be taken for older ones
        self._segments: dict[int, Segment] = {}  # those after the first, by where they start
        self._counts = [0.0] * HEADER_NUMBERS
        self._counting = RLock()  # for builds without a GIL
        hidden = runs / f".{header.run}.new"
        # The lock has a descriptor of its own: mappings may keep copies of theirs, which a forked
        # child could not close.
        self._lock = self._file = -1
        try:
            self._lock = _not_standard(create(hidden))
            _lock(self._lock)
            self._status = os.fstat(self._lock)
            self._file = _not_standard(os.open(hidden, _FLAGS | os.O_APPEND))
            reserve(self._file, 0, FIRST_SEGMENT_BYTES)
            self._segment = self._first = SEGMENT(self._file, 0, FIRST_SEGMENT_BYTES, HEADER_BYTES)
            self._first.bytes[:HEADER_BYTES] = header_bytes(header)
            os.rename(hidden, self.path)  # noqa: PTH104 - quicker, and this is every start
        except BaseException:
            for descriptor in (self._lock, self._file):
                if descriptor >= 0:
                    os.close(descriptor)
            self._lock = self._file = -1
            with suppress(OSError):
                hidden.unlink()
            raise

    def define(self, text: bytes) -> None:
        """Write a record without numbers, of which the last one in the file holds.

        Raises OSError where the file cannot grow, or TooLargeError.
        """
        record = record_bytes(text, [])
        segment, start = self._new_space(len(record))
        self._defined_to = max(self._defined_to, segment.start + start)
        self._write(record, segment, start)

    def place(self, text: bytes, numbers: list[float]) -> Slot:
        """Write a record, whose numbers are kept there from now on, each in its `COPIES`.

        Raises OSError where the file cannot grow, or TooLargeError.
        """
        record = record_bytes(text, numbers)
        segment, start = self._free_space(len(record)) or self._new_space(len(record))
        self._write(record, segment, start)
        first = numbers_at(text, start) // _DOUBLE
        doubles = segment.doubles[first : first + COPIES * len(numbers)]
        return Slot(self, segment, start, len(record), cast("Doubles", doubles))

    def free(self, slot: Slot) -> None:
        """Take a record out; after a while its space is used again."""
        segment, start = slot.segment, slot.start
        self._count(RECORDS, -1.0)  # first: there may be more records, and never fewer
        segment.bytes[start : start + _MARK_BYTES] = _NO_MARK
        for index in range(len(slot.numbers)):
            slot.numbers[index] = 0.0
        self._count(CHANGES, 1.0)
        self._freed.setdefault(slot.length, deque()).append((monotonic(), segment, start))

    def mark_ending(self) -> None:
        """Write that the process is about to end."""
        self._count(ENDING, 1.0)

    def synchronise(self) -> None:
        """Have the system write what is recorded to the disk."""
        if self._is_mine(self._file):
            os.fsync(self._file)

    def discard(self) -> None:
        """Remove the file, into which nothing was recorded."""
        with suppress(OSError):
            self.path.unlink()
        self.abandon()

    def abandon(self) -> None:
        """Let go of the file: in a forked child it is the parent's."""
        if not self.is_ours():
            _abandoned.append(self)  # unmapping would close descriptors
        for descriptor in (self._lock, self._file):
            if self._is_mine(descriptor):
                os.close(descriptor)
        self._lock = self._file = -1

    def __del__(
        self,
        fstat: Callable[[int], os.stat_result] = os.fstat,
        close: Callable[[int], None] = os.close,
    ) -> None:
        """Close the descriptors: a sub-interpreter ends, and its process continues.

        The functions are defaults because modules may be empty by then.
        """
        for descriptor in (self._lock, self._file):
            try:
                status = fstat(descriptor)
            except OSError:
                continue
            if (status.st_dev, status.st_ino) == (self._status.st_dev, self._status.st_ino):
                close(descriptor)

    def is_ours(self) -> bool:
        """Whether our descriptors are still those of the file."""
        return self._is_mine(self._lock) and self._is_mine(self._file)

    def is_there(self) -> bool:
        """Whether the file is still where readers look for it, as far as can be told."""
        try:
            return os.path.samestat(self.path.lstat(), self._status)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True

    def regain(self) -> None:
        """Open and lock the file again. Raises OSError: FileNotFoundError where it is gone."""
        if not self._is_mine(self._lock):
            lock = self._opened()
            try:
                _lock(lock)
            except BaseException:
                os.close(lock)
                raise
            self._lock = lock
        if not self._is_mine(self._file):
            self._file = self._opened()
        _abandoned.append(self)

    def _opened(self) -> int:
        descriptor = os.open(self.path, _FLAGS)
        if self._is_mine(descriptor):
            return _not_standard(descriptor)
        os.close(descriptor)
        raise FileNotFoundError(f"{self.path} is another file")

    def _is_mine(self, descriptor: int) -> bool:
        """Whether the descriptor is one of the file: the program may close what is not its own."""
        try:
            return descriptor >= 0 and os.path.samestat(os.fstat(descriptor), self._status)
        except OSError:
            return False

    def _write(self, record: bytes, segment: Segment, start: int) -> None:
        segment.bytes[start + _MARK_BYTES : start + len(record)] = record[_MARK_BYTES:]
        segment.bytes[start : start + _MARK_BYTES] = MARK
        self._count(RECORDS, 1.0)
        self._count(CHANGES, 1.0)

    def _count(self, which: int, added: float) -> None:
        """Add to a number in the header."""
        doubles, counts = cast("Doubles", self._first.doubles), self._counts
        first = HEADER_NUMBERS_AT // _DOUBLE + which
        second, third = first + HEADER_NUMBERS, first + 2 * HEADER_NUMBERS
        is_held = self._counting.acquire(timeout=SECONDS)
        try:
            counts[which] = doubles[first] = doubles[second] = doubles[third] = (
                counts[which] + added
            )
        finally:
            if is_held:
                self._counting.release()

    def _free_space(self, length: int) -> tuple[Segment, int] | None:
        """The space of a record that was freed."""
        freed = self._freed.get(length)
        try:
            oldest = freed.popleft() if freed else None
        except IndexError:  # another thread has taken it
            return None
        if freed is None or oldest is None:
            return None
        since, segment, start = oldest
        if monotonic() - since < _REST_SECONDS:
            freed.appendleft(oldest)
            return None
        return (segment, start) if segment.start + start > self._defined_to else None

    def _new_space(self, length: int) -> tuple[Segment, int]:
        if length > LARGEST_RECORD:
            raise TooLargeError(length)
        while True:
            segment = self._segment
            start = segment.take(length)
            if start is not None:
                return segment, start
            self._grow(segment)

    def _grow(self, full: Segment) -> None:
        """Map the next part of the file, as large as all before it.

        Another thread may do the same at the same time; the first mapping is used.
        """
        start = size = full.start + full.size
        following = self._segments.get(start)
        if following is None:
            if start + size > LARGEST_BYTES:
                raise FullError(self.path)
            if not self._is_mine(self._file):
                raise LostError
            reserve(self._file, start, size)
            mine = SEGMENT(self._file, start, size, 0)
            following = self._segments.setdefault(start, mine)
        self._segment = following


class Slot:
    """The space of a record in a run file, and its numbers: those of each copy in turn."""

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
        """Take the record out. Only the owner of the slot may do so."""
        self._file.free(self)


def _not_standard(descriptor: int) -> int:
    """The descriptor, or a copy of it that is not standard output or standard error.

    A program that has closed these may still write to their numbers: code in C does.
    """
    if descriptor > _STDERR:
        return descriptor
    try:
        return _not_standard(os.dup(descriptor))
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        raise
    except OSError as error:  # usually the file system has no locks
        raise named("flock", error) from error
