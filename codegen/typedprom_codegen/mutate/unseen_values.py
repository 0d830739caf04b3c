"""Which parts of a query nobody sees the value of: only which series they have matters."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import COMPARISONS, Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.tree import without_parentheses

PLAIN: Final = frozenset({"sum", "max", "min", "avg", "count", "group", "stddev", "stdvar"})
"""Aggregations that make one series of each group, whatever the values are."""

_COUNTING: Final = frozenset({"count", "group"})
_PRESENCE: Final = frozenset(
    {"absent", "absent_over_time", "present_over_time", "count_over_time", "timestamp"}
)
_BY_VALUE: Final = frozenset(
    {"clamp", "histogram_quantile", "histogram_quantiles", "histogram_fraction", "info"}
)
"""Functions whose arguments decide which series there are."""

_QUANTILE: Final = "histogram_quantile"

_OF_ONE: Final = frozenset({"vector", "absent", "absent_over_time"})
"""Functions that return one series at most."""

SAME_OF_ONE: Final = frozenset({"sum", "max", "min", "avg"})
"""Aggregations that return a single value as it is."""

_KEEPS_ZERO: Final = frozenset({"sum", "max", "min", "avg"})
_NOT_NEGATIVE: Final = frozenset(
    {"rate", "irate", "increase", "resets", "changes", "count_over_time", "present_over_time"}
)


def unseen_values(query: Query, known: Iterable[Expression] = ()) -> frozenset[Expression]:
    """The expressions of which only the presence of series matters, as it does of known ones."""
    found = {*known}
    for node in reversed(query.nodes):  # what it is part of comes first
        found.update(_below(node) if node not in found else _below_unseen(node))
    return frozenset(found)


def _below(node: Expression) -> tuple[Expression, ...]:
    """The parts whose values do not matter, of an expression whose value does."""
    if isinstance(node, Binary):
        return _times_zero(node) + ((node.right,) if node.operator in {"and", "unless"} else ())
    if isinstance(node, Aggregation):
        return node.parts() if node.name in _COUNTING else ()
    return node.parts() if isinstance(node, Call) and node.name in _PRESENCE else ()


def _times_zero(node: Binary) -> tuple[Expression, ...]:
    """What is multiplied by zero, which makes a zero of each number."""
    if node.operator != "*":
        return ()
    sides = ((node.left, node.right), (node.right, node.left))
    return tuple(side for side, other in sides if _is_zero(other))


def _is_zero(node: Expression) -> bool:
    number = without_parentheses(node)
    return isinstance(number, Number) and number.value == 0


def _below_unseen(node: Expression) -> tuple[Expression, ...]:
    """The parts whose values do not matter, of an expression whose value does not either."""
    if isinstance(node, Binary) and node.operator in COMPARISONS and not node.returns_bool:
        return ()
    if isinstance(node, Aggregation) and node.name not in PLAIN | {"quantile"}:
        return ()
    return () if isinstance(node, Call) and node.name in _BY_VALUE else node.parts()


def scaled_only(query: Query, unseen: Collection[Expression]) -> frozenset[Expression]:
    """The aggregations and calls of which a factor does not matter.

    Those that are compared with zero, where the value itself is not seen, and those whose buckets
    make a quantile.
    """
    found: set[Expression] = set()
    for node in query.all(Binary):
        if node.operator in COMPARISONS and (node in unseen or node.returns_bool):
            for side, other in ((node.left, node.right), (node.right, node.left)):
                if _is_zero(other):
                    found.update(_down(side))
    for call in query.all(Call):
        if call.name == _QUANTILE:
            found.update(each for each in _down(call.arguments[1]) if isinstance(each, Call))
    return frozenset(found)


def _down(side: Expression) -> list[Expression]:
    """What has the sign of this: aggregations down to a function."""
    found: list[Expression] = []
    node = without_parentheses(side)
    while isinstance(node, Aggregation) and node.name in _KEEPS_ZERO:
        found.append(node)
        node = without_parentheses(node.expression)
    if isinstance(node, Call) and node.name in _NOT_NEGATIVE:
        return [*found, node]
    return []


def has_one_series(node: Aggregation) -> bool:
    """Whether an aggregation surely has one series in each group: then many make the same."""
    inner = without_parentheses(node.expression)
    if isinstance(inner, Call):
        return inner.name in _OF_ONE
    if not isinstance(inner, Aggregation) or inner.name not in PLAIN:
        return False
    if inner.grouping is None or node.grouping is None:
        return inner.grouping is None
    kept, groups = inner.grouping, node.grouping
    if kept.keyword != "by" or groups.keyword != "by":
        return False
    return {label.name for label in kept.labels} <= {label.name for label in groups.labels}
