"""Where a query names labels of the series of its parts: in groupings, matchings, functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from typedprom_codegen.promql.lexer import has_variable
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.selector import NAME_LABEL, LabelName
from typedprom_codegen.promql.nodes.string import String
from typedprom_codegen.promql.query import Query

_FIRST_SOURCE: Final = {
    "label_join": 3,
    "label_replace": 3,
    "sort_by_label": 1,
    "sort_by_label_desc": 1,
}
"""The first argument that names a label which the series should have."""


class LabelUse(NamedTuple):
    """A label that a query names, and the expressions of which one should have it."""

    label: LabelName
    sides: tuple[Expression, ...]
    is_dropped: bool  # whether it is named only to be dropped: by `without` or `ignoring`


def label_uses(query: Query) -> Iterator[LabelUse]:
    """Every use of a label, except in the matchers of selectors and without variables."""
    for node in query.nodes:
        if isinstance(node, Aggregation):
            found = _of_aggregation(node)
        elif isinstance(node, Binary):
            found = _of_binary(node)
        elif isinstance(node, Call) and node.name in _FIRST_SOURCE:
            found = _of_call(node)
        else:
            continue
        for use in found:
            name = use.label.name
            if name and name != NAME_LABEL and not has_variable(name):
                yield use


def _of_aggregation(node: Aggregation) -> Iterator[LabelUse]:
    if node.grouping is not None:
        is_dropped = node.grouping.keyword == "without"
        for label in node.grouping.labels:
            yield LabelUse(label, (node.expression,), is_dropped)


def _of_binary(node: Binary) -> Iterator[LabelUse]:
    matching = node.matching
    if matching is None:
        return
    for label in matching.labels:
        yield LabelUse(label, (node.left, node.right), matching.keyword == "ignoring")
    one = node.right if matching.many == "group_left" else node.left
    for label in matching.included:
        yield LabelUse(label, (one,), is_dropped=False)


def _of_call(node: Call) -> Iterator[LabelUse]:
    first = _FIRST_SOURCE[node.name]
    sources = node.arguments[first : first + 1 if node.name == "label_replace" else None]
    for source in sources:
        if isinstance(source, String):
            yield LabelUse(
                LabelName(source.value, source.extent), node.arguments[:1], is_dropped=False
            )
