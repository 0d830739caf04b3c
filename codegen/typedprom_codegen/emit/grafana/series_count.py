"""How many series a panel can have, and which labels a graph of a metric is split by."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Final

from typedprom_codegen.ir import ClosedDomain, Label, Metric

MOST: Final = 20  # lines that can be distinguished on one graph
_UNKNOWN: Final = 100  # values of a label that the metric does not declare


def graph_labels(metric: Metric) -> tuple[str, ...]:
    """The labels a graph of this metric is split by: a line for each combination of values.

    Closed labels come first, and labels are added while the lines can be distinguished: errors by
    source (open) and kind (closed) are split by kind. At least one label is used.
    """
    kept: list[Label] = []
    for label in sorted(metric.series_labels, key=_is_listed, reverse=True):
        if not kept or prod(map(_values, (*kept, label))) <= MOST:
            kept.append(label)
    return tuple(label.name for label in metric.series_labels if label in kept)


def count(metric: Metric, labels: Iterable[str]) -> int:
    """The largest number of series with these labels."""
    values = {label.name: _values(label) for label in metric.series_labels}
    return prod(values.get(name, _UNKNOWN) for name in labels)


def _is_listed(label: Label) -> bool:
    return isinstance(label.domain, ClosedDomain)


def _values(label: Label) -> int:
    domain = label.domain
    return len(domain.values) if isinstance(domain, ClosedDomain) else domain.budget
