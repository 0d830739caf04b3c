"""Which quotients are surely from 0 to 1: those of a part and its whole."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary, Matching
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.tree import without_parentheses
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.infer.inference import Inference

_ADDING: Final = frozenset({"sum", "count"})
_OF_EACH: Final = frozenset(
    {"rate", "increase", "irate", "sum_over_time", "avg_over_time", "max_over_time"}
)
_MOST_ADDENDS: Final = 20


def fraction_bounds(node: Binary, inference: Inference) -> Bounds | None:
    """The bounds of a quotient of a part and its whole, as in `100 * a / (a + b)`."""
    left, percent = without_parentheses(node.left), 1.0
    if isinstance(left, Binary) and left.operator == "*":
        factors = (left.left, left.right)
        for number, other in (factors, factors[::-1]):
            value = inference.types[number].number
            if value is not None and value > 0 and inference.types[other].has_series:
                left, percent = without_parentheses(other), value
                break
    if not _is_fraction(left, node, inference):
        return None
    return Bounds(0.0, percent)


def _is_fraction(left: Expression, node: Binary, inference: Inference) -> bool:
    """Whether it is `a{x} / a`, both summed up alike, or `a / (a + b)`, none negative."""
    right = without_parentheses(node.right)
    if isinstance(right, Binary):
        return _is_addend(left, right, node.matching, inference)
    if not isinstance(left, Aggregation) or not isinstance(right, Aggregation):
        return False
    if left.name != right.name or left.name not in _ADDING:
        return False
    return _groups_contain(left, right, node.matching) and _is_part(left, right, inference)


def _is_addend(
    part: Expression, whole: Binary, matching: Matching | None, inference: Inference
) -> bool:
    if matching is not None and (matching.many or matching.fills):
        return False
    is_found = False
    node: Expression = whole
    for _ in range(_MOST_ADDENDS):
        addend = node
        if isinstance(node, Binary) and node.operator == "+":
            if node.matching is not None:
                return False
            addend = without_parentheses(node.right)
        if inference.types[addend].bounds.least < 0:
            return False
        is_found = is_found or _same_text(addend, part, inference)
        if addend is node:
            return is_found
        node = without_parentheses(node.left) if isinstance(node, Binary) else node
    return False


def _same_text(left: Expression, right: Expression, inference: Inference) -> bool:
    differs = left.end - left.start != right.end - right.start
    return not differs and inference.text(left) == inference.text(right)


def _names(node: Aggregation) -> frozenset[str]:
    return frozenset(label.name for label in node.grouping.labels) if node.grouping else frozenset()


def _groups_contain(left: Aggregation, right: Aggregation, matching: Matching | None) -> bool:
    """Whether each series on the left is of a part of the series that its match is of."""
    if matching is not None and matching.fills:
        return False
    keywords = {node.grouping.keyword for node in (left, right) if node.grouping is not None}
    mine, theirs = _names(left), _names(right)
    if "without" in keywords:
        plain = matching is None or not matching.keyword
        return plain and mine == theirs and left.grouping is not None and right.grouping is not None
    if not theirs <= mine:
        return False
    if matching is None or not matching.keyword:
        return True
    named = frozenset(label.name for label in matching.labels)
    return theirs <= named if matching.keyword == "on" else not theirs & named


def _is_part(left: Aggregation, right: Aggregation, inference: Inference) -> bool:
    """Whether the left is the same as the right of fewer series, and no value is negative."""
    mine, theirs = without_parentheses(left.expression), without_parentheses(right.expression)
    if left.name == "sum" and inference.types[theirs].bounds.least < 0:
        return False
    if isinstance(mine, Call) and isinstance(theirs, Call):
        if mine.name != theirs.name or mine.name not in _OF_EACH:
            return False
        mine, theirs = (
            without_parentheses(mine.arguments[0]),
            without_parentheses(theirs.arguments[0]),
        )
    if isinstance(mine, Range) and isinstance(theirs, Range):
        if not _same_time(mine, theirs, inference):
            return False
        mine, theirs = mine.selector, theirs.selector
    return (
        isinstance(mine, Selector)
        and isinstance(theirs, Selector)
        and _selects_fewer(mine, theirs, inference)
    )


def _same_time(left: Range, right: Range, inference: Inference) -> bool:
    """Whether two ranges have the same window and no offset."""
    simple = all(r.offset is None and r.at is None and not r.extension for r in (left, right))
    return simple and inference.text(left.duration) == inference.text(right.duration)


def _selects_fewer(left: Selector, right: Selector, inference: Inference) -> bool:
    if left.name is None or left.name != right.name or inference.known.get(left.name) is None:
        return False
    for node in (left, right):
        if node.is_open or node.offset is not None or node.at is not None:
            return False
    mine = {(m.label.name, m.operator, m.value) for m in left.matchers}
    return all((m.label.name, m.operator, m.value) in mine for m in right.matchers)
