"""Numbers and durations that are a little more and a little less than another."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.promql.nodes.number import duration

_SHARE: Final = 10
"""A number is changed by a tenth of it, and a whole one by one at least."""


def near_numbers(value: float) -> tuple[str, ...]:
    """A greater and a smaller number, as they are written in a query."""
    if not abs(value) < 1e15:
        return ("0",)
    if value == int(value):
        step = max(1, round(abs(value) / _SHARE))
        return (str(int(value) + step), str(int(value) - step))
    return tuple(f"{value * factor:.12g}" for factor in (1 + 1 / _SHARE, 1 - 1 / _SHARE))


def near_durations(seconds: float) -> tuple[str, ...]:
    """Twice and half a duration; five minutes instead of none."""
    milliseconds = round(seconds * 1000)
    if milliseconds <= 0:
        return ("5m",)
    near = (milliseconds * 2, max(1, milliseconds // 2))
    return tuple(duration(each / 1000) for each in dict.fromkeys(near))
