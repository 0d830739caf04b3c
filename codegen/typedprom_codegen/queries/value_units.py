"""Units of values: a product of powers of base units, and a factor.

Counts have the base unit "events", so that a rate of them can be shown as counts per second. It is
no dimension: a sum of seconds divided by a count of events is in seconds, and events compare with
plain numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

EVENTS: Final = "events"
SECONDS: Final = "seconds"

_MOST_POWER: Final = 20


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit such as bytes per second: `{"bytes": 1, "seconds": -1}`.

    `factor`: how much one of it is in base units; a rate times 60 is in units of 1/60 of it. No
    base units: a plain number, or a ratio; with the factor 0.01 a percentage.
    """

    powers: Mapping[str, int] = field(default_factory=dict)
    factor: float = 1.0

    def times(self, other: Unit) -> Unit | None:
        """The unit of products. None: not known."""
        return self._combined(other, 1)

    def per(self, other: Unit) -> Unit | None:
        """The unit of quotients."""
        return self._combined(other, -1)

    def _combined(self, other: Unit, sign: int) -> Unit | None:
        if not other.powers and other.factor == 1.0:
            return self
        powers = dict(self.powers)
        for name, power in other.powers.items():
            powers[name] = powers.get(name, 0) + sign * power
        try:
            factor = self.factor * other.factor**sign
        except (OverflowError, ZeroDivisionError):
            return None
        return _unit(powers, factor)

    def to_power(self, exponent: float) -> Unit | None:
        """The unit of powers. None: not known."""
        if exponent % 1 or not abs(exponent) <= _MOST_POWER:
            return None
        powers = {name: power * int(exponent) for name, power in self.powers.items()}
        try:
            return _unit(powers, self.factor**exponent)
        except (OverflowError, ZeroDivisionError):
            return None

    def scaled(self, number: float) -> Unit | None:
        """The unit of values that are multiplied by a number: by 1000, a thousandth of it."""
        return _unit(self.powers, self.factor / number) if number else None

    @property
    def dimension(self) -> Mapping[str, int]:
        """Its base units without "events", which is none when units are compared."""
        if EVENTS not in self.powers:
            return self.powers
        return {name: power for name, power in self.powers.items() if name != EVENTS}

    @property
    def is_plain(self) -> bool:
        """Whether it is a plain number, or a ratio, in whatever factor."""
        return not self.powers


def differ(left: Unit | None, right: Unit | None) -> bool:
    """Whether values of two units surely cannot be compared or added.

    Where a number was multiplied in, it may have converted one unit to the other.
    """
    if left is None or right is None or left.factor != 1.0 or right.factor != 1.0:
        return False
    return left.dimension != right.dimension


def _unit(powers: Mapping[str, int], factor: float) -> Unit | None:
    """A unit; events are in it only where they are what is counted."""
    if not math.isfinite(factor) or factor == 0.0:
        return None
    kept = {name: power for name, power in powers.items() if power}
    if any(abs(power) > _MOST_POWER for power in kept.values()):
        return None
    if EVENTS in kept:
        counted = [name for name, power in kept.items() if power > 0]
        if kept[EVENTS] != 1 or counted != [EVENTS]:
            del kept[EVENTS]
    return Unit(kept, factor)


PLAIN: Final = Unit()
"""Of numbers, ratios, states."""

_OTHERS: Final[Mapping[str, Unit]] = {
    "ratio": PLAIN,
    "percent": Unit({}, 0.01),
    "milliseconds": Unit({SECONDS: 1}, 0.001),
    "microseconds": Unit({SECONDS: 1}, 1e-6),
    "nanoseconds": Unit({SECONDS: 1}, 1e-9),
    "minutes": Unit({SECONDS: 1}, 60.0),
    "hours": Unit({SECONDS: 1}, 3600.0),
    "days": Unit({SECONDS: 1}, 86400.0),
    "bits": Unit({"bytes": 1}, 0.125),
    "kilobytes": Unit({"bytes": 1}, 1000.0),
    "megabytes": Unit({"bytes": 1}, 1e6),
}
"""Units of others' metrics that are no base units, and the ratio."""


@cache
def base(name: str) -> Unit:
    """The unit with this name: "seconds", "bytes"; "ratio" is a plain number."""
    return _OTHERS.get(name) or Unit({name: 1})


EVENTS_UNIT: Final = base(EVENTS)
SECONDS_UNIT: Final = base(SECONDS)
