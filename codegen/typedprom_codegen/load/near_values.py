"""What a value that is written wrongly probably stands for."""

from __future__ import annotations

import re
from typing import Final

_BASE_UNITS: Final = {
    **dict.fromkeys(("s", "sec", "second", "ms", "milliseconds", "us", "microseconds"), "seconds"),
    **dict.fromkeys(("ns", "nanoseconds", "minutes", "hours", "days", "timestamp"), "seconds"),
    **dict.fromkeys(("b", "byte", "kb", "kib", "mb", "mib", "gb", "kilobytes", "bits"), "bytes"),
    **dict.fromkeys(("percent", "percentage", "%", "fraction"), "ratio"),
}
_TIMES: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("w", "week", "weeks"), "w"),
}
_UNITS: Final = {
    **_TIMES,
    **dict.fromkeys(("%", "percent"), "%"),
    **dict.fromkeys(("b", "byte", "bytes"), "B"),
    **dict.fromkeys(("k", "ki", "kib"), "KiB"),
    **dict.fromkeys(("M", "mi", "mib"), "MiB"),
    **dict.fromkeys(("g", "gi", "gib"), "GiB"),
    **dict.fromkeys(("t", "ti", "tib"), "TiB"),
    **{f"{prefix.lower()}b": f"{prefix}B" for prefix in "kMGT"},
}
"""The unit of a quantity, by what is written instead."""

_SECONDS: Final = {"w": 7 * 86400, "d": 86400, "h": 3600, "m": 60, "s": 1}
_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([%a-zA-Z]+)")


def base_unit(word: str) -> str | None:
    """The base unit to use instead of another unit."""
    return _BASE_UNITS.get(word.lower())


def near_name(text: str, pattern: str) -> str | None:
    """The name that text becomes without the characters that it must not have."""
    name = re.sub("[^a-z0-9_.]+", "_", text.lower()).strip("_.")
    return name if re.fullmatch(pattern, name) else None


def near_duration(text: str, pattern: str) -> str | None:
    """The time that `1 hour`, `1.5h`, `1h30m`, `-5m` or `0` probably stands for."""
    text = "0s" if text == "0" else text
    parts = [(float(number), unit.lower()) for number, unit in _PART.findall(text)]
    other = _PART.sub("", text).strip(" -")
    if other or not parts or not _TIMES.keys() >= {unit for _, unit in parts}:
        return None
    seconds = sum(number * _SECONDS[_TIMES[unit]] for number, unit in parts)
    unit = next(unit for unit in _SECONDS if _divides(unit, seconds))
    near = f"{seconds / _SECONDS[unit]:.0f}{unit}"
    return near if re.fullmatch(pattern, near) else None


def _divides(unit: str, seconds: float) -> bool:
    return unit == "s" or (seconds > 0 and seconds % _SECONDS[unit] == 0)


def near_quantity(text: str, pattern: str) -> str | None:
    """The quantity that `64M`, `50 %` or `5 min` probably stands for."""
    found = _PART.fullmatch(text.strip())
    unit = found and (_UNITS.get(found[2]) or _UNITS.get(found[2].lower()))
    near = f"{found[1]}{unit}" if found else ""
    return near if unit and re.fullmatch(pattern, near) else None
