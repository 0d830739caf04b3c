"""Rendering families of series: what text and protobuf have in common.

What is remembered never changes once it is made, so that threads can render at the same time: each
makes its own out of the last one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count, pairwise
from math import inf
from time import time
from typing import Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from typedprom.core.misuse import log_once, safe_repr
from typedprom.metrics.definition import TIMESTAMP, Definition, Family, Labels, Numbers
from typedprom.metrics.labels import INVALID

HeadT = TypeVar("HeadT")
SeriesNumbers: TypeAlias = Mapping[Labels, Numbers]


class FamilyShape(Protocol[HeadT]):
    """How one family is written in one format."""

    def head(self, labels: Labels, began: float, /) -> HeadT:
        """What is made once for a series. `began` is its moment, never later than now."""
        ...

    def chunk(self, head: HeadT, numbers: Sequence[float], /) -> bytes:
        """The series with these numbers."""
        ...

    def whole(self, heads: Sequence[HeadT], chunks: Sequence[bytes], /) -> bytes:
        """The family with these series."""
        ...


class FamilyWriter(Protocol):
    """Writes one family again and again."""

    def write(self, series: SeriesNumbers, now: float) -> bytes:
        """The family with these series; UnwritableError where it has what no format can hold."""
        ...


class _RenderedFamily(NamedTuple, Generic[HeadT]):
    """A family at one instant. Labels, moments, numbers, heads and chunks have the same order."""

    labels: Sequence[Labels]
    began: Sequence[float]
    numbers: Sequence[tuple[float, ...]]
    heads: Sequence[HeadT]
    chunks: Sequence[bytes]
    whole: bytes


class CachedFamily(Generic[HeadT]):
    """Writes one family in one shape, and remembers what it wrote."""

    def __init__(self, definition: Definition, shape: FamilyShape[HeadT]) -> None:
        self._definition = definition
        self._shape = shape
        self._due = {numbers_due(definition)}
        self._fitting: set[tuple[str, ...]] = set()  # names of labels that series can have
        # The moment of a gauge is when it was set, which is nowhere written.
        self._begins = definition.type in ("counter", "histogram")
        self._last: _RenderedFamily[HeadT] = _RenderedFamily(
            (), (), (), (), (), shape.whole((), ())
        )

    def write(self, series: SeriesNumbers, now: float) -> bytes:
        """The family with these series."""
        labels = [*series]
        numbers = [*map(tuple, series.values())]
        if not self._due.issuperset(map(len, numbers)):
            raise UnwritableError("a series has more or fewer numbers than its metric says")
        self._last = written = self._next(self._last, labels, numbers, now)
        return written.whole

    def _next(
        self,
        last: _RenderedFamily[HeadT],
        labels: list[Labels],
        numbers: list[tuple[float, ...]],
        now: float,
    ) -> _RenderedFamily[HeadT]:
        began = self._began(numbers, now)
        if labels != last.labels or began != last.began:
            last = self._rearranged(last, labels, began)
        together = zip(count(), numbers, last.numbers, strict=False)
        places = [place for place, new, old in together if new != old]
        if not places:
            return last
        chunk, heads, chunks = self._shape.chunk, last.heads, [*last.chunks]
        for place in places:
            chunks[place] = chunk(heads[place], numbers[place])
        whole = self._shape.whole(heads, chunks)
        return _RenderedFamily(last.labels, began, numbers, heads, chunks, whole)

    def _began(self, numbers: Sequence[tuple[float, ...]], now: float) -> Sequence[float]:
        """When each series began; now, if that is no time or, by a clock that was set, to come."""
        if not self._begins:
            return [0.0] * len(numbers)
        return [one[TIMESTAMP] if 0.0 <= one[TIMESTAMP] <= now else now for one in numbers]

    def _rearranged(
        self, last: _RenderedFamily[HeadT], labels: list[Labels], began: Sequence[float]
    ) -> _RenderedFamily[HeadT]:
        """The series there are now, with what was made of those that were there before."""
        places = {one: place for place, one in enumerate(last.labels)}
        numbers: list[tuple[float, ...]] = []
        heads: list[HeadT] = []
        chunks: list[bytes] = []
        for one, since in zip(labels, began, strict=True):
            place = places.get(one)
            if place is None or last.began[place] != since:
                self._check(one)
                heads.append(self._shape.head(one, since))
                numbers.append(())  # equal to none, so that its chunk is made
                chunks.append(b"")
            else:
                heads.append(last.heads[place])
                numbers.append(last.numbers[place])
                chunks.append(last.chunks[place])
        whole = self._shape.whole(heads, chunks)
        return _RenderedFamily(labels, began, numbers, heads, chunks, whole)

    def _check(self, labels: Labels) -> None:
        names = (*[name for name, _ in labels],)
        if names not in self._fitting:
            check_labels(self._definition, labels)
            self._fitting.add(names)


class FamilyRenderer:
    """Renders families one by one. Those that are gone leave it with the next rendering.

    A family that no format can hold is left out, as is one that takes the name of another; that
    is logged once.
    """

    def __init__(self, writer: Callable[[Definition], FamilyWriter]) -> None:
        self._writer = writer
        self._last: dict[str, _Known] = {}

    def parts(self, families: Iterable[Family]) -> dict[str, bytes]:
        """The bytes of each family, by its metric's name."""
        last, now = self._last, time()
        known: dict[str, _Known] = {}
        parts: dict[str, bytes] = {}
        taken: set[str] = set()
        for family in families:
            name = family.definition.name
            try:
                entry = last.get(name)
                if entry is None or entry.definition != family.definition:
                    entry = self._entry(family.definition)
                if not taken.isdisjoint(entry.names):
                    raise UnwritableError("another metric has its name")
                parts[name] = entry.writer.write(family.series, now)
            except (ValueError, OverflowError) as error:
                _report(name, str(error))
                continue
            known[name] = entry
            taken.update(entry.names)
        self._last = known
        return parts

    def _entry(self, definition: Definition) -> _Known:
        return _Known(definition, names_of(definition), self._writer(definition))


class _Known(NamedTuple):
    definition: Definition
    names: Sequence[str]
    writer: FamilyWriter


def _report(name: str, why: str) -> None:
    log_once(("delivery", name), lambda: f"{safe_repr(name)} is not delivered: {why}")


_LEGACY_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
_ENDS: Final = {"counter": "_total", "info": "_info"}
_SUFFIXES: Final = {
    "counter": ("", "_total", "_created"),
    "gauge": ("",),
    "histogram": ("", "_bucket", "_count", "_sum", "_created"),
    "info": ("", "_info"),
    "stateset": ("",),
}


class UnwritableError(ValueError):
    """A family cannot be written; the message says why."""


def is_legacy_name(name: str) -> bool:
    """Whether no format has to escape the name."""
    return _LEGACY_NAME.fullmatch(name) is not None


def names_of(definition: Definition) -> list[str]:
    """The names that the metric takes, which no other metric may have."""
    name = definition.name
    if not is_legacy_name(name):
        raise UnwritableError("its name is none of a metric")
    end = _ENDS.get(definition.type, "")
    if not name.endswith(end) or name == end:
        raise UnwritableError(f"the name of a metric of type {definition.type} ends in `{end}`")
    if definition.type == "histogram" and not _ascend(definition.buckets):
        raise UnwritableError("its buckets do not ascend")
    if len({*definition.states, INVALID}) <= len(definition.states):
        raise UnwritableError("it has a state twice")
    return [definition.family + suffix for suffix in _SUFFIXES[definition.type]]


def check_labels(definition: Definition, labels: Labels) -> None:
    """Raise UnwritableError unless a series of the metric can have labels of these names."""
    names = [name for name, _ in labels]
    taken = {"histogram": "le", "stateset": definition.name}.get(definition.type)
    for name in names:
        if not is_legacy_name(name) or name.startswith("__") or name == taken:
            raise UnwritableError(f"a series cannot have the label {name!r}")
    if not all(before < after for before, after in pairwise(names)):
        raise UnwritableError("labels of a series are not sorted, or one is there twice")


def numbers_due(definition: Definition) -> int:
    """How many numbers each series of the metric has."""
    return len(definition.buckets) + 3 if definition.type == "histogram" else 2


def _ascend(buckets: tuple[float, ...]) -> bool:
    return bool(buckets) and all(a < b for a, b in pairwise((-inf, *buckets, inf)))
