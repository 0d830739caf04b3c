"""The text of numbers and labels, the same in both formats."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typedprom.metrics.exemplars import Exemplar

LARGE: Final = 1e6  # from here on Go, and with it the format, writes an exponent


def number(value: float) -> str:
    """`value` as Go writes it."""
    if -inf < value < LARGE:
        return repr(value)
    if value == inf:
        return "+Inf"
    if value == -inf:
        return "-Inf"
    return _large(repr(value)) if value == value else "NaN"


def _large(text: str) -> str:
    point = text.find(".")
    if point < 0 or "e" in text:
        return text
    return f"{text[0]}.{text[1:point]}{text[point + 1 :]}".rstrip("0.") + f"e+{point - 1:02d}"


def timestamp(value: float) -> str:
    """A Unix time as `number` writes it, in a third of the time between 2004 and 2038.

    There a float is a whole number and 22 bits, so that all that is computed here is exact, and
    the shortest text that reads back as the float has six decimals, or is the nearest with seven.
    """
    if not 2.0**30 <= value < 2.0**31:
        return number(value)
    whole = int(value)
    part = value - whole
    digits = whole * 1_000_000 + round(part * 1e6)
    if digits / 1e6 != value:
        digits = whole * 10_000_000 + round(part * 1e7)
    text = str(digits)
    return f"{text[0]}.{text[1:]}".rstrip("0.") + "e+09"


def pair(name: str, value: str) -> str:
    """One label, its value escaped."""
    if "\\" in value or "\n" in value or '"' in value:
        value = value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
    return f'{name}="{value}"'


def labels(inside: Sequence[str]) -> str:
    """The braces with the labels in them, nothing where there is no label."""
    return f"{{{','.join(inside)}}}" if inside else ""


def example(exemplar: Exemplar) -> str:
    """What follows the number of a series that has an exemplar."""
    inside = ",".join(pair(*label) for label in sorted(exemplar.labels.items()))
    return f" # {{{inside}}} {number(exemplar.value)} {exemplar.timestamp}"
