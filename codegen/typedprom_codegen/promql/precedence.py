"""The order in which operators are applied: those with a greater number first."""

from __future__ import annotations

from typing import Final

LOWEST: Final = 1
SUM: Final = 4
PRODUCT: Final = 5
POWER: Final = 6
"""The only one that is applied from right to left."""

PRECEDENCE: Final = {
    "or": LOWEST,
    "and": 2,
    "unless": 2,
    **dict.fromkeys(("==", "!=", "<", ">", "<=", ">=", "</", ">/"), 3),
    "+": SUM,
    "-": SUM,
    **dict.fromkeys(("*", "/", "%", "atan2"), PRODUCT),
    "^": POWER,
}
