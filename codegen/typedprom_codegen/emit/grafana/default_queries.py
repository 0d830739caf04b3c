"""The default queries for a metric, filtered by the dashboard's variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from typedprom_codegen.alerting.increase import Births
from typedprom_codegen.emit.grafana import series_count, text, unit_names
from typedprom_codegen.emit.grafana.variables import Filters
from typedprom_codegen.ir import Aggregate, ClosedDomain, Combine, Metric, MetricType
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.queries.known import (
    BUCKET_LABEL,
    BUCKET_SUFFIX,
    COUNT_SUFFIX,
    INSTANCE_LABEL,
    SUM_SUFFIX,
    KnownSeries,
)

RATE_WINDOW: Final = "$__rate_interval"
STEP: Final = "$__interval"
WHOLE_RANGE: Final = "$__range"
LOOKBACK: Final = "7d"  # how long the time of the last event is shown after its process ended
MERGING: Final = (Aggregate.SUM, Aggregate.AVG, Aggregate.MIN, Aggregate.MAX)

_INCREASE: Final = Aggregate.INCREASE.value
_OVER_TIME: Final = (Aggregate.RATE, Aggregate.INCREASE)
_OF_GAUGES: Final = {
    Combine.SUM: Aggregate.SUM,
    Combine.LIVE_SUM: Aggregate.SUM,
    Combine.MIN: Aggregate.MIN,
    Combine.MAX: Aggregate.MAX,
}
_BOUNDS: Final = {Aggregate.MIN: "0", Aggregate.MAX: "1"}  # as quantiles of a histogram
_RANKS: Final = (("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99"))
_RANKS_OF_RATIOS: Final = (("p50", "0.5"), ("p10", "0.1"), ("p5", "0.05"))


@dataclass(frozen=True, slots=True)
class PanelQuery:
    """One query of a panel, the names of its series, and the unit of their values."""

    expr: str
    name: str  # can be empty where labels distinguish the series
    labels: tuple[str, ...]  # those that distinguish the series
    unit: str = ""  # of the panel's axis, by its name in Grafana; empty until it is inferred
    exemplar: bool = False
    may_be_negative: bool = False  # even if the metric cannot

    def legend(self, *, alone: bool) -> str:
        """The legend of each series; for the only query of a panel, the labels are enough."""
        named = [] if alone and self.labels else [self.name]
        return " ".join(filter(None, (*named, *map(text.label, self.labels))))


@dataclass(frozen=True, slots=True)
class MetricContext:
    """A metric on one dashboard: its filters, and the labels that distinguish its lines."""

    metric: Metric
    labels: tuple[str, ...]
    filters: Filters
    known: KnownSeries
    births: Births | None = None  # where short programs give the counter new series

    @property
    def merging(self) -> Aggregate | None:
        """How values of several series become one, if the metric determines it."""
        if self.metric.type is MetricType.COUNTER:
            return Aggregate.SUM
        found = _OF_GAUGES.get(self.metric.combine)
        return Aggregate.MAX if found is None and self.metric.is_timestamp else found

    def selector(self, suffix: str = "", window: str = "") -> str:
        """A selector of the metric's series with the dashboard's filters."""
        matchers = ", ".join(self.filters.matchers(self.metric))
        ranged = f"[{window}]" if window else ""
        return f"{self.metric.name}{suffix}{{{matchers}}}{ranged}"

    def over_time(self, function: Aggregate, suffix: str = "", window: str = RATE_WINDOW) -> str:
        """The metric's rate or increase; where series are born, their increase in each step."""
        if self.births is not None:
            over = STEP if window == RATE_WINDOW else window
            return self.births.increase_over(self.selector(suffix), over)
        return f"{function.value}({self.selector(suffix, window)})"


def metric_context(
    metric: Metric, filters: Filters, known: KnownSeries, births: Births | None
) -> MetricContext:
    """The context of a metric on a graph."""
    labels = series_count.graph_labels(metric)
    is_born = metric.type is MetricType.COUNTER and not _is_closed(metric)
    return MetricContext(metric, labels, filters, known, births if is_born else None)


def derived(context: MetricContext, aggregations: Iterable[Aggregate] = ()) -> list[PanelQuery]:
    """The default queries for the metric, with the requested aggregations."""
    wanted = tuple(dict.fromkeys(aggregations))
    if context.metric.type is MetricType.COUNTER:
        return list(_of_counter(context, wanted))
    if context.metric.type is MetricType.HISTOGRAM:
        return list(_of_histogram(context, wanted))
    if context.metric.type is MetricType.GAUGE:
        return list(_of_gauge(context, wanted))
    return [_of_facts(context)]


def current(context: MetricContext) -> list[PanelQuery]:
    """One number for each set of labels; of a counter, the increase over the time range."""
    if context.metric.type is not MetricType.COUNTER:
        return derived(context)
    increase = context.over_time(Aggregate.INCREASE, window=WHOLE_RANGE)
    expr = merged(Aggregate.SUM, context.labels, increase)
    name = _name(context)
    return [PanelQuery(expr, name, context.labels)]


def total_rate(context: MetricContext) -> PanelQuery:
    """The rate over all series; 0 where no event has made a series yet.

    Of short programs, the increase over the time range: between runs their rate is 0.
    """
    otherwise = "" if _is_closed(context.metric) else " or vector(0)"
    if context.births is not None:
        counted = context.over_time(Aggregate.INCREASE, window=WHOLE_RANGE)
        return PanelQuery(f"sum({counted}){otherwise}", text.title(context.metric), ())
    rate = context.over_time(Aggregate.RATE)
    expr = f"sum({rate}){_per_minute(context.metric.unit)}{otherwise}"
    return PanelQuery(expr, text.title(context.metric), ())


def positive_only(query: PanelQuery) -> PanelQuery:
    """A query of an increase without the series that did not increase; others unchanged."""
    increases = any(call.name == _INCREASE for call in parse(query.expr).all(Call))
    return replace(query, expr=f"{parenthesised(query.expr)} > 0") if increases else query


def distribution(context: MetricContext) -> list[PanelQuery]:
    """How many observations fell into each bucket."""
    increase = context.over_time(Aggregate.INCREASE, BUCKET_SUFFIX)
    expr = merged(Aggregate.SUM, (BUCKET_LABEL,), increase)
    return [PanelQuery(expr, "", (BUCKET_LABEL,), unit_names.base(context.metric.unit))]


def quantiles(context: MetricContext) -> Iterator[PanelQuery]:
    """The usual quantiles of a histogram, over all its labels."""
    for name, rank in _ranks(context):
        yield _quantile(context, name, rank, ())


def high_quantile(context: MetricContext) -> PanelQuery:
    """The quantile of bad cases, over the whole time range: p95, for ratios p10."""
    name, rank = _ranks(context)[1]
    return _quantile(context, name, rank, (), WHOLE_RANGE)


def merged(aggregation: Aggregate, labels: Sequence[str], expr: str) -> str:
    """Aggregate the series of an expression by these labels."""
    grouping = f" by ({', '.join(labels)}) " if labels else ""
    return f"{aggregation.value}{grouping}{parenthesised(expr)}"


def _is_closed(metric: Metric) -> bool:
    """Whether all values of all labels are listed, so that series begin at zero."""
    return all(isinstance(label.domain, ClosedDomain) for label in metric.labels)


def parenthesised(expr: str) -> str:
    """In parentheses; the closing one is on a new line after a comment."""
    return f"({expr}\n)" if "#" in expr else f"({expr})"


def _ranks(context: MetricContext) -> Sequence[tuple[str, str]]:
    """Which quantiles to show: high ones, but low ones of ratios, where low values are bad."""
    return _RANKS_OF_RATIOS if context.metric.unit == "ratio" else _RANKS


def _quantile(
    context: MetricContext, name: str, rank: str, labels: tuple[str, ...], window: str = RATE_WINDOW
) -> PanelQuery:
    rate = context.over_time(Aggregate.RATE, BUCKET_SUFFIX, window)
    buckets = merged(Aggregate.SUM, (BUCKET_LABEL, *labels), rate)
    return PanelQuery(f"histogram_quantile({rank}, {buckets})", name, labels, exemplar=True)


def _of_counter(context: MetricContext, wanted: tuple[Aggregate, ...]) -> Iterator[PanelQuery]:
    functions = [a for a in wanted if a in _OVER_TIME] or [Aggregate.RATE]
    if context.births is not None:
        functions = [Aggregate.INCREASE]
    merging = [a for a in wanted if a in MERGING] or [Aggregate.SUM]
    for function in functions:
        factor = _per_minute(context.metric.unit) if function is Aggregate.RATE else ""
        several = [function.value] if len(functions) > 1 else []
        for query in _merges(context, context.over_time(function), merging, several):
            yield replace(query, expr=query.expr + factor)


def _of_gauge(context: MetricContext, wanted: tuple[Aggregate, ...]) -> Iterator[PanelQuery]:
    merging = wanted or ((context.merging,) if context.merging else ())
    if not context.metric.is_timestamp:
        yield from _merges(context, context.selector(), merging, [])
        return
    known = f"last_over_time({context.selector(window=LOOKBACK)})"
    for query in _merges(context, known, merging, []):
        yield replace(query, expr=f"time() - {query.expr}")


def _merges(
    context: MetricContext,
    series: str,
    merging: Sequence[Aggregate],
    name: Sequence[str],
) -> Iterator[PanelQuery]:
    """Aggregate series by the metric's labels, once per aggregation; without one, by process."""
    for merge in merging:
        words = [merge.value, *name] if len(merging) > 1 or name else []
        called = _name(context, ", ".join(words))
        yield PanelQuery(merged(merge, context.labels, series), called, context.labels)
    if not merging:
        labels = tuple(dict.fromkeys((*context.labels, INSTANCE_LABEL)))
        yield PanelQuery(series, ", ".join(name), labels)


def _of_facts(context: MetricContext) -> PanelQuery:
    """The current labels of an info or a stateset."""
    expr = merged(Aggregate.MAX, context.labels, context.selector())
    return PanelQuery(f"{expr} == 1", _name(context), context.labels)


def _of_histogram(context: MetricContext, wanted: tuple[Aggregate, ...]) -> Iterator[PanelQuery]:
    if not wanted or Aggregate.HISTOGRAM_QUANTILE in wanted:
        yield from quantiles(context)
    for aggregation in wanted:
        if aggregation in _BOUNDS:
            yield _quantile(context, aggregation.value, _BOUNDS[aggregation], context.labels)
        elif aggregation is Aggregate.AVG:
            yield _mean(context)
    functions = [a for a in wanted if a in _OVER_TIME]
    if not functions and Aggregate.SUM in wanted:
        functions = [Aggregate.RATE]
    for function in functions:
        factor = _per_minute(None) if function is Aggregate.RATE else ""
        series = context.over_time(function, COUNT_SUFFIX)
        expr = merged(Aggregate.SUM, context.labels, series) + factor
        yield PanelQuery(expr, "observations", context.labels)


def _mean(context: MetricContext) -> PanelQuery:
    total, count = (
        merged(Aggregate.SUM, context.labels, context.over_time(Aggregate.RATE, suffix))
        for suffix in (SUM_SUFFIX, COUNT_SUFFIX)
    )
    return PanelQuery(f"{total} / {count}", "mean", context.labels)


def _per_minute(unit: str | None) -> str:
    """The factor of a rate: counts are shown per minute, easier to read for rare events."""
    return "" if unit else " * 60"


def _name(context: MetricContext, name: str = "") -> str:
    """The name of a derived query: the metric's title where its series have no labels."""
    return name or ("" if context.labels else text.title(context.metric))
