"""Amounts: the default of one, and the conversion of any number to an exact float."""

from __future__ import annotations

import sys
from typing import Final, SupportsFloat

from typedprom.core.misuse import report_misuse, safe_repr

__tracebackhide__ = True  # pytest shows the line that is wrong instead

ONE: Final = float(1)  # an object of its own: `amount is ONE` means that no amount was given
ZERO: Final = float(0)  # likewise: `value is ZERO` means that nothing was recorded, not even 0
_TEXT: Final = (str, bytes, bytearray)  # float() would parse these
LARGEST: Final = sys.float_info.max
LEFT_OUT: Final = "left out"  # what is done with an amount that is refused


def to_float(metric: str, amount: SupportsFloat) -> float | None:
    """`amount` as an exact float; None, after reporting misuse, if it is not a number.

    Only an exact float may be added to a cell: `+=` with another type can run Python code
    (`Fraction.__radd__`) between reading and writing the cell, and threads would lose counts.
    """
    try:
        if type(amount) is not int and isinstance(amount, _TEXT):
            raise TypeError(f"{type(amount).__name__} is not a number")
        return float(amount)
    except Exception as error:  # `__float__` is the user's code
        _refuse(metric, amount, error)  # a function of its own: a closure here would cost time
        return None


def _refuse(metric: str, amount: SupportsFloat, error: Exception) -> None:
    kind = ValueError if isinstance(error, ValueError | OverflowError) else TypeError
    try:
        why = str(error)
    except Exception:
        why = type(error).__name__
    report_misuse(
        kind,
        (metric, "type"),
        lambda: f"`{metric}` cannot record {safe_repr(amount)}: {why}",
        LEFT_OUT,
    )
