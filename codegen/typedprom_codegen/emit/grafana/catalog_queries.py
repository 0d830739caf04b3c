"""The queries of the catalog, rewritten for a dashboard: its filters and its rate window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from typedprom_codegen import ir
from typedprom_codegen.emit.grafana import text, units
from typedprom_codegen.emit.grafana.default_queries import (
    MERGING,
    RATE_WINDOW,
    MetricContext,
    PanelQuery,
    derived,
    merged,
)
from typedprom_codegen.emit.grafana.legends import legend_labels
from typedprom_codegen.promql_old.keywords import BUCKET_LABEL, PER_SECOND
from typedprom_codegen.promql_old.lexer import Extent
from typedprom_codegen.promql_old.parser import parse
from typedprom_codegen.promql_old.rewrite import Edit, add_matchers, apply, swap_windows
from typedprom_codegen.promql_old.syntax import Query, Selector
from typedprom_codegen.queries.known import BUCKET_SUFFIX


def written_queries(context: MetricContext) -> list[PanelQuery]:
    """The queries that the catalog spells out, with the dashboard's filters."""
    return [_rewritten(context, query) for query in context.metric.dashboard.queries]


def requested_queries(context: MetricContext) -> list[PanelQuery]:
    """Queries for the catalog's queries and aggregations; empty if it has neither."""
    hints = context.metric.dashboard
    if not hints.queries:
        return derived(context, hints.aggregations) if hints.aggregations else []
    queries = [merge for query in written_queries(context) for merge in _merges(context, query)]
    called = {call.name for query in hints.queries for call in parse(query.expr).calls}
    missing = [a for a in hints.aggregations if a not in MERGING and a.value not in called]
    if missing:
        merging = [a for a in hints.aggregations if a in MERGING]
        queries += derived(context, [*merging, *missing])
    return queries


def _merges(context: MetricContext, query: PanelQuery) -> Iterator[PanelQuery]:
    """Apply the requested aggregations to a query that does not aggregate."""
    merging = [a for a in context.metric.dashboard.aggregations if a in MERGING]
    if not merging or any(call.is_aggregation for call in parse(query.expr).calls):
        yield query
        return
    labels = tuple(label for label in context.labels if label in query.labels)
    for merge in merging:
        name = query.name if len(merging) == 1 else f"{query.name}, {merge.value}"
        yield replace(query, expr=merged(merge, labels, query.expr), name=name, labels=labels)


def _rewritten(context: MetricContext, declared: ir.CatalogQuery) -> PanelQuery:
    """A query of the catalog with the dashboard's matchers and window."""
    query = parse(declared.expr)

    def matchers(selector: Selector) -> list[str]:
        series = context.known.get(selector.name)
        declared = series.metric.declared if series else None
        return context.filters.matchers(declared) if declared else context.filters.of_targets()

    variables = context.filters.variables
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
    labels = legend_labels(parse(expr), context.known)
    on_buckets = any((s.name or "").endswith(BUCKET_SUFFIX) for s in query.selectors)
    unit = units.of_query(query, context.known, context.metric)
    return PanelQuery(expr, name, labels, unit, on_buckets, units.may_be_negative(query))


def _all_buckets(query: Query) -> Iterator[Edit]:
    """Add `sum by (le)` to a quantile that does not aggregate its buckets.

    Quantiles cannot be aggregated afterwards, and one per process and label says little.
    """
    if any(call.is_aggregation for call in query.calls):
        return
    quantiles = [call.arguments for call in query.calls if call.name == "histogram_quantile"]
    for call in query.calls:
        if call.name in PER_SECOND and any(call.arguments in inner for inner in quantiles):
            tokens = [t.extent for t in query.tokens if t.extent.end <= call.arguments.start]
            yield Edit(Extent(tokens[-1].start, tokens[-1].start), f"sum by ({BUCKET_LABEL}) (")
            yield Edit(Extent(call.arguments.end, call.arguments.end), ")")
