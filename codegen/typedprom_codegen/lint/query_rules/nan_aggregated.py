"""TP521: a ratio that is NaN without traffic, in something that a single NaN spoils."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.lint.conditions import has_filter
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import shown
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.tree import without_parentheses
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.sources.source_query import Use

CODE: Final = warning(
    "TP521",
    "query-nan-without-traffic",
    """
    A ratio of rates is 0/0, which is NaN, while nothing happens. One NaN makes a whole `sum` or
    `avg` NaN, also over time: one quiet instance hides all others, and an alert on the result stays
    silent. NaN also differs from everything, so an alert with `!=` fires without traffic. Divide
    sums, or keep only what has traffic.

    A plain `a / b > 0.05` is not reported: without traffic it rightly does not fire.

    Wrong:

    ```promql
    avg by (job) (rate(shop_orders_failed_total[5m]) / rate(shop_orders_placed_total[5m]))
    ```

    Right:

    ```promql
    sum by (job) (rate(shop_orders_failed_total[5m]))
      / sum by (job) (rate(shop_orders_placed_total[5m]))
    ```
    """,
)

_SPOILED: Final = frozenset({"avg", "stddev", "stdvar", "sum"})
_SPOILED_OVER_TIME: Final = frozenset(
    {"avg_over_time", "stddev_over_time", "stdvar_over_time", "sum_over_time"}
)
_OF_TARGETS: Final = ("host", "instance", "node", "pod")
"""Words in the names of labels whose values have one series each, as far as one can tell."""

_PASSING: Final = frozenset(
    {"abs", "ceil", "floor", "round", "label_replace", "label_join", "sort"}
)
_FLOWS: Final = frozenset({Meaning.RATE, Meaning.INCREASE})
_HELP: Final = "divide sums, or keep only what has traffic: `… / (… > 0)`"


def check(_: Expression, query: CheckedQuery) -> Iterator[Finding]:
    """Report ratios of rates below whatever a NaN spoils."""
    for node in query.query.nodes:
        inner, words = _spoiled(node, query)
        ratio = _ratio(inner, query) if inner is not None else None
        if ratio is not None:
            of = shown(ratio.right, query)
            message = f"this ratio is NaN while {of} is 0, and one NaN {words}"
            yield Finding(message, ratio.operator_extent, _HELP)


def _spoiled(node: Expression, query: CheckedQuery) -> tuple[Expression | None, str]:
    """The expression in which a NaN does harm, and which harm."""
    if isinstance(node, Aggregation) and node.name in _SPOILED and _mixes_series(node, query):
        return node.expression, f"makes the whole `{node.name}` NaN"
    if isinstance(node, Call) and node.name in _SPOILED_OVER_TIME:
        argument = node.arguments[0]
        if isinstance(argument, Subquery):
            return argument.expression, f"in the range makes `{node.name}` NaN"
    if isinstance(node, Binary) and node.operator == "!=" and query.source.use is Use.ALERT:
        return node.left, "differs from everything: the alert fires"
    return None, ""


def _mixes_series(node: Aggregation, query: CheckedQuery) -> bool:
    """Whether there can be several series in a group: of several targets, or of other labels."""
    labels, grouping = query.type(node.expression).labels, node.grouping
    names = {label.name for label in grouping.labels} if grouping is not None else set[str]()
    drops_names = grouping is not None and grouping.keyword == "without"
    kept = labels.possible - names if drops_names else names
    if not labels.is_open and not labels.possible - kept:
        return False
    if labels.possible - kept - query.known.target_labels:
        return True
    return not drops_names and not any(word in name for name in kept for word in _OF_TARGETS)


def _ratio(node: Expression, query: CheckedQuery) -> Binary | None:
    """The division of rates whose result it is, unless something keeps 0 out of the divisor."""
    while True:
        node = without_parentheses(node)
        if isinstance(node, Call) and node.name in _PASSING:
            node = node.arguments[0]
        elif isinstance(node, Binary) and node.operator in {"*", "+", "-"}:
            numbers = [query.type(side).is_number for side in (node.left, node.right)]
            if numbers[0] == numbers[1]:
                return None
            node = node.right if numbers[0] else node.left
        else:
            break
    if not isinstance(node, Binary) or node.operator != "/":
        return None
    left, right = query.type(node.left), query.type(node.right)
    if right.meaning not in _FLOWS or left.meaning not in _FLOWS:
        return None
    if right.bounds.least > 0 or has_filter(node.right) or has_filter(node.left):
        return None
    return node


RULE: Final = QueryRule(CODE, on=Expression, check=check)
