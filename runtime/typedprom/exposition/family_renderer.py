"""Rendering families of series: what text and protobuf have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import inf
from time import time
from typing import Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from typedprom.core.misuse import log_once, safe_repr
from typedprom.exposition.series_cache import Began, SeriesCache, SeriesShape
from typedprom.exposition.text_format import is_legacy_name
from typedprom.metrics.definition import (
    ADDED,
    TIMESTAMP,
    Definition,
    Family,
    Labels,
    Numbers,
    width,
)
from typedprom.metrics.labels import INVALID

HeadT = TypeVar("HeadT")
StateT = TypeVar("StateT")
StateT_contra = TypeVar("StateT_contra", contravariant=True)
SeriesNumbers: TypeAlias = Mapping[Labels, Numbers]

# Writes one family, with these series, now.
WriteFamily: TypeAlias = Callable[[SeriesNumbers, float], bytes]


class FamilyShape(SeriesShape[HeadT, StateT_contra], Protocol[HeadT, StateT_contra]):
    """How the series of a family are written in one format."""

    def head(self, labels: Labels, began: Began, /) -> HeadT:
        """What is made once for the series with these labels, which are sorted by name."""
        ...


class FamilyWriter(Generic[HeadT, StateT]):
    """Writes one family in one shape, and remembers what it wrote."""

    def __init__(
        self,
        definition: Definition,
        shape: FamilyShape[HeadT, StateT],
        states: Callable[[SeriesNumbers], Sequence[StateT]],
    ) -> None:
        self._states = states
        self._definition = definition
        # The timestamp of any other is when it was set, which is not written.
        self._has_began = definition.type in ADDED
        self._cache: SeriesCache[Labels, HeadT, StateT] = SeriesCache(
            shape, _checked(definition, shape.head)
        )

    def write(self, series: SeriesNumbers, now: float) -> bytes:
        """The family with these series; UnwritableError where it has what no format can hold."""
        check_numbers(self._definition, series)
        return self._cache.write([*series], self._began(series, now), self._states(series))

    def _began(self, series: SeriesNumbers, now: float) -> list[Began]:
        """When each series began; now, if that is not a time or, by a clock that was set, later."""
        if not self._has_began:
            return [None] * len(series)
        times = [numbers[TIMESTAMP] for numbers in series.values()]
        return [began if 0.0 <= began <= now else now for began in times]


def scalar_states(series: SeriesNumbers) -> list[float]:
    """The number of each series; the index of its state, of a stateset."""
    return [numbers[1] for numbers in series.values()]


def histogram_states(series: SeriesNumbers) -> list[tuple[float, ...]]:
    """All numbers of each series."""
    return [*map(tuple, series.values())]


def _checked(
    definition: Definition, head: Callable[[Labels, Began], HeadT]
) -> Callable[[Labels, Began], HeadT]:
    """`head`, for labels only that a series of the metric can have."""
    valid: set[tuple[str, ...]] = set()  # names of labels

    def checked(labels: Labels, began: Began) -> HeadT:
        names = (*[name for name, _ in labels],)
        if names not in valid:
            check_labels(definition, labels)
            valid.add(names)
        return head(labels, began)

    return checked


class FamilyRenderer:
    """Renders families one by one. Those that are gone leave it with the next rendering.

    A family that no format can hold is left out, as is one that takes the name of another. That is
    logged once.
    """

    def __init__(self, writer: Callable[[Definition], WriteFamily]) -> None:
        self._writer = writer
        self._last: dict[str, _KnownFamily] = {}

    def parts(self, families: Iterable[Family]) -> dict[str, bytes]:
        """The bytes of each family, by its metric's name."""
        last, now = self._last, max(time(), 0.0)  # a clock may say that it is before 1970
        known: dict[str, _KnownFamily] = {}
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
                parts[name] = entry.write(family.series, now)
            except (ValueError, OverflowError) as error:
                report_unwritable(name, error)
                continue
            known[name] = entry
            taken.update(entry.names)
        self._last = known
        return parts

    def _entry(self, definition: Definition) -> _KnownFamily:
        return _KnownFamily(definition, names_of(definition), self._writer(definition))


class _KnownFamily(NamedTuple):
    definition: Definition
    names: Sequence[str]
    write: WriteFamily


def report_unwritable(name: str, error: Exception) -> None:
    """Log once that the metric is left out."""
    why = str(error)
    log_once(("delivery", name), lambda: f"{safe_repr(name)} is not delivered: {why}")


_ENDS: Final = {"counter": "_total", "info": "_info"}
_SUFFIXES: Final = {
    "counter": ("_total", "_created"),
    "gauge": ("",),
    "histogram": ("_bucket", "_count", "_sum", "_created"),
    "info": ("_info",),
    "stateset": ("",),
}


class UnwritableError(ValueError):
    """A family cannot be written; the message says why."""


def names_of(definition: Definition) -> list[str]:
    """The names that the metric takes, which no other metric may have."""
    name = definition.name
    if not is_legacy_name(name):
        raise UnwritableError("its name is not a metric's name")
    end = _ENDS.get(definition.type, "")
    if not name.endswith(end) or name == end:
        raise UnwritableError(f"the name of a metric of type {definition.type} ends in `{end}`")
    buckets = definition.buckets
    ascend = all(a < b for a, b in pairwise((-inf, *buckets, inf)))
    if definition.type == "histogram" and not (buckets and ascend):
        raise UnwritableError("its buckets do not ascend")
    if len({*definition.states, INVALID}) <= len(definition.states):
        raise UnwritableError("a state is listed twice")
    return [definition.family, *sample_names(definition)]


def sample_names(definition: Definition) -> list[str]:
    """The names of the metric's samples."""
    return [definition.family + suffix for suffix in _SUFFIXES[definition.type]]


def check_labels(definition: Definition, labels: Labels) -> None:
    """Raise UnwritableError unless a series of the metric can have labels of these names."""
    names = [name for name, _ in labels]
    taken = {"histogram": "le", "stateset": definition.name}.get(definition.type)
    for name in names:
        if not is_legacy_name(name) or name.startswith("__") or name == taken:
            raise UnwritableError(f"a series cannot have the label {name!r}")
    if not all(before < after for before, after in pairwise(names)):
        raise UnwritableError("the labels of a series are not sorted, or one is given twice")


def check_numbers(definition: Definition, series: SeriesNumbers) -> None:
    """Raise UnwritableError unless each series has as many numbers as the metric says."""
    if not {width(definition)}.issuperset(map(len, series.values())):
        raise UnwritableError("a series does not have as many numbers as its metric says")
