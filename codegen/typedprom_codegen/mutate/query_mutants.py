"""The changes of a query: of its numbers, windows, operators, functions, aggregations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from typedprom_codegen.mutate.amounts import near_durations, near_numbers
from typedprom_codegen.mutate.label_mutants import of_grouping, of_matching, of_selector
from typedprom_codegen.mutate.mutant import QueryChange
from typedprom_codegen.mutate.swaps import (
    AGGREGATIONS,
    CHANGE_THE_SERIES,
    FUNCTIONS,
    OPERATORS,
    SAME_SIGN,
)
from typedprom_codegen.mutate.unseen_values import (
    PLAIN,
    SAME_OF_ONE,
    has_one_series,
    scaled_only,
)
from typedprom_codegen.promql.extent import Extent, QuerySyntaxError
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import COMPARISONS, SETS, Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.nodes.timed import Timed
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.rewrite import Edit, apply
from typedprom_codegen.promql.tree import without_parentheses

_OFFSET: Final = re.compile(r"\s*\boffset\s*\Z", re.IGNORECASE)


def query_changes(query: Query, unseen: Collection[Expression]) -> list[QueryChange]:
    """Every change of a query that makes another query, in the order of the text.

    Those that nobody can notice are left out, as far as that is known: of values that are not seen.
    """
    found: dict[str, QueryChange] = {}
    for change in sorted(_Changes(query, unseen).all()):
        text = apply(query, [change.edit])
        if text != query.text and text not in found and _is_query(text):
            found[text] = change
    return list(found.values())


def _is_query(text: str) -> bool:
    try:
        parse.__wrapped__(text)  # each is parsed once
    except QuerySyntaxError:
        return False
    return True


class _Changes:
    """The changes of one query."""

    def __init__(self, query: Query, unseen: Collection[Expression]) -> None:
        self._text = query.text
        self._query = query
        self._unseen = unseen
        self._scaled = scaled_only(query, unseen)

    def all(self) -> Iterator[QueryChange]:
        """Every change, also those that are no queries."""
        for node in self._query.nodes:
            if isinstance(node, Binary):
                yield from self._of_operator(node)
            elif isinstance(node, Aggregation):
                yield from self._of_aggregation(node)
            elif isinstance(node, Call):
                yield from self._of_call(node)
            elif isinstance(node, Number) and node not in self._unseen:
                yield from self._of_number(node)
            if isinstance(node, Timed):
                yield from self._of_time(node)
            if isinstance(node, Selector):
                yield from of_selector(self._text, node)

    def _of_number(self, node: Number) -> Iterator[QueryChange]:
        near = near_durations(node.value) if node.is_duration else near_numbers(node.value)
        for text in near:
            yield self._replaced(node.extent, text, "number")

    def _of_operator(self, node: Binary) -> Iterator[QueryChange]:
        is_filter = node.operator in COMPARISONS | SETS
        if is_filter or not (node in self._unseen or _is_neutral(node)):
            for operator in OPERATORS.get(node.operator, ()):
                yield self._replaced(node.operator_extent, operator, "operator")
        if node.matching is not None:
            yield from of_matching(self._text, node.matching)

    def _of_aggregation(self, node: Aggregation) -> Iterator[QueryChange]:
        other = AGGREGATIONS.get(node.name, "")
        names = {node.name, other}
        is_same = (
            (node in self._unseen and names <= PLAIN)
            or (node in self._scaled and names <= SAME_SIGN)
            or (names <= SAME_OF_ONE and has_one_series(node))
        )
        if other and not is_same:
            yield self._replaced(node.name_extent, other, "aggregation")
        if node.grouping is not None:
            yield from of_grouping(self._text, node.grouping)

    def _of_call(self, node: Call) -> Iterator[QueryChange]:
        other = FUNCTIONS.get(node.name, "")
        is_scaled = node in self._scaled and {node.name, other} == {"rate", "increase"}
        is_same = is_scaled or (node in self._unseen and node.name not in CHANGE_THE_SERIES)
        if other and not is_same:
            yield self._replaced(node.name_extent, other, "function")

    def _of_time(self, node: Timed) -> Iterator[QueryChange]:
        if isinstance(node, Range | Subquery):
            yield from self._of_duration(node.duration, "window")
        if isinstance(node, Subquery) and node.step is not None:
            yield from self._of_duration(node.step, "step")
        if node.offset is not None:
            yield from self._of_duration(node.offset, "offset")
            yield from self._without_offset(node.offset)

    def _of_duration(self, node: Expression, what: str) -> Iterator[QueryChange]:
        if isinstance(node, Number) and node.value:
            sign = "-" if node.value < 0 else ""
            longer, *shorter = near_durations(abs(node.value))
            for text in (longer, *(shorter if what != "offset" else ())):
                yield self._replaced(node.extent, f"{sign}{text}", what)

    def _without_offset(self, node: Expression) -> Iterator[QueryChange]:
        if keyword := _OFFSET.search(self._text, 0, node.start):
            extent = Extent(keyword.start(), node.end)
            written = self._text[extent.start : extent.end].strip()
            yield QueryChange(Edit(extent, ""), f"`{written}` removed")

    def _replaced(self, extent: Extent, text: str, what: str) -> QueryChange:
        written = self._text[extent.start : extent.end]
        return QueryChange(Edit(extent, text), f"{what} `{written}` to `{text}`")


def _is_neutral(node: Binary) -> bool:
    """Whether an operator and its opposite do the same: `x * 1`, `x - 0`."""
    right = without_parentheses(node.right)
    neutral = {"*": (1, -1), "/": (1, -1), "+": (0,), "-": (0,)}.get(node.operator, ())
    return isinstance(right, Number) and right.value in neutral
