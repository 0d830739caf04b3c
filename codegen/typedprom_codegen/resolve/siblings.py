"""Checks how many counters a value of a label with `siblings: zero` begins in one component."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes import semantics
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.ir import Catalog, ClosedDomain, Component, Label, Metric, MetricType
from typedprom_codegen.resolve.labels import combinations

MOST_SIBLINGS: Final = 1_000
"""The most counters that one value may begin; the runtime has the same limit."""


def check_siblings(catalog: Catalog, diagnostics: Diagnostics) -> None:
    """Report labels of which a value would begin too many counters."""
    for component in catalog.components:
        for label in (*catalog.labels, *component.labels):
            if label.siblings and not isinstance(label.domain, ClosedDomain):
                _check(component, label, diagnostics)


def _check(component: Component, label: Label, diagnostics: Diagnostics) -> None:
    count = sum(_siblings(metric, label.name) for metric in component.metrics)
    if count > MOST_SIBLINGS:
        diagnostics.report(
            semantics.TOO_MANY_SERIES,
            f"a value of label `{label.key}` would begin {count:,} series "
            f"of component `{component.name}` at zero, more than {MOST_SIBLINGS:,}",
            label.where("siblings"),
            help="remove it, or labels of these counters, or values of their closed labels",
        )


def _siblings(metric: Metric, label: str) -> int:
    """How many series of a metric a value of the label begins: none where others are not closed."""
    is_one = metric.emitted and metric.type is MetricType.COUNTER
    if not is_one or not any(one.name == label and one.siblings for one in metric.labels):
        return 0
    return combinations(tuple(one for one in metric.labels if one.name != label))
