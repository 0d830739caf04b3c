"""Amounts: the default of one, and the conversion of any number to an exact float."""

from __future__ import annotations

import sys
from typing import Final, SupportsFloat

from typedprom.core.misuse import report_misuse, safe_repr

__tracebackhide__ = True  # pytest shows the line that is wrong instead

# A float object of its own: `amount is ONE` tells, at the price of one comparison, that no amount
# was given.
ONE: Final = float(1)
# What cells start with, likewise: `value is ZERO` tells that nothing was recorded, not even 0.
ZERO: Final = float(0)
_TEXT: Final = (str, bytes, bytearray)  # float() would parse it
LARGEST: Final = sys.float_info.max
LEFT_OUT: Final = "left out"  # what is done with an amount that is refused


def to_float(metric: str, amount: SupportsFloat) -> float | None:
    """`amount` as an exact float; None, after reporting misuse, if it is not a number.

    Only an exact float may be added to a cell: `+=` with another type can run Python code
    (`Fraction.__radd__`) between reading and writing the cell, and then threads lose counts.
    """
    try:
        if type(amount) is not int and isinstance(amount, _TEXT):
            raise TypeError(f"{type(amount).__name__} is not a number")
        return float(amount)
    except Exception as error:  # __float__ is anybody's code
        _refuse(metric, amount, error)
        return None


def _refuse(metric: str, amount: SupportsFloat, why: Exception) -> None:
    kind = ValueError if isinstance(why, ValueError | OverflowError) else TypeError
    report_misuse(
        kind,
        (metric, "type"),
        lambda: f"`{metric}` cannot record {safe_repr(amount)}: {_words(why)}",
        LEFT_OUT,
    )


def _words(error: Exception) -> str:
    try:
        return str(error)
    except Exception:
        return type(error).__name__
