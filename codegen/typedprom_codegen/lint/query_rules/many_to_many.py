"""TP518: an operation in which several series of both sides match, or of the side of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.message_parts import listed
from typedprom_codegen.promql.lexer import is_templated
from typedprom_codegen.promql.nodes.binary import SETS, Binary
from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.tree import all_below
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.matching import match

CODE: Final = warning(
    "TP518",
    "query-many-to-many",
    """
    Several series of one side have the same values of the labels that are matched on, where
    Prometheus allows only one: the query fails as soon as a label that is not matched on has a
    second value. Aggregate that side, or match on the label too. Where one side may have several,
    `group_left` or `group_right` says which.

    Wrong:

    ```promql
    sum by (job, country) (rate(shop_orders_failed_total[5m]))
      / on (job) sum by (job, country) (rate(shop_orders_placed_total[5m]))
    ```

    Right:

    ```promql
    sum by (job, country) (rate(shop_orders_failed_total[5m]))
      / on (job, country) sum by (job, country) (rate(shop_orders_placed_total[5m]))
    ```
    """,
)


def check(node: Binary, query: CheckedQuery) -> Iterator[Finding]:
    """Report sides of one that can have several series for each match."""
    matching = node.matching
    if matching is None or not matching.keyword or node.operator in SETS:
        return
    if node.left.kind is not Kind.INSTANT or node.right.kind is not Kind.INSTANT:
        return
    left, right = query.type(node.left).labels, query.type(node.right).labels
    found = match(left, right, matching, query.known.target_labels)
    sides = {}
    if matching.many != "group_left":
        sides["left"] = found.repeated_left - _chosen(node.left)
    if matching.many != "group_right":
        sides["right"] = found.repeated_right - _chosen(node.right)
    repeated = {side: labels for side, labels in sides.items() if labels}
    if not repeated:
        return
    words = " and ".join(f"the {side} side" for side in repeated)
    labels = frozenset().union(*repeated.values())
    named = listed(f"`{label}`" for label in sorted(labels))
    message = f"several series of {words} can match, which differ in {named}"
    yield Finding(message, matching.extent, _help(matching.many, repeated, named))


def _chosen(node: Expression) -> frozenset[str]:
    """The labels for which a Grafana variable chooses the value, perhaps only one."""
    return frozenset(
        matcher.label.name
        for each in all_below(node)
        if isinstance(each, Selector)
        for matcher in each.matchers
        if is_templated(matcher.value)
    )


def _help(many: str, repeated: dict[str, frozenset[str]], named: str) -> str:
    if not many and len(repeated) == 1:
        side = next(iter(repeated))
        return f"add `group_{side}`, or aggregate that side without {named}"
    return f"match on {named} too, or aggregate without {named}"


RULE: Final = QueryRule(CODE, on=Binary, check=check)
