"""The queries that an expert would write for a metric, obeying the dashboard's variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from typedprom_codegen.emit.grafana import lines, text, units
from typedprom_codegen.emit.grafana.filters import Filters
from typedprom_codegen.ir import Aggregation, Combine, Metric, MetricType
from typedprom_codegen.promql.reader import read
from typedprom_codegen.promql.series import (
    BUCKET_SUFFIX,
    COUNT_SUFFIX,
    INSTANCE_LABEL,
    SUM_SUFFIX,
    KnownSeries,
)
from typedprom_codegen.promql.vocabulary import BUCKET_LABEL

RATE_WINDOW: Final = "$__rate_interval"
WHOLE_RANGE: Final = "$__range"
REMEMBERED: Final = "7d"  # for so long is known when something happened last, whatever died since
TIMESTAMP_SUFFIX: Final = "_timestamp_seconds"
MERGING: Final = (Aggregation.SUM, Aggregation.AVG, Aggregation.MIN, Aggregation.MAX)

_INCREASE: Final = Aggregation.INCREASE.value
_OVER_TIME: Final = (Aggregation.RATE, Aggregation.INCREASE)
_OF_GAUGES: Final = {
    Combine.SUM: Aggregation.SUM,
    Combine.LIVE_SUM: Aggregation.SUM,
    Combine.MIN: Aggregation.MIN,
    Combine.MAX: Aggregation.MAX,
}
_BOUNDS: Final = {Aggregation.MIN: "0", Aggregation.MAX: "1"}  # as quantiles of a histogram
_RANKS: Final = (("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99"))
_RANKS_OF_SCORES: Final = (("p50", "0.5"), ("p10", "0.1"), ("p5", "0.05"))


@dataclass(frozen=True, slots=True)
class PanelQuery:
    """What one query of a panel asks, how its series are called, and the unit of their values."""

    expr: str
    name: str  # may be empty where labels tell the series apart
    labels: tuple[str, ...]  # those that do
    unit: str  # of what stands on the panel's axis
    exemplar: bool = False
    may_be_negative: bool = False  # whatever the metric is

    def legend(self, *, alone: bool) -> str:
        """What the legend calls each series; alone, the query's labels are enough."""
        named = [] if alone and self.labels else [self.name]
        return " ".join(filter(None, (*named, *map(text.label, self.labels))))


@dataclass(frozen=True, slots=True)
class Source:
    """Where queries come from: a metric, as one dashboard filters it, told apart by `labels`."""

    metric: Metric
    labels: tuple[str, ...]
    filters: Filters
    known: KnownSeries

    @property
    def is_timestamp(self) -> bool:
        """Whether the metric says when something happened."""
        return self.metric.type is MetricType.GAUGE and self.metric.name.endswith(TIMESTAMP_SUFFIX)

    @property
    def merging(self) -> Aggregation | None:
        """How the numbers of several series become one, if the metric itself tells."""
        if self.metric.type is MetricType.COUNTER:
            return Aggregation.SUM
        found = _OF_GAUGES.get(self.metric.combine)
        return Aggregation.MAX if found is None and self.is_timestamp else found

    def selector(self, suffix: str = "", window: str = "") -> str:
        """The metric's series that the dashboard is filtered to."""
        matchers = ", ".join(self.filters.matchers(self.metric))
        ranged = f"[{window}]" if window else ""
        return f"{self.metric.name}{suffix}{{{matchers}}}{ranged}"

    def over_time(self, function: Aggregation, suffix: str = "", window: str = RATE_WINDOW) -> str:
        """The metric's rate or increase."""
        return f"{function.value}({self.selector(suffix, window)})"


def source(metric: Metric, filters: Filters, known: KnownSeries) -> Source:
    """A metric as a graph shows it."""
    return Source(metric, lines.told_apart(metric), filters, known)


def derived(source: Source, aggregations: Iterable[Aggregation] = ()) -> list[PanelQuery]:
    """The queries an expert would write for the metric, in the ways that are asked for."""
    wanted = tuple(dict.fromkeys(aggregations))
    if source.metric.type is MetricType.COUNTER:
        return list(_of_counter(source, wanted))
    if source.metric.type is MetricType.HISTOGRAM:
        return list(_of_histogram(source, wanted))
    if source.metric.type is MetricType.GAUGE:
        return list(_of_gauge(source, wanted))
    return [_of_facts(source)]


def current(source: Source) -> list[PanelQuery]:
    """One number for each set of labels, for the whole time range where the metric adds up."""
    if source.metric.type is not MetricType.COUNTER:
        return derived(source)
    increase = source.over_time(Aggregation.INCREASE, window=WHOLE_RANGE)
    expr = merged(Aggregation.SUM, source.labels, increase)
    name = _name(source)
    unit = units.of_increase(source.metric.unit)
    return [PanelQuery(expr, name, source.labels, unit)]


def in_all(source: Source) -> PanelQuery:
    """How often something happens in all: never, where nothing is scraped."""
    unit, factor = units.of_rate(source.metric.unit)
    expr = f"sum({source.over_time(Aggregation.RATE)}){factor} or vector(0)"
    return PanelQuery(expr, text.title(source.metric), (), unit)


def occurred(query: PanelQuery) -> PanelQuery:
    """What a query answers, without what did not happen in the while it looks at."""
    increases = any(call.name == _INCREASE for call in read(query.expr).calls)
    return replace(query, expr=f"{enclosed(query.expr)} > 0") if increases else query


def distribution(source: Source) -> list[PanelQuery]:
    """How many observations fell into each bucket."""
    increase = source.over_time(Aggregation.INCREASE, BUCKET_SUFFIX)
    expr = merged(Aggregation.SUM, (BUCKET_LABEL,), increase)
    return [PanelQuery(expr, "", (BUCKET_LABEL,), units.base(source.metric.unit))]


def quantiles(source: Source) -> Iterator[PanelQuery]:
    """The usual quantiles of a histogram, over all its labels."""
    for name, rank in _ranks(source):
        yield _quantile(source, name, rank, ())


def tail(source: Source) -> PanelQuery:
    """The quantile that tells how bad it gets, over the whole time range."""
    name, rank = _ranks(source)[1]
    return _quantile(source, name, rank, (), WHOLE_RANGE)


def merged(aggregation: Aggregation, labels: Sequence[str], expr: str) -> str:
    """The series of an expression as one for each set of labels."""
    grouping = f" by ({', '.join(labels)}) " if labels else ""
    return f"{aggregation.value}{grouping}{enclosed(expr)}"


def enclosed(expr: str) -> str:
    """In parentheses, the closing one out of reach of a comment."""
    return f"({expr}\n)" if "#" in expr else f"({expr})"


def _ranks(source: Source) -> Sequence[tuple[str, str]]:
    """Where to look at a histogram: high where much is bad, low at scores, where little is."""
    return _RANKS_OF_SCORES if source.metric.unit == "ratio" else _RANKS


def _quantile(
    source: Source, name: str, rank: str, labels: tuple[str, ...], window: str = RATE_WINDOW
) -> PanelQuery:
    rate = source.over_time(Aggregation.RATE, BUCKET_SUFFIX, window)
    buckets = merged(Aggregation.SUM, (BUCKET_LABEL, *labels), rate)
    unit = units.base(source.metric.unit)
    return PanelQuery(f"histogram_quantile({rank}, {buckets})", name, labels, unit, exemplar=True)


def _of_counter(source: Source, wanted: tuple[Aggregation, ...]) -> Iterator[PanelQuery]:
    functions = [a for a in wanted if a in _OVER_TIME] or [Aggregation.RATE]
    merging = [a for a in wanted if a in MERGING] or [Aggregation.SUM]
    for function in functions:
        unit, factor = units.of_rate(source.metric.unit)
        if function is Aggregation.INCREASE:
            unit, factor = units.of_increase(source.metric.unit), ""
        several = [function.value] if len(functions) > 1 else []
        for query in _merges(source, source.over_time(function), unit, merging, several):
            yield replace(query, expr=query.expr + factor)


def _of_gauge(source: Source, wanted: tuple[Aggregation, ...]) -> Iterator[PanelQuery]:
    merging = wanted or ((source.merging,) if source.merging else ())
    unit = units.base(source.metric.unit)
    if not source.is_timestamp:
        yield from _merges(source, source.selector(), unit, merging, [])
        return
    known = f"last_over_time({source.selector(window=REMEMBERED)})"
    for query in _merges(source, known, unit, merging, []):
        yield replace(query, expr=f"time() - {query.expr}")


def _merges(
    source: Source,
    series: str,
    unit: str,
    merging: Sequence[Aggregation],
    name: Sequence[str],
) -> Iterator[PanelQuery]:
    """Series merged by the metric's labels in each of these ways; in none, one a process."""
    for merge in merging:
        words = [merge.value, *name] if len(merging) > 1 or name else []
        called = _name(source, ", ".join(words))
        yield PanelQuery(merged(merge, source.labels, series), called, source.labels, unit)
    if not merging:
        labels = tuple(dict.fromkeys((*source.labels, INSTANCE_LABEL)))
        yield PanelQuery(series, ", ".join(name), labels, unit)


def _of_facts(source: Source) -> PanelQuery:
    """What is true now, of what an info or a stateset says by its labels."""
    expr = merged(Aggregation.MAX, source.labels, source.selector())
    return PanelQuery(f"{expr} == 1", _name(source), source.labels, units.COUNT)


def _of_histogram(source: Source, wanted: tuple[Aggregation, ...]) -> Iterator[PanelQuery]:
    if not wanted or Aggregation.HISTOGRAM_QUANTILE in wanted:
        yield from quantiles(source)
    for aggregation in wanted:
        if aggregation in _BOUNDS:
            yield _quantile(source, aggregation.value, _BOUNDS[aggregation], source.labels)
        elif aggregation is Aggregation.AVG:
            yield _mean(source)
    functions = [a for a in wanted if a in _OVER_TIME]
    if not functions and Aggregation.SUM in wanted:
        functions = [Aggregation.RATE]
    for function in functions:
        unit, factor = units.of_rate(None)
        if function is Aggregation.INCREASE:
            unit, factor = units.of_increase(None), ""
        series = source.over_time(function, COUNT_SUFFIX)
        expr = merged(Aggregation.SUM, source.labels, series) + factor
        yield PanelQuery(expr, "observations", source.labels, unit)


def _mean(source: Source) -> PanelQuery:
    total, count = (
        merged(Aggregation.SUM, source.labels, source.over_time(Aggregation.RATE, suffix))
        for suffix in (SUM_SUFFIX, COUNT_SUFFIX)
    )
    unit = units.base(source.metric.unit)
    return PanelQuery(f"{total} / {count}", "mean", source.labels, unit)


def _name(source: Source, name: str = "") -> str:
    """What a derived query is called; as the metric where nothing else would name its series."""
    return name or ("" if source.labels else text.title(source.metric))
