"""Reading one run file, of a process that lives or has died, whatever is in it.

The file is read, not mapped: if somebody truncates a mapped file, touching the mapping ends the
process. A number is never torn: the system copies pages in steps of at least 8 bytes, and numbers
are aligned to that. Each process writes its numbers one after the other, so a histogram may have
been read between a bucket and its sum; its count is that of its buckets and hence always fits them.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Final

from typedprom.metrics.definition import MOMENT, Definition, Labels, Numbers, width
from typedprom.spool.format import (
    HEADER_BYTES,
    LARGEST_BYTES,
    Damage,
    FormatError,
    Header,
    read_header,
)
from typedprom.spool.layout import Layout, Places

_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NO_FILE: Final = (errno.ELOOP, errno.ENXIO)  # a link, a socket


@contextmanager
def opened(path: Path) -> Generator[int]:
    """The file, opened for reading: not through a link, and only if it is one."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno in _NO_FILE:
            raise FormatError("it is no regular file") from error
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FormatError("it is no regular file")
        yield descriptor
    finally:
        os.close(descriptor)


def header_of(descriptor: int, path: Path) -> Header:
    """The header of the file, which must be named after its run."""
    header = read_header(os.pread(descriptor, HEADER_BYTES, 0))
    if header.run != path.stem:
        raise FormatError(f"it was written as {header.run!r}")
    return header


def small_file(path: Path, largest: int) -> bytes:
    """The first bytes of the file, no more than that. Raises FormatError, or OSError."""
    with opened(path) as descriptor:
        return os.pread(descriptor, largest, 0)


def layout_of(path: Path, known: Layout | None = None) -> Layout:
    """The layout of a run file, `known` if that is still it. Raises FormatError, or OSError."""
    with opened(path) as descriptor:
        header = header_of(descriptor, path)
        data = _read(descriptor)
    return known if known is not None and known.describes(data) else Layout(data, header)


class Recorded:
    """The series of a metric under one definition, as they were at the instant of reading.

    `placed` is when each of them got its place.
    """

    __slots__ = ("placed", "places", "series")

    def __init__(self, places: Places) -> None:
        self.places = places
        self.series: list[tuple[Labels, Numbers]] = []
        self.placed: list[float] = []

    @property
    def definition(self) -> Definition:
        """The definition that these series were recorded under."""
        return self.places.definition


class RunFile:
    """What a run file held at one instant. Raises FormatError, or OSError.

    `known` is the layout that an earlier reading of the same live file found; it is used again if
    no record was added. Never give one of a file that has died since: the last record may be
    finished and not counted.
    """

    __slots__ = ("damage", "definitions", "header", "layout", "path", "recorded")

    def __init__(self, path: Path, known: Layout | None = None) -> None:
        self.path = path
        with opened(path) as descriptor:
            self.header = header_of(descriptor, path)
            data = _read(descriptor)
        same = known is not None and known.describes(data)
        self.layout = known if known is not None and same else Layout(data, self.header)
        self.definitions = self.layout.definitions
        self.damage: list[Damage] = list(self.layout.damage)
        self.recorded = [self._recorded(data, places) for places in self.layout.metrics]

    @property
    def run(self) -> str:
        """The id of the run."""
        return self.header.run

    def refreshed(self) -> RunFile:
        """The same file as it is now, while its process lives."""
        return RunFile(self.path, self.layout)

    def series(self) -> Iterator[tuple[Definition, Labels, Numbers]]:
        """Every series that was recorded; one can come several times."""
        for recorded in self.recorded:
            for labels, numbers in recorded.series:
                yield recorded.definition, labels, numbers

    def _recorded(self, data: bytes, places: Places) -> Recorded:
        recorded = Recorded(places)
        definition, series, when = places.definition, recorded.series, recorded.placed
        read = struct.Struct(f"={width(definition)}d").unpack_from
        ok = _CHECKS.get(definition.type, _is_set)
        states = len(definition.states) if definition.type == "stateset" else None
        for labels, offset, placed in zip(
            places.labels, places.offsets, places.placed, strict=True
        ):
            numbers = read(data, offset)
            if ok(numbers):
                if states is not None and numbers[1] not in range(-1, states):
                    self.damage.append(Damage(offset, "there is no such state"))
                else:
                    series.append((labels, [*numbers]))
                    when.append(placed)
            elif ok is not _is_set or not numbers[MOMENT] <= 0.0:
                self.damage.append(Damage(offset, f"{numbers} is nothing that a process records"))
        return recorded


def _counts(numbers: tuple[float, ...]) -> bool:
    """Whether these can be the numbers of a counter, which somebody may add infinity to."""
    return 0.0 <= numbers[MOMENT] < inf and numbers[1] >= 0.0


def _sums_up(numbers: tuple[float, ...]) -> bool:
    """Whether these can be the numbers of a histogram. Their sum may be anything, also NaN."""
    counts = numbers[:-1]
    # The sum tells infinities and NaN; then the least one can be asked for.
    return sum(counts) < inf and min(counts) >= 0.0


def _is_set(numbers: tuple[float, ...]) -> bool:
    """Whether a gauge, a stateset or an info was set, and not removed."""
    return 0.0 < numbers[MOMENT] < inf


_CHECKS: Final = {"counter": _counts, "histogram": _sums_up}


def _read(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    if size > LARGEST_BYTES:
        raise FormatError(f"it has {size} bytes, more than any run file")
    data = os.pread(descriptor, size, 0)
    while len(data) < size:  # a signal, or it was truncated
        more = os.pread(descriptor, size - len(data), len(data))
        if not more:
            break
        data += more
    return data
