"""Which expressions return series only under a condition, and can so be empty on purpose."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.promql.nodes.binary import COMPARISONS, Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.tree import few_below, without_parentheses

ABSENCE: Final = frozenset({"absent", "absent_over_time"})
_SETS: Final = frozenset({"and", "unless"})


def is_filter(node: Expression) -> bool:
    """Whether an operation or function drops series by their values, or by other series."""
    if isinstance(node, Binary):
        return node.operator in _SETS or (node.operator in COMPARISONS and not node.returns_bool)
    return isinstance(node, Call) and node.name in ABSENCE


def has_filter(node: Expression) -> bool:
    """Whether there is a filter in an expression, or may be, in a large one."""
    parts = few_below(node)
    return parts is None or any(map(is_filter, parts))


def joined_by_or(root: Expression) -> list[Expression]:
    """The expressions that `or` joins to a query, in the order of the text."""
    found: list[Expression] = []
    waiting = [root]
    while waiting:
        node = without_parentheses(waiting.pop())
        if isinstance(node, Binary) and node.operator == "or":
            waiting += [node.right, node.left]
        else:
            found.append(node)
    return found


def is_constant_vector(node: Expression) -> bool:
    """Whether it is `vector(0)` or the like: one series without labels, always there."""
    node = without_parentheses(node)
    return (
        isinstance(node, Call)
        and node.name == "vector"
        and isinstance(without_parentheses(node.arguments[0]), Number)
    )
