"""TP518: an operation in which several series of both sides match, or of the side of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.ir import MetricType
from typedprom_codegen.lint.conditions import is_filter
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.message_parts import listed
from typedprom_codegen.promql.aggregations import AGGREGATIONS
from typedprom_codegen.promql.lexer import is_templated
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import SETS, Binary
from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.precedence import PRECEDENCE
from typedprom_codegen.promql.tree import few_below
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.known import Series
from typedprom_codegen.queries.matching import match

CODE: Final = warning(
    "TP518",
    "query-many-to-many",
    """
    Several series of one side have the same values of the labels that are matched on, where
    Prometheus allows only one: the query fails as soon as a label that is not matched on has a
    second value. Aggregate that side, or match on the label too. Where one side may have several,
    `group_left` or `group_right` says which.

    Only labels whose values the catalog lists are reported: an open label can depend on those that
    are matched on, as the version of a program depends on its instance.

    Wrong:

    ```promql
    sum by (job, outcome) (rate(shop_jobs_total[5m])) / on (job) sum by (job) (shop_carts_open)
    ```

    Right:

    ```promql
    sum by (job, outcome) (rate(shop_jobs_total[5m]))
      / on (job) group_left () sum by (job) (shop_carts_open)
    ```
    """,
)

_COMPUTING: Final = PRECEDENCE.keys() - SETS
_COMPLETE: Final = frozenset({MetricType.COUNTER, MetricType.HISTOGRAM, MetricType.STATESET})


def check(node: Binary, query: CheckedQuery) -> Iterator[Finding]:
    """Report sides of one that surely can have several series for each match."""
    matching = node.matching
    if matching is None or not matching.keyword or node.operator not in _COMPUTING:
        return
    if node.left.kind is not Kind.INSTANT or node.right.kind is not Kind.INSTANT:
        return
    left, right = query.type(node.left).labels, query.type(node.right).labels
    found = match(left, right, matching, query.known.target_labels)
    sides = {}
    if matching.many != "group_left":
        sides["left"] = found.repeated_left & _varying(node.left, query)
    if matching.many != "group_right":
        sides["right"] = found.repeated_right & _varying(node.right, query)
    repeated = {side: labels for side, labels in sides.items() if labels}
    if not repeated:
        return
    words = " and ".join(f"the {side} side" for side in repeated)
    named = listed(f"`{label}`" for label in sorted(frozenset().union(*repeated.values())))
    message = f"several series of {words} can match, which differ in {named}"
    yield Finding(message, matching.extent, _help(matching.many, repeated, named))


def _varying(node: Expression, query: CheckedQuery) -> frozenset[str]:
    """The labels whose values are listed, all of which a target has at once.

    Values of other labels can depend on those that are matched on, such as a pod's node on the pod.
    """
    found = query.type(node)
    if not found.series or not all(map(_has_all, found.series)):
        return frozenset()
    chosen: set[str] = set()
    parts = few_below(node)
    for each in parts or ():
        if is_filter(each) or (isinstance(each, Aggregation) and AGGREGATIONS[each.name].selects):
            return frozenset()  # `x == 1` is one state of many
        if isinstance(each, Selector):
            chosen |= {m.label.name for m in each.matchers if is_templated(m.value)}
    if parts is None:
        return frozenset()
    listed_ = {name for name, values in found.labels.values.items() if len(values) > 1}
    return frozenset(listed_ - chosen)


def _has_all(series: Series) -> bool:
    """Whether the series of all listed values exist from the start of a program."""
    declared = series.metric.declared
    return declared is not None and declared.emitted and declared.type in _COMPLETE


def _help(many: str, repeated: dict[str, frozenset[str]], named: str) -> str:
    if not many and len(repeated) == 1:
        side = next(iter(repeated))
        return f"add `group_{side}`, or aggregate that side without {named}"
    return f"match on {named} too, or aggregate without {named}"


RULE: Final = QueryRule(CODE, on=Binary, check=check)
