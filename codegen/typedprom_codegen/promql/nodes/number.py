"""A number, or a duration, which is a number of seconds."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.promql.lexer import DURATION
from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.reader import Reader, fail

_SECONDS: Final = {
    "y": 365 * 86400.0,
    "w": 7 * 86400.0,
    "d": 86400.0,
    "h": 3600.0,
    "m": 60.0,
    "s": 1.0,
    "ms": 0.001,
}
_MILLISECONDS: Final = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
LONGEST: Final = 2**63 / 1e9
"""Seconds: Prometheus counts durations in nanoseconds, of 64 bits."""

_INTEGERS: Final = 2**63
_DIGITS: Final = frozenset(".0123456789")
_PART: Final = re.compile(r"(\d+)([a-z]+)", re.ASCII)


@dataclass(slots=True, eq=False)
class Number(Expression):
    """A number. A duration has its seconds."""

    value: float
    is_duration: bool


def number_value(text: str) -> float:
    """The value of a number as Prometheus reads it: `010` is 8, as in Go."""
    if text.isdigit() and text[0] != "0":
        return float(text)
    plain = text.replace("_", "")
    lower = plain.lower()
    if lower.startswith("0x"):
        value = int(lower, 16)
        return float(value) if value < _INTEGERS else math.inf
    if len(plain) > 1 and plain[0] == "0" and plain.isdigit() and not {*plain} & {"8", "9"}:
        value = int(plain, 8)
        return float(value) if value < _INTEGERS else float(plain)
    return float(plain)


def duration_value(text: str) -> float:
    """The seconds of a duration such as `1h30m`."""
    if text[-1] == "m" and text[:-1].isdigit():
        return float(text[:-1]) * 60.0
    return sum(float(amount) * _SECONDS[unit] for amount, unit in _PART.findall(text))


def duration(seconds: float) -> str:
    """Seconds, to the millisecond, as a duration: 4500 is `1h15m`, 0.25 is `250ms`."""
    parts: list[str] = []
    rest = round(seconds * 1000)
    for unit, size in _MILLISECONDS.items():
        amount, rest = divmod(rest, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return "".join(parts) or "0s"


def read_number(reader: Reader) -> bool:
    """Read a number or a duration."""
    at = reader.at
    text, start = reader.texts[at], reader.starts[at]
    is_duration = reader.kinds[at] == DURATION
    value = duration_value(text) if is_duration else number_value(text)
    if value >= LONGEST and (is_duration or (math.isinf(value) and text[0] in _DIGITS)):
        what = "duration" if is_duration else "number"
        fail(f"this {what} is out of bounds", reader.extent(at))
    reader.at = at + 1
    reader.push(Number(start, start + len(text), Kind.SCALAR, value, is_duration))
    return True
