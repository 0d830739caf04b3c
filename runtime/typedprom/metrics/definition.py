"""The data of a metric: its definition, and families of series as readers of a spool see them.

Everything here is data: nothing of the catalog's Python package is needed to read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from math import prod
from typing import Final, Literal, TypeAlias

from typedprom.metrics.labels import INVALID, OVERFLOW

MetricType: TypeAlias = Literal["counter", "gauge", "histogram", "info", "stateset"]
Stability: TypeAlias = Literal["experimental", "stable", "deprecated"]
Combine: TypeAlias = Literal["last", "sum", "min", "max", "live_sum"]

# All labels of a series, constant and info labels included, sorted by name.
Labels: TypeAlias = tuple[tuple[str, str], ...]

# The numbers of a series. The first is a Unix time in seconds: when counting began, of counters and
# histograms; when the value was set, of the others. What follows is, of
#   a counter      its value
#   a gauge        its value
#   a histogram    the observations in each bucket, not cumulated, +Inf last; then their sum
#   a stateset     the index of the state it is in, -1 for `_invalid`
#   an info        1.0
Numbers: TypeAlias = list[float]

TIMESTAMP: Final = 0  # the place of that time


@dataclass(frozen=True, slots=True)
class LabelDefinition:
    """A label: its closed set of values, if it has one; how many distinct values it may take."""

    name: str
    values: tuple[str, ...] | None = None
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A metric, as the process that recorded it had it in its catalog.

    `name` is that of its samples: with a counter's `_total` and an info's `_info`. `unit` is given
    only where it is the suffix of the family's name. `labels` tell series apart, `info_labels` are
    what one series of an info says, `constant` are on every series. `buckets` are upper bounds,
    ascending, without +Inf. `budget` is how many series there may be.
    """

    name: str
    type: MetricType
    help: str
    unit: str = ""
    labels: tuple[LabelDefinition, ...] = ()
    constant: Labels = ()
    buckets: tuple[float, ...] = ()
    combine: Combine = "last"
    states: tuple[str, ...] = ()
    info_labels: tuple[str, ...] = ()
    budget: int | None = None

    @property
    def family(self) -> str:
        """The name of the family: without a counter's `_total`, an info's `_info`."""
        suffix = {"counter": "_total", "info": "_info"}.get(self.type, "")
        return self.name.removesuffix(suffix)


@dataclass(slots=True)
class Family:
    """A metric with its series."""

    definition: Definition
    series: dict[Labels, Numbers] = field(default_factory=dict[Labels, Numbers])


ADDED: Final = ("counter", "histogram")  # the types whose numbers add up, and that start at zero
FREE: Final = frozenset((INVALID, OVERFLOW))  # label values that take nothing of a budget
_ZERO_SERIES_LIMIT: Final = 10_000
_CACHED: Final = 4096


@dataclass(frozen=True, slots=True)
class Shape:
    """What two definitions must agree on, or their series are kept apart."""

    name: str
    type: MetricType
    buckets: tuple[float, ...] = ()
    states: tuple[str, ...] = ()


@lru_cache(_CACHED)
def shape(definition: Definition) -> Shape:
    """The shape of the metric's series."""
    kind = definition.type
    return Shape(
        definition.name,
        kind,
        definition.buckets if kind == "histogram" else (),
        definition.states if kind == "stateset" else (),
    )


def width(definition: Definition) -> int:
    """How many numbers a series has."""
    return len(definition.buckets) + 3 if definition.type == "histogram" else 2


@lru_cache(_CACHED)
def zero_series(definition: Definition) -> tuple[Labels, ...]:
    """The labels of all series that exist before anything is recorded."""
    sets = [label.values for label in definition.labels if label.values is not None]
    count = prod(map(len, sets))
    most = _ZERO_SERIES_LIMIT
    if definition.budget is not None:
        most = min(most, definition.budget)
    if definition.type not in ADDED or len(sets) < len(definition.labels) or count > most:
        return ()
    names = [label.name for label in definition.labels]
    return tuple(
        tuple(sorted((*definition.constant, *zip(names, values, strict=True))))
        for values in product(*sets)
    )


def zeros(definition: Definition, timestamp: float) -> Numbers:
    """What such a series begins with."""
    return [timestamp, *[0.0] * (width(definition) - 1)]


def base(labels: Labels, definition: Definition) -> Labels:
    """What tells a series from others: all labels but those that an info says."""
    if not definition.info_labels:
        return labels
    return tuple(pair for pair in labels if pair[0] not in definition.info_labels)


def label_values(series: Iterable[Labels], name: str) -> set[str]:
    """The values that a label takes, without those that are free."""
    return {value for labels in series for label, value in labels if label == name} - FREE
