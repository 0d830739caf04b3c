"""Quantities such as `50%`, `64MiB`, `30m` and plain numbers, as exact decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import Enum
from typing import Final


class Measure(Enum):
    """What a quantity measures, by the unit that it is written with."""

    NUMBER = "a plain number"
    SHARE = "a percentage"
    TIME = "a time"
    SIZE = "a size"


_UNITS: Final = {
    "": (Measure.NUMBER, Decimal(1)),
    "%": (Measure.SHARE, Decimal("0.01")),
    "ms": (Measure.TIME, Decimal("0.001")),
    "s": (Measure.TIME, Decimal(1)),
    "m": (Measure.TIME, Decimal(60)),
    "h": (Measure.TIME, Decimal(3600)),
    "d": (Measure.TIME, Decimal(86400)),
    "w": (Measure.TIME, Decimal(7 * 86400)),
    "B": (Measure.SIZE, Decimal(1)),
    "kB": (Measure.SIZE, Decimal(10**3)),
    "MB": (Measure.SIZE, Decimal(10**6)),
    "GB": (Measure.SIZE, Decimal(10**9)),
    "TB": (Measure.SIZE, Decimal(10**12)),
    "KiB": (Measure.SIZE, Decimal(2**10)),
    "MiB": (Measure.SIZE, Decimal(2**20)),
    "GiB": (Measure.SIZE, Decimal(2**30)),
    "TiB": (Measure.SIZE, Decimal(2**40)),
}
_MEASURE_OF_UNIT: Final = {"seconds": Measure.TIME, "bytes": Measure.SIZE, "ratio": Measure.SHARE}
"""Other units have plain numbers."""

_EXACT: Final = Context(prec=1000)
"""More digits than a scalar of a catalog has: nothing is rounded."""

_DIGITS: Final = 100
"""Of a number, before and behind its point: more cannot be a limit."""

_FORM: Final = re.compile(
    r"([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?)([%a-zA-Z]*)"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it measures."""

    value: Decimal  # in the base unit
    measure: Measure

    def fits(self, unit: str | None) -> bool:
        """Whether it can be a value of a metric with this unit; a plain number always can."""
        return self.measure in {Measure.NUMBER, measure_of(unit)}


def measure_of(unit: str | None) -> Measure:
    """What values in a metric's unit measure."""
    return _MEASURE_OF_UNIT.get(unit or "", Measure.NUMBER)


def quantity(text: str) -> Quantity | None:
    """The quantity that a scalar of a catalog says; None if it is not finite."""
    found = _FORM.fullmatch(text)
    if found is None or found[2] not in _UNITS:
        return None
    number = Decimal(found[1])
    if number and not -_DIGITS < number.adjusted() < _DIGITS:
        return None
    measure, factor = _UNITS[found[2]]
    return Quantity(plain(_EXACT.multiply(number, factor)), measure)


def plain(value: Decimal) -> Decimal:
    """The same value without trailing zeros: 0.5, 100."""
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
