"""Reading a run file: its header, its records, and the numbers of its series.

The file is read, not mapped: if a mapped file is truncated, touching the mapping ends the
process. A number is never torn: the system copies pages in steps of at least 8 bytes, and numbers
are aligned to that. Each process writes its numbers one after the other, so a histogram may have
been read between a bucket and its sum; its count is that of its buckets and hence always fits them.
What looks damaged because its process lives and goes on recording is read again: if it is damaged,
it is the same then.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf
from pathlib import Path
from typing import Final, TypeAlias

from typedprom.core import checked_json as parsed
from typedprom.metrics.definition import (
    TIMESTAMP,
    Definition,
    Labels,
    Numbers,
    base,
    label_values,
    shape,
    width,
)
from typedprom.spool.definition_json import read_definition
from typedprom.spool.format import (
    COPIES,
    HEADER_BYTES,
    HEADER_NUMBERS_AT,
    LARGEST_BYTES,
    NEVER,
    Damage,
    FormatError,
    Header,
    Record,
    Vote,
    header_damage,
    read_header,
    records,
    vote,
)
from typedprom.spool.opening import opened

_ATTEMPTS: Final = 10  # to read what its process may be changing


def header_of(descriptor: int, path: Path) -> Header:
    """The header of the file, which must be named after its run."""
    header = read_header(os.pread(descriptor, HEADER_BYTES, 0))
    if header.run != path.stem:
        raise FormatError(f"it was written as {header.run!r}")
    return header


@dataclass(slots=True)
class MetricSeries:
    """The series of a metric under one definition, as they were at the instant of reading."""

    layout: MetricLayout
    series: list[tuple[Labels, Numbers]] = field(default_factory=list[tuple[Labels, Numbers]])
    placed: list[float] = field(default_factory=list[float])  # when each of them got its slot

    @property
    def definition(self) -> Definition:
        """The definition that these series were recorded under."""
        return self.layout.definition


class RunReading:
    """What a run file held at one instant. Raises FormatError, or OSError.

    `known` is the layout that an earlier reading of the same live file found; it is used again if
    no record was added. Never give one of a file that has died since: the last record may be
    finished and not counted.
    """

    __slots__ = ("damage", "layout", "metrics", "path", "zeros")

    def __init__(self, path: Path, known: RunLayout | None = None) -> None:
        self.path = path
        data, self.layout = read_run(path, known)
        self.damage: list[Damage] = list(self.layout.damage)
        self.metrics = [self._read_metric(data, metric) for metric in self.layout.metrics]
        self.zeros = [self._read_metric(data, metric) for metric in self.layout.zeros]

    @property
    def header(self) -> Header:
        """Who wrote the file."""
        return self.layout.header

    def series(self) -> Iterator[tuple[Definition, Labels, Numbers]]:
        """Every series that was recorded; one can come several times."""
        for metric in self.metrics:
            for labels, numbers in metric.series:
                yield metric.definition, labels, numbers

    def _read_metric(self, data: bytes, layout: MetricLayout) -> MetricSeries:
        metric, definition = MetricSeries(layout), layout.definition
        numbers_of = struct.Struct(f"={width(definition)}d").unpack
        copies = struct.Struct("=" + COPIES * f"{width(definition) * _BYTES}s")
        copies_of = copies.unpack_from
        is_possible = _CHECKS.get(definition.type, _is_set)
        states = len(definition.states) if definition.type == "stateset" else None
        for labels, offset, placed in zip(
            layout.labels, layout.offsets, layout.placed, strict=True
        ):
            first, second, third = copies_of(data, offset)
            agreed = first
            if not first == second == third:
                agreed = self._settled(vote(first, second, third), offset, copies)
                if agreed is None:
                    continue
            numbers = numbers_of(agreed)
            if is_possible(numbers):
                if states is not None and numbers[1] not in range(-1, states):
                    self.damage.append(Damage(offset, "the state does not exist"))
                else:
                    metric.series.append((labels, [*numbers]))
                    metric.placed.append(placed)
            elif is_possible is not _is_set or numbers[TIMESTAMP] != NEVER:
                self.damage.append(Damage(offset, f"no process records {numbers}"))
        return metric

    def _settled(self, voted: Vote, offset: int, copies: struct.Struct) -> bytes | None:
        """The numbers there, read again until nothing about them looks damaged."""
        if voted.damage:
            with opened(self.path) as descriptor:
                for _ in range(_ATTEMPTS):
                    data = os.pread(descriptor, copies.size, offset)
                    voted = vote(*copies.unpack(data)) if len(data) == copies.size else voted
                    if not voted.damage:
                        break
        if voted.damage:
            self.damage.append(Damage(offset, voted.damage))
        return voted.numbers


def _counts(numbers: tuple[float, ...]) -> bool:
    """Whether these can be the numbers of a counter, which may have had infinity added."""
    return -inf < numbers[TIMESTAMP] < inf and numbers[1] >= 0.0


def _sums_up(numbers: tuple[float, ...]) -> bool:
    """Whether these can be the numbers of a histogram. Their sum may be anything, also NaN."""
    counts = numbers[1:-1]
    # The sum detects infinities and NaN, of which the minimum would not be reliable.
    return -inf < numbers[TIMESTAMP] < inf and sum(counts) < inf and min(counts) >= 0.0


def _is_set(numbers: tuple[float, ...]) -> bool:
    """Whether a gauge, a stateset or an info was set, and not removed."""
    return -inf < numbers[TIMESTAMP] < inf and numbers[TIMESTAMP] != NEVER


_CHECKS: Final = {"counter": _counts, "histogram": _sums_up}


def read_run(path: Path, known: RunLayout | None) -> tuple[bytes, RunLayout]:
    """The bytes of a run file, and their layout: `known` if that is still it.

    Raises FormatError, or OSError.
    """
    with opened(path) as descriptor:
        header = header_of(descriptor, path)
        before: RunLayout | None = None
        attempts = 0
        while True:
            data = _all_bytes(descriptor)
            if known is not None and known.describes(data):
                return data, known
            layout = RunLayout(data, header)
            if not layout.damage or (before is not None and before.describes(data)):
                return data, layout
            before = layout
            attempts += 1
            if attempts == _ATTEMPTS:  # it changes all the time: its damage is told another time
                layout.damage.clear()
                return data, layout


def _all_bytes(descriptor: int) -> bytes:
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


# Texts that are read once: the runs of one program have the same ones.
_CACHED: Final = 1 << 15
_BYTES: Final = 8


@dataclass(slots=True)
class MetricLayout:
    """Where the series of a metric are, under one definition, and when each was placed."""

    definition: Definition
    labels: list[Labels] = field(default_factory=list[Labels])
    offsets: list[int] = field(default_factory=list[int])
    placed: list[float] = field(default_factory=list[float])
    _values: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    _bases: set[Labels] = field(default_factory=set[Labels])

    def values(self, label: str) -> set[str]:
        """The values of a label that take something of its budget."""
        if label not in self._values:
            self._values[label] = label_values(self.labels, label)
        return self._values[label]

    def bases(self) -> set[Labels]:
        """The keys that tell the series apart."""
        if not self._bases:
            self._bases = {base(labels, self.definition) for labels in self.labels}
        return self._bases


_Named: TypeAlias = tuple[str, Labels]  # the name and labels of a series


class RunLayout:
    """Where everything is in a file that holds these bytes.

    `history` are all definitions of each metric, with when they were written down. `zeros` are the
    series that the process has begun at zero, whether or not something was recorded into them too.
    """

    __slots__ = (
        "_header_numbers",
        "_size",
        "damage",
        "definitions",
        "header",
        "history",
        "metrics",
        "zeros",
    )

    def __init__(self, data: bytes, header: Header) -> None:
        if len(data) < HEADER_BYTES:
            raise FormatError("it was truncated while being read")
        self.header = header
        self.damage: list[Damage] = []
        self._size, self._header_numbers = len(data), _header_numbers(data)
        self.history: dict[str, list[tuple[float, Definition]]] = {}
        series: list[tuple[_Named, int, float, Record]] = []
        found = 0
        for record in records(data):
            found += 1
            if isinstance(record, Damage):
                self.damage.append(record)
                continue
            try:
                content, placed = _parse(record.text, header.created)
            except (ValueError, RecursionError) as error:
                self._report(record, f"a record is unreadable: {error}")
                continue
            if isinstance(content, list):
                for definition in content:
                    self.history.setdefault(definition.name, []).append((placed, definition))
            else:
                series.append((content, len(self.history.get(content[0], ())), placed, record))
        self.definitions = {name: versions[-1][1] for name, versions in self.history.items()}
        self.zeros = self._group([one for one in series if one[2] == NEVER])
        if self.zeros:
            series = [one for one in series if one[2] != NEVER]
        self.metrics = self._group(series)
        wrong = None if self.damage else header_damage(data, found)
        if wrong is not None:
            self.damage.append(wrong)

    def describes(self, data: bytes) -> bool:
        """Whether no record was added to the file, which now holds these bytes."""
        return len(data) == self._size and _header_numbers(data) == self._header_numbers

    def _group(self, series: list[tuple[_Named, int, float, Record]]) -> list[MetricLayout]:
        """The series by the definition in force when each was placed."""
        names = {name for (name, _), *_ in series}
        histories = self.history.items()
        in_force = {name: _in_force(versions) for name, versions in histories if name in names}
        metrics: dict[int, MetricLayout] = {}
        for (name, labels), declarations, placed, record in series:
            versions = in_force.get(name)
            if versions is None:
                self._report(record, f"`{name}` is not declared")
                continue
            definition = versions[max(declarations - 1, 0)]
            if record.numbers != width(definition):
                self._report(record, f"`{name}` has {record.numbers} numbers")
                continue
            metric = metrics.get(id(definition))
            if metric is None:
                metric = metrics[id(definition)] = MetricLayout(definition)
            metric.labels.append(_with_constant(labels, definition.constant))
            metric.offsets.append(record.first * _BYTES)
            metric.placed.append(placed)
        return list(metrics.values())

    def _report(self, record: Record, why: str) -> None:
        self.damage.append(Damage(record.first * _BYTES, why))


def _header_numbers(data: bytes) -> bytes:
    """The numbers in the header, for comparing."""
    return data[HEADER_NUMBERS_AT:HEADER_BYTES]


def _in_force(versions: list[tuple[float, Definition]]) -> list[Definition]:
    """Of each version of a definition the newest that its series fit."""
    latest = versions[-1][1]
    return [
        latest if shape(version) == shape(latest) else version._replace(constant=latest.constant)
        for _, version in versions
    ]


def _with_constant(labels: Labels, constant: Labels) -> Labels:
    if not constant or set(constant) <= set(labels):
        return labels
    return tuple(sorted({**dict(labels), **dict(constant)}.items()))


def _parse(text: str, created: float) -> tuple[list[Definition] | _Named, float]:
    """The content of a record, and when it was placed; ValueError if it has none."""
    if text.endswith(("}]", "]]")):
        return _parse_content(text), created
    content, _, timestamp = text.rpartition(",")
    placed = float(timestamp.removesuffix("]"))
    return _parse_content(content + "]"), placed if abs(placed) <= parsed.LATEST else created


@lru_cache(_CACHED)
def _parse_content(text: str) -> list[Definition] | _Named:
    if "\\ud" in text.lower():  # it may have lone surrogates, which no sink could encode
        text = json.dumps(json.loads(text), ensure_ascii=False)
        text = text.encode("utf-8", "replace").decode()
    fields = parsed.items(json.loads(text))
    match fields:
        case ["metrics", definitions]:
            return [*map(read_definition, parsed.items(definitions))]
        case ["series", str(name), labels]:
            return name, parsed.labels(labels)
        case _:
            raise ValueError("it is neither of a metric nor of a series")
