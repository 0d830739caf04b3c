"""TP520: `or vector(0)` beside labelled series, or for a counter that always exists."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.ir import MetricType
from typedprom_codegen.lint.conditions import has_filter, is_constant_vector
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import shown, text_of
from typedprom_codegen.promql.nodes.aggregation import Aggregation, Grouping
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.parenthesis import Parenthesis
from typedprom_codegen.promql.nodes.selector import Matcher, Selector
from typedprom_codegen.promql.tree import MOST_PARTS, few_below
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.sources.source_query import Use

CODE: Final = warning(
    "TP520",
    "query-constant-fallback",
    """
    `vector(0)` is a series without labels. After `or` it is added wherever no series on the left
    has the same labels, which is none: beside series with labels it always is one more, and never
    stands for one of them. `or on () vector(0)` adds it only if there are none.

    It also hides that a program is gone: a counter of the catalog whose labels are all closed
    starts at 0, so that it is only missing if nothing was scraped.

    Wrong:

    ```promql
    sum by (country) (rate(shop_orders_placed_total[5m])) or vector(0)
    ```

    Right:

    ```promql
    sum by (country) (rate(shop_orders_placed_total[5m])) or on () vector(0)
    ```
    """,
)

_NEUTRAL: Final = frozenset({"max", "sum"})
"""Aggregations in which a 0 changes nothing, of values that are not negative."""

_FROM_0: Final = frozenset({MetricType.COUNTER, MetricType.HISTOGRAM})


def check(node: Binary, query: CheckedQuery) -> Iterator[Finding]:
    """Report a constant after `or` that is always added, or that hides absence."""
    if node.operator != "or" or not is_constant_vector(node.right):
        return
    if query.source.alert is not None and _is_alternative(node, query):
        return  # the alert always fires, which another rule reports
    text = text_of(node.right, query)
    extent = node.operator_extent._replace(end=node.right.end)
    if node.matching is None:
        label = _sure_label(node, query)
        if label is not None:
            message = f"`{text}` has no labels, so it is added beside every `{label}`"
            help = f"write `or on () {text}`, which is added only if there is nothing else"
            yield Finding(message, extent, help)
            return
    if query.source.use is Use.PANEL and _always_exists(node.left, query):
        counter = shown(_selectors(node.left)[0], query)
        message = f"`or {text}` hides that {counter} is gone: it exists from the start, with 0"
        yield Finding(message, extent, f"remove `or {text}`")


def _is_alternative(node: Binary, query: CheckedQuery) -> bool:
    """Whether the whole query consists of alternatives, of which it is one."""
    return all(
        isinstance(each, Parenthesis) or (isinstance(each, Binary) and each.operator == "or")
        for each in islice(query.above(node), MOST_PARTS)
    )


def _sure_label(node: Binary, query: CheckedQuery) -> str | None:
    """A label that the series on the left surely have where the constant stays beside them.

    `sum(x or vector(0))` is a way to get 0 where there is nothing.
    """
    labels = query.type(node.left).labels.sure
    for parent in query.above(node):
        if isinstance(parent, Aggregation) and parent.name in _NEUTRAL:
            labels = _kept(labels, parent.grouping)
            break
        if not isinstance(parent, Parenthesis):
            break
    return min(labels, default=None)


def _kept(labels: frozenset[str], grouping: Grouping | None) -> frozenset[str]:
    if grouping is None:
        return frozenset()
    names = {label.name for label in grouping.labels}
    return labels & names if grouping.keyword == "by" else labels - names


def _selectors(node: Expression) -> list[Selector]:
    return [each for each in few_below(node) or () if isinstance(each, Selector)]


def _always_exists(node: Expression, query: CheckedQuery) -> bool:
    """Whether the series are counters that exist from the start of their program."""
    selectors = _selectors(node)
    return (
        bool(selectors)
        and not has_filter(node)
        and all(_starts_at_0(each, query) for each in selectors)
    )


def _starts_at_0(selector: Selector, query: CheckedQuery) -> bool:
    """Whether a selector is of a counter that code records, and picks series that always exist."""
    series = query.known.get(selector.name)
    declared = series.metric.declared if series is not None else None
    if series is None or declared is None or not declared.emitted or selector.is_open:
        return False
    labels = series.metric.labels
    if declared.type not in _FROM_0 or not series.metric.is_whole or None in labels.values():
        return False
    return all(
        _finds_some(matcher, labels.get(matcher.label.name))
        for matcher in selector.matchers
        if matcher.label.name not in query.known.target_labels
    )


def _finds_some(matcher: Matcher, values: frozenset[str] | None) -> bool:
    """Whether a matcher of one value surely finds a value of a closed label."""
    if values is None:
        return False
    if matcher.operator == "=":
        return matcher.value in values
    return matcher.operator == "!=" and len(values - {matcher.value}) > 0


RULE: Final = QueryRule(CODE, on=Binary, check=check)
