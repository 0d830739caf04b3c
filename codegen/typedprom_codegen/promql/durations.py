"""Durations of ranges, steps and offsets: what they can be made of, and their values."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NoReturn

from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.number import LONGEST, Number
from typedprom_codegen.promql.nodes.parenthesis import Parenthesis
from typedprom_codegen.promql.nodes.unary import Unary
from typedprom_codegen.promql.nodes.variable import Variable
from typedprom_codegen.promql.reader import fail

_OPERATIONS: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    "^": math.pow,
}
_OF_TIME: Final = frozenset({"step", "range"})
_OF_TWO: Final = {"min_of": min, "max_of": max}
_Values = dict[Expression, float | None]


def check_duration(nodes: Sequence[Expression]) -> float | None:
    """Check the nodes of a duration, parts first; its seconds, or None if they vary.

    Raises QuerySyntaxError for what no duration can be made of.
    """
    if len(nodes) == 1:
        return _value(nodes[0], {})
    values: _Values = {}
    for node in nodes:
        values[node] = _value(node, values)
    return values[nodes[-1]]


def check_positive(duration: Expression, value: float | None) -> None:
    """Refuse a range or a step of no length."""
    if value is not None and value <= 0:
        fail("a duration must be greater than zero", duration.extent)


def check_timestamp(timestamp: Expression) -> None:
    """Refuse what cannot follow `@`: all but a number, `start()` and `end()`."""
    if isinstance(timestamp, Number):
        if not abs(timestamp.value) < 2**63:
            fail("this timestamp is out of bounds", timestamp.extent)
    elif not (
        isinstance(timestamp, Variable)
        or (isinstance(timestamp, Call) and timestamp.name in {"start", "end"})
    ):
        fail("`@` takes a timestamp, `start()` or `end()`", timestamp.extent)


def _value(node: Expression, values: _Values) -> float | None:
    if isinstance(node, Number):
        if not abs(node.value) < LONGEST:
            fail("this duration is out of bounds", node.extent)
        return node.value
    if isinstance(node, Variable):
        return None
    if isinstance(node, Parenthesis):
        return values[node.expression]
    if isinstance(node, Unary):
        inner = values[node.expression]
        return -inner if inner is not None and node.sign == "-" else inner
    if isinstance(node, Call):
        return _of_call(node, values)
    if isinstance(node, Binary) and node.operator in _OPERATIONS and node.matching is None:
        return _of_binary(node, values[node.left], values[node.right])
    return _refuse(node)


def _of_call(node: Call, values: _Values) -> float | None:
    if node.name in _OF_TIME:
        return None
    if node.name not in _OF_TWO:
        _refuse(node)
    left, right = (values[argument] for argument in node.arguments)
    return None if left is None or right is None else _OF_TWO[node.name](left, right)


def _of_binary(node: Binary, left: float | None, right: float | None) -> float | None:
    if right == 0 and node.operator in {"/", "%"}:
        fail("a duration divided by zero", node.extent)
    if left is None or right is None:
        return None
    try:
        return _OPERATIONS[node.operator](left, right)
    except (OverflowError, ValueError):
        return None


def _refuse(node: Expression) -> NoReturn:
    fail(
        "a duration is made of numbers, durations, arithmetic, `step()` and `range()`", node.extent
    )
