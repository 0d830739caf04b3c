"""The queries that the catalog asks for, made to obey the dashboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from typedprom_codegen import ir
from typedprom_codegen.emit.grafana import text, units
from typedprom_codegen.emit.grafana.legends import legend_labels
from typedprom_codegen.emit.grafana.queries import (
    MERGING,
    RATE_WINDOW,
    PanelQuery,
    Source,
    derived,
    merged,
)
from typedprom_codegen.promql.edits import Edit, add_matchers, apply, swap_windows
from typedprom_codegen.promql.lexer import Extent
from typedprom_codegen.promql.query import Query, Selector
from typedprom_codegen.promql.reader import read
from typedprom_codegen.promql.series import BUCKET_SUFFIX
from typedprom_codegen.promql.vocabulary import BUCKET_LABEL, PER_SECOND


def own(source: Source) -> list[PanelQuery]:
    """The catalog's queries, filtered as the dashboard is."""
    return [_rewritten(source, query) for query in source.metric.dashboard.queries]


def hinted(source: Source) -> list[PanelQuery]:
    """The queries and aggregations that the catalog asks for; none where it leaves them to us."""
    hints = source.metric.dashboard
    if not hints.queries:
        return derived(source, hints.aggregations) if hints.aggregations else []
    queries = [merge for query in own(source) for merge in _merges(source, query)]
    called = {call.name for query in hints.queries for call in read(query.expr).calls}
    missing = [a for a in hints.aggregations if a not in MERGING and a.value not in called]
    if missing:
        merging = [a for a in hints.aggregations if a in MERGING]
        queries += derived(source, [*merging, *missing])
    return queries


def _merges(source: Source, query: PanelQuery) -> Iterator[PanelQuery]:
    """A query that keeps processes apart, merged by the metric's labels in each way asked for."""
    merging = [a for a in source.metric.dashboard.aggregations if a in MERGING]
    if not merging or any(call.is_aggregation for call in read(query.expr).calls):
        yield query
        return
    labels = tuple(label for label in source.labels if label in query.labels)
    for merge in merging:
        name = query.name if len(merging) == 1 else f"{query.name}, {merge.value}"
        yield replace(query, expr=merged(merge, labels, query.expr), name=name, labels=labels)


def _rewritten(source: Source, declared: ir.Query) -> PanelQuery:
    """A query of the catalog with the dashboard's matchers and window."""
    query = read(declared.expr)

    def matchers(selector: Selector) -> list[str]:
        series = source.known.get(selector.name)
        return source.filters.matchers(series.metric) if series else source.filters.of_targets()

    variables = source.filters.variables
    expr = apply(
        query,
        [
            *add_matchers(query, matchers),
            *swap_windows(query, RATE_WINDOW),
            *text.literal_strings(query, variables),
            *_all_buckets(query),
        ],
    )
    name = text.legend(declared.name, variables)
    labels = legend_labels(read(expr), source.known)
    on_buckets = any((s.name or "").endswith(BUCKET_SUFFIX) for s in query.selectors)
    unit = units.of_query(query, source.known, source.metric)
    return PanelQuery(expr, name, labels, unit, on_buckets, units.may_be_negative(query))


def _all_buckets(query: Query) -> Iterator[Edit]:
    """Take a quantile over all series together where the query does not say over which.

    Of quantiles nothing can be merged afterwards: one a process and label says little of the whole.
    """
    if any(call.is_aggregation for call in query.calls):
        return
    quantiles = [call.arguments for call in query.calls if call.name == "histogram_quantile"]
    for call in query.calls:
        if call.name in PER_SECOND and any(call.arguments in inner for inner in quantiles):
            tokens = [t.extent for t in query.tokens if t.extent.end <= call.arguments.start]
            yield Edit(Extent(tokens[-1].start, tokens[-1].start), f"sum by ({BUCKET_LABEL}) (")
            yield Edit(Extent(call.arguments.end, call.arguments.end), ")")
