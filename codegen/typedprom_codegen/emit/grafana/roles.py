"""What part a metric plays, so that a dashboard can put like beside like."""

from __future__ import annotations

from enum import Enum
from typing import Final

from typedprom_codegen.ir import Metric, MetricType, Panel

FAILURES: Final = frozenset({"error", "errors", "failed", "failure", "failures"})
"""Words of a counter's key or its labels that say it counts what went wrong."""


class Role(Enum):
    """A section of a component's dashboard, by its heading, in the order they stand."""

    STATE = "State"
    FACTS = "Facts"
    TRAFFIC = "Traffic"
    ERRORS = "Errors"
    DURATIONS = "Durations"
    DISTRIBUTIONS = "Sizes and distributions"


def role(metric: Metric) -> Role:
    """The part that a metric plays, told by its type, its unit and the words of its key.

    A counter that the catalog draws as a single number is watched, as the beats of a heart are.
    """
    if metric.type in {MetricType.INFO, MetricType.STATESET}:
        return Role.FACTS
    if metric.type is MetricType.HISTOGRAM:
        return Role.DURATIONS if metric.unit == "seconds" else Role.DISTRIBUTIONS
    if metric.type is MetricType.GAUGE or metric.dashboard.panel is Panel.STAT:
        return Role.STATE
    names = [metric.key.replace(".", "_"), *(label.name for label in metric.labels)]
    words = "_".join(names).split("_")
    return Role.TRAFFIC if FAILURES.isdisjoint(words) else Role.ERRORS
