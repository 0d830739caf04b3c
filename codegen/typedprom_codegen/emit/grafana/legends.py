"""Which labels distinguish the series of a query, for its legend.

Grafana shows the label's name where a series lacks the label, so a legend has only labels that all
series have.
"""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.promql.aggregations import AGGREGATIONS
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.query import Query
from typedprom_codegen.queries.known import BUCKET_LABEL, INSTANCE_LABEL, KnownSeries

_QUANTILES = frozenset({"histogram_quantile", "histogram_fraction"})


def legend_labels(query: Query, known: KnownSeries) -> tuple[str, ...]:
    """The labels that all series of the result have, in the order of the catalog or the query."""
    sides = list(_sides(query, known))
    if not sides:
        return ()
    first, *others = sides
    common = [label for label in first if all(label in side for side in (*others, *_on(query)))]
    takes_buckets = any(call.name in _QUANTILES for call in query.all(Call))
    return tuple(label for label in common if not (takes_buckets and label == BUCKET_LABEL))


def _on(query: Query) -> Iterator[set[str]]:
    """The labels by which the sides of each operator find each other."""
    for node in query.all(Binary):
        if node.matching and node.matching.keyword == "on":
            yield {label.name for label in node.matching.labels}


def _sides(query: Query, known: KnownSeries) -> Iterator[list[str]]:
    """The labels of each vector that operators and functions combine.

    A vector is an outermost aggregation, or a selector outside of all aggregations.
    """
    waiting = [query.root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Selector):
            yield _labels(node, known)
        elif isinstance(node, Aggregation) and not AGGREGATIONS[node.name].selects:
            yield _grouped(node, query, known)
        else:
            waiting += reversed(node.parts())


def _grouped(aggregation: Aggregation, query: Query, known: KnownSeries) -> list[str]:
    if aggregation.grouping is None:
        return []
    named = [label.name for label in aggregation.grouping.labels]
    if aggregation.grouping.keyword == "by":
        return named
    for selector in query.all(Selector):
        if aggregation.extent.contains(selector.extent):
            return [label for label in _labels(selector, known) if label not in named]
    return []


def _labels(selector: Selector, known: KnownSeries) -> list[str]:
    series = known.get(selector.name)
    declared = series.metric.declared if series else None
    if declared is None:
        return []
    return list(dict.fromkeys((*(label.name for label in declared.series_labels), INSTANCE_LABEL)))
