"""How many series a panel has by nature, and by which labels a graph tells a metric's apart."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Final

from typedprom_codegen.ir import ClosedDomain, Label, Metric

MOST: Final = 20  # lines that can be told apart on one graph
_UNKNOWN: Final = 100  # values of a label that the metric does not declare


def told_apart(metric: Metric) -> tuple[str, ...]:
    """The labels a graph of this metric draws a line for each value of.

    Labels with listed values come first, and each only as long as all lines can be told apart:
    errors by source and by kind are drawn by kind. One label is drawn in any case.
    """
    kept: list[Label] = []
    for label in sorted(metric.series_labels, key=_is_listed, reverse=True):
        if not kept or prod(map(_values, (*kept, label))) <= MOST:
            kept.append(label)
    return tuple(label.name for label in metric.series_labels if label in kept)


def count(metric: Metric, labels: Iterable[str]) -> int:
    """How many series these labels make at most."""
    values = {label.name: _values(label) for label in metric.series_labels}
    return prod(values.get(name, _UNKNOWN) for name in labels)


def _is_listed(label: Label) -> bool:
    return isinstance(label.domain, ClosedDomain)


def _values(label: Label) -> int:
    domain = label.domain
    return len(domain.values) if isinstance(domain, ClosedDomain) else domain.budget
