"""Which section of a dashboard a metric belongs to."""

from __future__ import annotations

from enum import Enum
from typing import Final

from typedprom_codegen.ir import Metric, MetricType, PanelType

FAILURES: Final = frozenset({"error", "errors", "failed", "failure", "failures"})
"""Words in a counter's key or labels that mean it counts errors."""


class Section(Enum):
    """A section of a component's dashboard and its heading, in the order of the dashboard."""

    STATE = "State"
    FACTS = "Facts"
    TRAFFIC = "Traffic"
    ERRORS = "Errors"
    DURATIONS = "Durations"
    DISTRIBUTIONS = "Sizes and distributions"


def section_of(metric: Metric) -> Section:
    """The section of a metric, by its type, its unit and the words of its key.

    A counter with a stat panel, such as a heartbeat, is a state.
    """
    if metric.type in {MetricType.INFO, MetricType.STATESET}:
        return Section.FACTS
    if metric.type is MetricType.HISTOGRAM:
        return Section.DURATIONS if metric.unit == "seconds" else Section.DISTRIBUTIONS
    if metric.type is MetricType.GAUGE or metric.dashboard.panel is PanelType.STAT:
        return Section.STATE
    names = [metric.key.replace(".", "_"), *(label.name for label in metric.labels)]
    words = "_".join(names).split("_")
    return Section.TRAFFIC if FAILURES.isdisjoint(words) else Section.ERRORS
