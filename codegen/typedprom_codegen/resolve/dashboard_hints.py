"""Resolves dashboard hints, and checks that they fit the metric."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from typedprom_codegen import raw
from typedprom_codegen.codes import semantics
from typedprom_codegen.diagnostics import Diagnostics, Related
from typedprom_codegen.ir import (
    Aggregate,
    CatalogQuery,
    DashboardHints,
    MetricType,
    PanelType,
    Threshold,
    ThresholdLevel,
)
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.load.yaml_nodes import EntrySpans, Path
from typedprom_codegen.message_parts import article, quoted
from typedprom_codegen.sources.yaml_place import YamlPlace

_ONLY_COUNTERS_GROW: Final = "a gauge goes up and down; use `avg`, `min`, `max` or `sum`"
_ONLY_BUCKETS: Final = "only histograms have buckets to take a quantile from"
_ZERO_OR_ONE: Final = "its series are only 0 or 1; write `queries` instead"

UNSUITABLE: Final = {
    (MetricType.GAUGE, Aggregate.RATE): _ONLY_COUNTERS_GROW,
    (MetricType.GAUGE, Aggregate.INCREASE): _ONLY_COUNTERS_GROW,
    (MetricType.GAUGE, Aggregate.HISTOGRAM_QUANTILE): _ONLY_BUCKETS,
    (MetricType.COUNTER, Aggregate.HISTOGRAM_QUANTILE): _ONLY_BUCKETS,
    **{
        (type_, aggregation): _ZERO_OR_ONE
        for type_ in (MetricType.INFO, MetricType.STATESET)
        for aggregation in Aggregate
    },
}
"""Aggregations that do not make sense for a type, and why."""


def resolve_dashboard(
    file: LoadedFile,
    key: str,
    type_: MetricType,
    hints: raw.Dashboard | None,
    diagnostics: Diagnostics,
) -> DashboardHints:
    """The dashboard hints of a metric."""
    path: Path = ("metrics", key, "dashboard")
    if hints is None:
        where = EntrySpans(file.source, ("metrics", key))
        return DashboardHints(None, queries=(), aggregations=(), thresholds=(), where=where)
    resolved = DashboardHints(
        panel=PanelType(hints.panel) if hints.panel else None,
        queries=tuple(_queries(file, path, hints.queries or [])),
        aggregations=tuple(map(Aggregate, hints.aggregations or [])),
        thresholds=tuple(
            Threshold(entry.value, ThresholdLevel(entry.level)) for entry in hints.thresholds or []
        ),
        where=EntrySpans(file.source, path),
    )
    _check_panel(file, path, type_, resolved, diagnostics)
    _check_aggregations(file, path, type_, resolved.aggregations, diagnostics)
    _check_queries(file, path, resolved.queries, diagnostics)
    _check_thresholds(file, path, resolved.thresholds, diagnostics)
    return resolved


def _queries(file: LoadedFile, path: Path, queries: list[raw.Query]) -> Iterator[CatalogQuery]:
    for index, query in enumerate(queries):
        entry = (*path, "queries", index)
        place = YamlPlace(file.source, (*entry, "expr"))
        yield CatalogQuery(query.name, query.expr, place, EntrySpans(file.source, entry))


def _check_panel(
    file: LoadedFile, path: Path, type_: MetricType, hints: DashboardHints, diagnostics: Diagnostics
) -> None:
    if hints.panel is PanelType.HEATMAP and type_ is not MetricType.HISTOGRAM:
        diagnostics.report(
            semantics.BAD_PANEL,
            f"a heatmap shows the buckets of a histogram, but this is {article(type_.value)}",
            file.source.value(*path, "panel"),
            help="write timeseries, stat or table, or remove `panel`",
        )


def _check_aggregations(
    file: LoadedFile,
    path: Path,
    type_: MetricType,
    aggregations: Sequence[Aggregate],
    diagnostics: Diagnostics,
) -> None:
    _check_repeated(file, (*path, "aggregations"), [a.value for a in aggregations], diagnostics)
    for index, aggregation in enumerate(aggregations):
        if reason := UNSUITABLE.get((type_, aggregation)):
            diagnostics.report(
                semantics.BAD_PANEL,
                f"the aggregation `{aggregation.value}` does not fit {article(type_.value)}",
                file.source.value(*path, "aggregations", index),
                help=reason,
            )


def _check_queries(
    file: LoadedFile, path: Path, queries: Sequence[CatalogQuery], diagnostics: Diagnostics
) -> None:
    titles = [query.name for query in queries]
    _check_repeated(file, (*path, "queries"), titles, diagnostics, "name")


def _check_repeated(
    file: LoadedFile, path: Path, words: list[str], diagnostics: Diagnostics, *field: str
) -> None:
    for index, word in enumerate(words):
        if word in words[:index]:
            first = file.source.value(*path, words.index(word), *field)
            diagnostics.report(
                semantics.REPEATED_ENTRY,
                f"{quoted(word)} appears twice in `{path[-1]}`",
                file.source.value(*path, index, *field),
                help="remove or rename one of the two",
                related=[Related(first, "the first one is here")],
            )


def _check_thresholds(
    file: LoadedFile, path: Path, thresholds: Sequence[Threshold], diagnostics: Diagnostics
) -> None:
    lower = -math.inf
    for index, threshold in enumerate(thresholds):
        if math.isfinite(threshold.value) and threshold.value > lower:
            lower = threshold.value
            continue
        message = f"the threshold `{threshold.value:g}` does not come after `{lower:g}`"
        if not math.isfinite(threshold.value):
            message = f"the threshold `{threshold.value:g}` is not finite"
        diagnostics.report(
            semantics.BAD_THRESHOLDS,
            message,
            file.source.value(*path, "thresholds", index, "value"),
            help="list finite values, each once, from the lowest to the highest",
        )
