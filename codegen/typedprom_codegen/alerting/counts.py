"""Counts of events: recorded once for each metric, level and window, and used by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from typedprom_codegen.alerting import record_names
from typedprom_codegen.alerting.increase import Births
from typedprom_codegen.alerting.notation import aggregated, matchers, selector, string
from typedprom_codegen.alerting.rule_model import RecordingRule
from typedprom_codegen.ir import MetricType, SelectedSeries
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.queries.known import BUCKET_LABEL, BUCKET_SUFFIX, COUNT_SUFFIX

_PART: Final = "__counter__"
"""A label that tells counters apart while they are added; no catalog can have it."""


class Counts:
    """Expressions for counts of events, and the rules that record what they use."""

    def __init__(self, births: Births) -> None:
        self.births = births
        self._rules: dict[str, RecordingRule] = {}
        self._taken = 0

    def take(self) -> tuple[RecordingRule, ...]:
        """The rules that have been needed since the last call."""
        rules = tuple(self._rules.values())[self._taken :]
        self._taken = len(self._rules)
        return rules

    def count(
        self, selected: SelectedSeries, by: Sequence[str], window: int, *, before: int = 0
    ) -> str:
        """How many events there were in the window that ended so many seconds before now."""
        chosen = [each.label for each in (*selected.where, *selected.unless)]
        level = tuple(dict.fromkeys((*by, *chosen)))
        name = self._record(level, events_of(selected), window, increase_of(selected, self.births))
        filtered = selector(name, matchers(selected))
        if before:
            filtered += f" offset {duration(before)}"
        return filtered if level == tuple(by) else aggregated("sum", by, filtered)

    def total(self, counted: Sequence[SelectedSeries], by: Sequence[str], window: int) -> str:
        """How many events there were of all of these metrics together."""
        return total([self.count(each, by, window) for each in counted], by)

    def buckets(self, selected: SelectedSeries, by: Sequence[str], window: int) -> str:
        """How many observations were in each bucket of a histogram, by these labels."""
        chosen = [each.label for each in (*selected.where, *selected.unless)]
        level = tuple(dict.fromkeys((*by, *chosen, BUCKET_LABEL)))
        name = self._record(level, selected.metric.name + BUCKET_SUFFIX, window, self.births.events)
        filtered, told = selector(name, matchers(selected)), (*by, BUCKET_LABEL)
        return filtered if level == told else aggregated("sum", told, filtered)

    def _record(
        self,
        level: tuple[str, ...],
        series: str,
        window: int,
        increase: Callable[[str, int], str],
    ) -> str:
        name = record_names.count(level, series.removesuffix("_total"), window)
        if name not in self._rules:
            expr = aggregated("sum", level, increase(series, window))
            self._rules[name] = RecordingRule(name, expr, (), None)
        return name


def increase_of(selected: SelectedSeries, births: Births) -> Callable[[str, int], str]:
    """What to ask of a metric: only some counters count in whole numbers."""
    return births.increase if counts_a_unit(selected) else births.events


def counts_a_unit(selected: SelectedSeries) -> bool:
    """Whether a counter has a unit, such as seconds: then it does not count in whole numbers."""
    return selected.metric.type is MetricType.COUNTER and bool(selected.metric.unit)


def events_of(selected: SelectedSeries) -> str:
    """The name of the series that count a metric's events."""
    metric = selected.metric
    return metric.name + (COUNT_SUFFIX if metric.type is MetricType.HISTOGRAM else "")


def total(parts: Sequence[str], by: Iterable[str]) -> str:
    """The sum of several vectors, of which any can lack what another has."""
    if len(parts) == 1:
        return parts[0]
    first, *others = parts
    marked = [
        f'label_replace({part}, "{_PART}", {string(str(place))}, "", "")'
        for place, part in enumerate(others, start=2)
    ]
    return aggregated("sum", by, "\nor ".join([first, *marked]))
