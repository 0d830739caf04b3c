"""Metrics as data: their definition, and their series as readers of a spool see them.

The Python package of the catalog is not needed to read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from math import prod
from typing import Final, Literal, NamedTuple, TypeAlias

from typedprom.metrics.labels import INVALID, OVERFLOW, ZERO_SERIES_LIMIT

MetricType: TypeAlias = Literal["counter", "gauge", "histogram", "info", "stateset"]
ExternalType: TypeAlias = MetricType | Literal["summary", "unknown"]
Stability: TypeAlias = Literal["experimental", "stable", "deprecated"]
Combine: TypeAlias = Literal["last", "sum", "min", "max", "live_sum"]

# All labels of a series, constant and info labels included, sorted by name.
Labels: TypeAlias = tuple[tuple[str, str], ...]

# The numbers of a series. The first is a Unix time in seconds: when counting began, of counters and
# histograms; when the value was set, of the others. The others are, of
#   a counter      its value
#   a gauge        its value
#   a histogram    the observations in each bucket, not cumulated, +Inf last; then their sum
#   a stateset     the index of the current state, -1 for `_invalid`
#   an info        1.0
Numbers: TypeAlias = list[float]

TIMESTAMP: Final = 0  # the index of that time


class LabelDefinition(NamedTuple):
    """A label: its closed set of values, or else how many distinct values it may take."""

    name: str
    values: tuple[str, ...] | None = None
    budget: int | None = None


class Definition(NamedTuple):
    """A metric, as it was in the catalog of the process that recorded it.

    `name` is that of its samples: with a counter's `_total` and an info's `_info`. `unit` is given
    only where it is the suffix of the family's name. `labels` identify a series, `info_labels` are
    what an info sets, `constant` labels are on every series. `buckets` are upper bounds, ascending,
    without +Inf. `budget` is how many series there may be.
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


class Family(NamedTuple):
    """A metric with its series."""

    definition: Definition
    series: dict[Labels, Numbers]


ADDED: Final = ("counter", "histogram")  # types whose numbers are added up, and start at zero
FREE: Final = frozenset((INVALID, OVERFLOW))  # label values that use nothing of a budget
_CACHE_SIZE: Final = 4096


class Shape(NamedTuple):
    """What two definitions must have in common for their series to be combined."""

    name: str
    type: MetricType
    buckets: tuple[float, ...] = ()
    states: tuple[str, ...] = ()


@lru_cache(_CACHE_SIZE)
def shape(definition: Definition) -> Shape:
    """The shape of the metric's series."""
    buckets = definition.buckets if definition.type == "histogram" else ()
    states = definition.states if definition.type == "stateset" else ()
    return Shape(definition.name, definition.type, buckets, states)


def width(definition: Definition) -> int:
    """How many numbers a series has."""
    return len(definition.buckets) + 3 if definition.type == "histogram" else 2


@lru_cache(_CACHE_SIZE)
def zero_series(definition: Definition) -> tuple[Labels, ...]:
    """The labels of all series that exist before anything is recorded."""
    sets = [label.values for label in definition.labels if label.values is not None]
    count = prod(map(len, sets))
    if (
        definition.type not in ADDED
        or len(sets) < len(definition.labels)
        or count > ZERO_SERIES_LIMIT
        or (definition.budget is not None and count > definition.budget)
    ):
        return ()
    names = [label.name for label in definition.labels]
    return tuple(
        tuple(sorted((*definition.constant, *zip(names, values, strict=True))))
        for values in product(*sets)
    )


def unset_series(definition: Definition) -> dict[Labels, Numbers]:
    """What is exposed of a metric that has no series.

    That of a gauge or a stateset without labels exists before it is set.
    """
    if definition.labels or definition.type not in ("gauge", "stateset"):
        return {}
    return {definition.constant: [0.0, 0.0]}


def zeros(definition: Definition, timestamp: float) -> Numbers:
    """The numbers of a series that nothing was recorded into."""
    return [timestamp, *[0.0] * (width(definition) - 1)]


def base(labels: Labels, definition: Definition) -> Labels:
    """The labels that identify a series: all but those an info sets."""
    if not definition.info_labels:
        return labels
    return tuple(pair for pair in labels if pair[0] not in definition.info_labels)


def label_values(series: Iterable[Labels], name: str) -> set[str]:
    """The values of a label that use its budget."""
    return {value for labels in series for label, value in labels if label == name} - FREE
