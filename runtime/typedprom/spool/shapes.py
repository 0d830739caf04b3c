"""Shapes: which series of one name can be added number by number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final

from typedprom.labels import INVALID, OVERFLOW
from typedprom.spool.families import Definition, Labels, Numbers

if TYPE_CHECKING:
    from typedprom.instrument import MetricType

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


def zeros(definition: Definition, moment: float) -> Numbers:
    """What such a series begins with."""
    return [moment, *[0.0] * (width(definition) - 1)]


def base(labels: Labels, definition: Definition) -> Labels:
    """What tells a series from others: all labels but those that an info says."""
    if not definition.info_labels:
        return labels
    return tuple(pair for pair in labels if pair[0] not in definition.info_labels)


def label_values(series: Iterable[Labels], name: str) -> set[str]:
    """The values that a label takes, without those that are free."""
    return {value for labels in series for label, value in labels if label == name} - FREE
