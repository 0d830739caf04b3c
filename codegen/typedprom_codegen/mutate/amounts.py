"""Numbers and durations that are a little more and a little less than another."""

from __future__ import annotations

from typing import Final

_UNITS: Final = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))
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
    return tuple(map(duration_text, dict.fromkeys((milliseconds * 2, max(1, milliseconds // 2)))))


def duration_text(milliseconds: int) -> str:
    """A duration as Prometheus reads it, with as few units as possible: `90m`, `1h1s`."""
    for unit, size in _UNITS:
        if milliseconds % size == 0 and milliseconds // size < 1000:
            return f"{milliseconds // size}{unit}"
    parts: list[str] = []
    for unit, size in _UNITS:
        amount, milliseconds = divmod(milliseconds, size)
        parts += [f"{amount}{unit}"] if amount else []
    return "".join(parts)
