"""What arithmetic makes of the meaning, the unit and the bounds of two expressions."""

from __future__ import annotations

import math
from typing import Final

from typedprom_codegen.queries import bounds, value_units
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type
from typedprom_codegen.queries.value_units import Unit

_ADDITIVE: Final = frozenset({"+", "-"})
_SCALES: Final = frozenset({"*", "/"})
_ADDS_UP: Final = frozenset(
    {Meaning.RATE, Meaning.INCREASE, Meaning.GAUGE, Meaning.RATIO, Meaning.COUNT}
)
_FLOWS: Final = frozenset({Meaning.RATE, Meaning.INCREASE, Meaning.COUNTER})
_WEIGHTS: Final = frozenset({Meaning.INFO, Meaning.STATE, Meaning.RATIO})
"""What a product with does not change the meaning of the other side."""


def arithmetic_bounds(operator: str, left: Bounds, right: Bounds) -> Bounds:
    """The bounds of the result."""
    match operator:
        case "+":
            return left.plus(right)
        case "-":
            return left.minus(right)
        case "*":
            return left.times(right)
        case "/":
            return left.over(right)
        case "%":
            return left.modulo(right)
        case "^":
            return left.to_power(right)
    return Bounds(-math.pi, math.pi) if operator == "atan2" else bounds.ANY


def arithmetic_unit(operator: str, left: Type, right: Type) -> Unit | None:
    """The unit of the result; None: not known."""
    if operator in _ADDITIVE or operator == "%":
        return _of_sum(left, right)
    if operator == "*":
        return _of_product(left, right)
    if operator == "/":
        return _of_quotient(left, right)
    if operator == "^" and left.unit is not None and right.number is not None:
        return left.unit.to_power(right.number)
    return None


def _of_sum(left: Type, right: Type) -> Unit | None:
    if right.is_number:
        return left.unit
    if left.is_number:
        return right.unit
    if left.unit is None or right.unit is None or left.unit.factor != right.unit.factor:
        return None
    if left.unit == right.unit:
        return left.unit
    return left.unit if left.unit.dimension == right.unit.dimension else None


def _of_product(left: Type, right: Type) -> Unit | None:
    if left.unit is not None and right.unit is not None:
        return left.unit.times(right.unit)
    for side, other in ((left, right), (right, left)):
        if side.unit is not None and other.number is not None:
            return side.unit.scaled(other.number)
    return None


def _of_quotient(left: Type, right: Type) -> Unit | None:
    if left.unit is not None and right.unit is not None:
        return left.unit.per(right.unit)
    if left.unit is not None and right.number:
        return left.unit.scaled(1.0 / right.number)
    if right.unit is not None and left.number is not None:
        inverse = value_units.PLAIN.per(right.unit)
        return inverse.scaled(left.number) if inverse is not None else None
    return None


def arithmetic_meaning(operator: str, left: Type, right: Type, unit: Unit | None) -> Meaning:
    """The meaning of the result; `unit` is its unit."""
    if _is_constant(right):
        return _with_number(operator, left, right)
    if _is_constant(left):
        return _from_number(operator, left, right)
    if operator in _ADDITIVE:
        if operator == "-" and left.meaning is Meaning.TIMESTAMP and _is_time(right):
            return Meaning.GAUGE
        return _meaning_of_sum(operator, left.meaning, right.meaning)
    if operator == "*":
        return _meaning_of_product(left.meaning, right.meaning)
    return _meaning_of_quotient(left, right, unit) if operator == "/" else Meaning.UNKNOWN


def _is_constant(side: Type) -> bool:
    """Whether it is a number or a duration, but no time."""
    return not side.has_series and side.meaning is Meaning.UNKNOWN


def _with_number(operator: str, left: Type, right: Type) -> Meaning:
    """Of `x * 60`; a product with a duration is something else."""
    scales = operator in _SCALES and right.is_number
    return left.meaning if scales or operator in _ADDITIVE else Meaning.UNKNOWN


def _from_number(operator: str, left: Type, right: Type) -> Meaning:
    """Of `60 * x` and `1 - x`."""
    if operator == "-":
        return right.meaning if right.meaning in _ADDS_UP else Meaning.UNKNOWN
    return _with_number(operator, right, left) if operator in "+*" else Meaning.UNKNOWN


def _is_time(side: Type) -> bool:
    """Whether it is a timestamp, by whatever name: nobody subtracts durations from now."""
    is_gauge = side.meaning is Meaning.GAUGE and side.unit == value_units.SECONDS_UNIT
    return side.meaning is Meaning.TIMESTAMP or is_gauge


def _meaning_of_sum(operator: str, left: Meaning, right: Meaning) -> Meaning:
    if left is right and (left in _ADDS_UP or (operator == "+" and left is Meaning.COUNTER)):
        return left
    return Meaning.UNKNOWN


def _meaning_of_product(left: Meaning, right: Meaning) -> Meaning:
    if right in _WEIGHTS:
        return left
    return right if left in _WEIGHTS else Meaning.UNKNOWN


def _meaning_of_quotient(left: Type, right: Type, unit: Unit | None) -> Meaning:
    if unit is not None and unit.is_plain and left.unit is not None and not left.unit.is_plain:
        return Meaning.RATIO
    if left.meaning is right.meaning:
        same = left.meaning
        if unit is not None and unit.is_plain and same in _ADDS_UP:
            return Meaning.RATIO
        return Meaning.GAUGE if unit is not None and same in _FLOWS else Meaning.UNKNOWN
    if right.meaning in _WEIGHTS or right.meaning is Meaning.COUNT:
        return left.meaning if left.meaning in _ADDS_UP else Meaning.UNKNOWN
    return Meaning.UNKNOWN
