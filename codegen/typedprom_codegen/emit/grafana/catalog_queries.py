"""The queries of the catalog, rewritten for a dashboard: its filters and its rate window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from typedprom_codegen import ir
from typedprom_codegen.emit.grafana import text
from typedprom_codegen.emit.grafana.default_queries import (
    MERGING,
    RATE_WINDOW,
    MetricContext,
    PanelQuery,
    derived,
    merged,
)
from typedprom_codegen.emit.grafana.legends import legend_labels
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.rewrite import (
    PER_SECOND,
    Edit,
    add_matchers,
    apply,
    insertion,
    swap_windows,
)
from typedprom_codegen.queries.known import BUCKET_LABEL, BUCKET_SUFFIX


def written_queries(context: MetricContext) -> list[PanelQuery]:
    """The queries that the catalog spells out, with the dashboard's filters."""
    return [_rewritten(context, query) for query in context.metric.dashboard.queries]


def requested_queries(context: MetricContext) -> list[PanelQuery]:
    """Queries for the catalog's queries and aggregations; empty if it has neither."""
    hints = context.metric.dashboard
    if not hints.queries:
        return derived(context, hints.aggregations) if hints.aggregations else []
    queries = [merge for query in written_queries(context) for merge in _merges(context, query)]
    called = {name for query in hints.queries for name in _called(parse(query.expr))}
    missing = [a for a in hints.aggregations if a not in MERGING and a.value not in called]
    if missing:
        merging = [a for a in hints.aggregations if a in MERGING]
        queries += derived(context, [*merging, *missing])
    return queries


def _merges(context: MetricContext, query: PanelQuery) -> Iterator[PanelQuery]:
    """Apply the requested aggregations to a query that does not aggregate."""
    merging = [a for a in context.metric.dashboard.aggregations if a in MERGING]
    if not merging or _aggregates(parse(query.expr)):
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
    on_buckets = any((s.name or "").endswith(BUCKET_SUFFIX) for s in query.all(Selector))
    return PanelQuery(expr, name, labels, exemplar=on_buckets)


def _all_buckets(query: Query) -> Iterator[Edit]:
    """Add `sum by (le)` to a quantile that does not aggregate its buckets.

    Quantiles cannot be aggregated afterwards, and one per process and label says little.
    """
    if _aggregates(query):
        return
    quantiles = [c.extent for c in query.all(Call) if c.name == "histogram_quantile"]
    for call in query.all(Call):
        if call.name in PER_SECOND and any(extent.contains(call.extent) for extent in quantiles):
            yield insertion(call.start, f"sum by ({BUCKET_LABEL}) (")
            yield insertion(call.end, ")")


def _called(query: Query) -> Iterator[str]:
    """The names of all functions and aggregations of a query."""
    yield from (call.name for call in query.all(Call))
    yield from (aggregation.name for aggregation in query.all(Aggregation))


def _aggregates(query: Query) -> bool:
    return any(True for _ in query.all(Aggregation))
