"""Bounds of values: an interval, and its arithmetic. A value that is NaN is in no interval."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

_INF: Final = float("inf")


class Bounds(NamedTuple):
    """The least and the greatest value that is possible; both can be infinite."""

    least: float = float("-inf")
    greatest: float = float("inf")

    @property
    def value(self) -> float | None:
        """The only value that is possible, if there is just one."""
        return self.least if self.least == self.greatest else None

    def negated(self) -> Bounds:
        """Of `-x`."""
        return Bounds(-self.greatest, -self.least)

    def plus(self, other: Bounds) -> Bounds:
        """Of a sum."""
        return _ordered(self.least + other.least, self.greatest + other.greatest)

    def minus(self, other: Bounds) -> Bounds:
        """Of a difference."""
        return self.plus(other.negated())

    def times(self, other: Bounds) -> Bounds:
        """Of a product. Infinity times 0 is NaN, so the bound is that of large numbers: 0."""
        return _extremes([_product(a, b) for a in self for b in other])

    def over(self, other: Bounds) -> Bounds:
        """Of a quotient. If the divisor can be 0, both infinities are possible, or one."""
        if other.least > 0 or other.greatest < 0:
            return _extremes([_quotient(a, b) for a in self for b in other])
        if self.least >= 0 and other.least >= 0:
            return NOT_NEGATIVE
        return ANY

    def modulo(self, other: Bounds) -> Bounds:
        """Of a remainder, which has the sign of the dividend."""
        most = max(abs(other.least), abs(other.greatest))
        least = 0.0 if self.least >= 0 else max(-most, self.least)
        greatest = 0.0 if self.greatest <= 0 else min(most, self.greatest)
        return _ordered(least, greatest)

    def to_power(self, other: Bounds) -> Bounds:
        """Of a power."""
        exponent = other.value
        if self.least >= 0 and exponent is not None and exponent > 0:
            return _extremes([_power(value, exponent) for value in self])
        if self.least > 0 or (exponent is not None and exponent % 2 == 0):
            return NOT_NEGATIVE
        return ANY

    def mapped(self, function: Callable[[float], float]) -> Bounds:
        """Of a function that never decreases."""
        return _ordered(function(self.least), function(self.greatest))

    def absolute(self) -> Bounds:
        """Of `abs(x)`."""
        if self.least >= 0:
            return self
        if self.greatest <= 0:
            return self.negated()
        return Bounds(0.0, max(-self.least, self.greatest))

    def clamped(self, least: Bounds, greatest: Bounds) -> Bounds:
        """Of values raised to one bound and lowered to another."""
        return _ordered(
            max(min(self.least, greatest.least), least.least),
            max(min(self.greatest, greatest.greatest), least.greatest),
        )

    def either(self, other: Bounds) -> Bounds:
        """Of values of one of two expressions."""
        return Bounds(min(self.least, other.least), max(self.greatest, other.greatest))

    def within(self, other: Bounds) -> Bounds:
        """Of values that are in both; unchanged if there are none."""
        least, greatest = max(self.least, other.least), min(self.greatest, other.greatest)
        return Bounds(least, greatest) if least <= greatest else self

    def kept(self, operator: str, other: Bounds) -> Bounds:
        """Of values that a comparison with the values of another expression keeps."""
        return self.within(_filter(operator, other))


ANY: Final = Bounds()
NOT_NEGATIVE: Final = Bounds(0.0, _INF)
FROM_0_TO_1: Final = Bounds(0.0, 1.0)
ONE: Final = Bounds(1.0, 1.0)


def exactly(value: float) -> Bounds:
    """Of a number."""
    return ANY if math.isnan(value) else Bounds(value, value)


def _filter(operator: str, other: Bounds) -> Bounds:
    if operator in {">", ">="}:
        return Bounds(other.least, _INF)
    if operator in {"<", "<="}:
        return Bounds(-_INF, other.greatest)
    return other if operator == "==" else ANY


def _ordered(least: float, greatest: float) -> Bounds:
    if math.isnan(least):
        least = -_INF
    if math.isnan(greatest):
        greatest = _INF
    return Bounds(least, greatest) if least <= greatest else ANY


def _extremes(values: list[float]) -> Bounds:
    return ANY if any(map(math.isnan, values)) else Bounds(min(values), max(values))


def _product(left: float, right: float) -> float:
    return 0.0 if left == 0 or right == 0 else left * right


def _quotient(left: float, right: float) -> float:
    return 0.0 if math.isinf(right) else left / right


def _power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        return _INF
