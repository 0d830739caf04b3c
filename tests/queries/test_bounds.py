"""Bounds hold for every value: whatever Python or Prometheus computes is within them."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from typedprom_codegen.queries.bounds import ANY, NOT_NEGATIVE, Bounds, exactly
from typedprom_codegen.queries.infer.arithmetic import arithmetic_bounds

NUMBERS = st.one_of(
    st.sampled_from((0.0, 1.0, -1.0, 0.5, 2.0, math.inf, -math.inf, 1e300, -1e300, 1e-300)),
    st.floats(-100, 100),
)


@st.composite
def members(draw: st.DrawFn) -> tuple[Bounds, float]:
    """Return bounds and a number within them."""
    numbers = sorted(draw(st.lists(NUMBERS, min_size=3, max_size=3)))
    return Bounds(numbers[0], numbers[2]), numbers[1]


def divided(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 else math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def power(left: float, right: float) -> float:
    try:
        found = left**right
    except OverflowError:
        odd = right % 2 == 1
        return -math.inf if left < 0 and odd else math.inf
    except ZeroDivisionError:
        return math.inf
    return math.nan if isinstance(found, complex) else float(found)


def remainder(left: float, right: float) -> float:
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": divided,
    "%": remainder,
    "^": power,
    "atan2": math.atan2,
}


def holds(bounds: Bounds, value: float) -> bool:
    if math.isnan(value):
        return True
    slack = 1e-9 * abs(value) if math.isfinite(value) else 0.0
    return bounds.least - slack <= value <= bounds.greatest + slack


@pytest.mark.parametrize("operator", OPERATIONS)
@given(left=members(), right=members())
def test_arithmetic(operator: str, left: tuple[Bounds, float], right: tuple[Bounds, float]) -> None:
    bounds = arithmetic_bounds(operator, left[0], right[0])
    assert holds(bounds, OPERATIONS[operator](left[1], right[1]))


@given(members())
def test_absolute_and_negated(member: tuple[Bounds, float]) -> None:
    bounds, value = member
    assert holds(bounds.absolute(), abs(value))
    assert holds(bounds.negated(), -value)


@given(members(), members(), members())
def test_clamped(
    member: tuple[Bounds, float], least: tuple[Bounds, float], greatest: tuple[Bounds, float]
) -> None:
    assume(least[1] <= greatest[1])  # else there is no value
    clamped = max(least[1], min(greatest[1], member[1]))
    assert holds(member[0].clamped(least[0], greatest[0]), clamped)


COMPARES: dict[str, Callable[[float, float], bool]] = {
    "==": float.__eq__,
    "!=": float.__ne__,
    "<": float.__lt__,
    ">": float.__gt__,
    "<=": float.__le__,
    ">=": float.__ge__,
}


@pytest.mark.parametrize("operator", COMPARES)
@given(left=members(), right=members())
def test_what_a_comparison_keeps(
    operator: str, left: tuple[Bounds, float], right: tuple[Bounds, float]
) -> None:
    assume(COMPARES[operator](left[1], right[1]))
    assert holds(left[0].kept(operator, right[0]), left[1])


def test_bounds_are_as_narrow_as_they_should_be() -> None:
    fraction, percent = Bounds(0.0, 1.0), exactly(100.0)
    assert fraction.times(percent) == Bounds(0.0, 100.0)
    assert exactly(1.0).minus(fraction) == fraction
    assert NOT_NEGATIVE.over(NOT_NEGATIVE) == NOT_NEGATIVE
    assert NOT_NEGATIVE.times(exactly(0.0)) == exactly(0.0)
    assert ANY.to_power(exactly(2.0)) == NOT_NEGATIVE
    assert ANY.kept(">", exactly(5.0)) == Bounds(5.0, math.inf)
    assert Bounds(0.0, 1.0).kept(">", exactly(5.0)) == Bounds(0.0, 1.0)  # keeps nothing
    assert exactly(math.nan) == ANY
