"""TP517: two sides whose series can never match."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.message_parts import listed
from typedprom_codegen.promql.nodes.binary import SETS, Binary
from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.promql.precedence import PRECEDENCE
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.label_sets import Labels
from typedprom_codegen.queries.matching import Match, match

CODE: Final = error(
    "TP517",
    "query-no-match",
    """
    The series of the two sides of an operation match if their labels are the same: all labels, or
    those of `on`, or all but those of `ignoring`. Where one side has a label that the other side
    never has, none match and the result is empty; `unless` drops nothing.

    Wrong:

    ```promql
    sum by (country) (rate(shop_orders_failed_total[5m])) / sum(rate(shop_orders_placed_total[5m]))
    ```

    Right:

    ```promql
    sum by (country) (rate(shop_orders_failed_total[5m]))
      / on () group_left () sum(rate(shop_orders_placed_total[5m]))
    ```
    """,
)

_SELECTING: Final = PRECEDENCE.keys() - {"or"}
"""Operators whose result has series that match; a Grafana variable may be any."""


def check(node: Binary, query: CheckedQuery) -> Iterator[Finding]:
    """Report operations that surely match no series."""
    if node.operator not in _SELECTING or (node.matching is not None and node.matching.fills):
        return
    if node.left.kind is not Kind.INSTANT or node.right.kind is not Kind.INSTANT:
        return
    left, right = query.type(node.left).labels, query.type(node.right).labels
    found = match(left, right, node.matching, query.known.target_labels)
    if found.is_possible:
        return
    result = "`unless` drops nothing" if node.operator == "unless" else "the result is empty"
    extent = node.operator_extent
    if node.matching is not None:
        extent = extent._replace(end=node.matching.extent.end)
    help = _help(node, found, left, right)
    yield Finding(f"{_reason(found)}: no series match, and {result}", extent, help)


def _reason(found: Match) -> str:
    for labels, one, other in (
        (found.only_left, "left", "right"),
        (found.only_right, "right", "left"),
    ):
        if labels:
            return f"only the {one} side has {_named(labels)}, and the {other} side never"
    return f"the two sides have no value of {_named(found.disjoint)} in common"


def _named(labels: frozenset[str]) -> str:
    word = "label" if len(labels) == 1 else "labels"
    return f"the {word} {listed(f'`{label}`' for label in sorted(labels))}"


def _many(node: Binary, found: Match, left: Labels, right: Labels) -> str:
    """What says that one side has several series for each of the other, if it can have."""
    if node.operator in SETS:
        return ""
    for names, labels, many in (
        (found.only_left, left, " group_left ()"),
        (found.only_right, right, " group_right ()"),
    ):
        if any(len(labels.values.get(name, "??")) > 1 for name in names):
            return many
    return ""


def _help(node: Binary, found: Match, left: Labels, right: Labels) -> str:
    """How to match on the labels that both sides have."""
    if found.only_left and found.only_right:
        return "aggregate both sides by labels that both have"
    matching = node.matching
    differing = found.only_left or found.only_right or found.disjoint
    if matching is not None and matching.keyword == "on":
        return f"remove {_named(differing)} from `on`"
    ignored = {label.name for label in matching.labels} if matching is not None else set[str]()
    many = _many(node, found, left, right)
    one, other = (left, right) if found.only_left else (right, left)
    may_differ = one.is_open or one.possible - other.possible - ignored - differing
    if not found.disjoint and not other.is_open and may_differ:
        names = ", ".join(sorted((one.possible & other.possible) - ignored))
        return f"match on the labels that both have: `{node.operator} on ({names}){many}`"
    names = ", ".join(sorted(ignored | differing))
    return f"leave it out of the matching: `{node.operator} ignoring ({names}){many}`"


RULE: Final = QueryRule(CODE, on=Binary, check=check)
