"""Which labels distinguish the series of a query, for its legend.

Grafana shows the label's name where a series lacks the label, so a legend has only labels that all
series have.
"""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.promql_old.keywords import BUCKET_LABEL, SELECTING
from typedprom_codegen.promql_old.syntax import Call, Grouping, Query, Selector
from typedprom_codegen.queries.known import INSTANCE_LABEL, KnownSeries

_QUANTILES = frozenset({"histogram_quantile", "histogram_fraction"})


def legend_labels(query: Query, known: KnownSeries) -> tuple[str, ...]:
    """The labels that all series of the result have, in the order of the catalog or the query."""
    sides = list(_sides(query, known))
    if not sides:
        return ()
    first, *others = sides
    on = [{label.name for label in g.labels} for g in query.groupings if g.keyword == "on"]
    common = [label for label in first if all(label in side for side in (*others, *on))]
    takes_buckets = any(call.name in _QUANTILES for call in query.calls)
    return tuple(label for label in common if not (takes_buckets and label == BUCKET_LABEL))


def _sides(query: Query, known: KnownSeries) -> Iterator[list[str]]:
    """The labels of each vector that operators and functions combine.

    A vector is an outermost aggregation, or a selector outside of all aggregations.
    """
    merging = [c for c in query.calls if c.is_aggregation and c.name not in SELECTING]
    outermost = [c for c in merging if not any(_inside(c, other) for other in merging)]
    for call in outermost:
        inner = [s for s in query.selectors if s.extent in call.arguments]
        yield _grouped(call.grouping, inner, known)
    for selector in query.selectors:
        if not any(selector.extent in call.arguments for call in outermost):
            yield _labels(selector, known)


def _inside(call: Call, other: Call) -> bool:
    return call is not other and call.arguments in other.arguments


def _grouped(grouping: Grouping | None, selectors: list[Selector], known: KnownSeries) -> list[str]:
    if grouping is None:
        return []
    named = [label.name for label in grouping.labels]
    if grouping.keyword == "by":
        return named
    kept = [_labels(selector, known) for selector in selectors]
    return [label for label in (kept[0] if kept else []) if label not in named]


def _labels(selector: Selector, known: KnownSeries) -> list[str]:
    series = known.get(selector.name)
    declared = series.metric.declared if series else None
    if declared is None:
        return []
    return list(dict.fromkeys((*(label.name for label in declared.series_labels), INSTANCE_LABEL)))
