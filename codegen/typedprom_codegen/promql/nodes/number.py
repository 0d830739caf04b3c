"""A number, or a duration, which is a number of seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.promql.nodes.expression import Expression

_SECONDS: Final = {
    "y": 365 * 86400.0,
    "w": 7 * 86400.0,
    "d": 86400.0,
    "h": 3600.0,
    "m": 60.0,
    "s": 1.0,
    "ms": 0.001,
}
_PART: Final = re.compile(r"(\d+)([a-z]+)", re.ASCII)


@dataclass(slots=True, eq=False)
class Number(Expression):
    """A number. A duration has its seconds."""

    value: float
    is_duration: bool


def number_value(text: str) -> float:
    """The value of a number as Prometheus reads it: `010` is 8, as in Go."""
    plain = text.replace("_", "")
    lower = plain.lower()
    if lower.startswith("0x"):
        return float(int(lower, 16))
    if len(plain) > 1 and plain[0] == "0" and plain.isdigit() and not {*plain} & {"8", "9"}:
        return float(int(plain, 8))
    return float(plain)


def duration_value(text: str) -> float:
    """The seconds of a duration such as `1h30m`."""
    return sum(int(amount) * _SECONDS[unit] for amount, unit in _PART.findall(text))
