"""Translates metric names as receivers of OTLP do, by the translation strategies of Prometheus.

It follows OpenTelemetry's specification, "Prometheus and OpenMetrics Compatibility", and the
documentation of `translation_strategy` in Prometheus' configuration. The first strategy is the
default. A Collector's exporters also have the second, as `add_metric_suffixes: false`.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias, get_args

Strategy: TypeAlias = Literal[
    "UnderscoreEscapingWithSuffixes",
    "UnderscoreEscapingWithoutSuffixes",
    "NoUTF8EscapingWithSuffixes",
    "NoTranslation",
]
STRATEGIES: Final[tuple[Strategy, ...]] = get_args(Strategy)
Kind: TypeAlias = Literal["Sum", "Gauge", "Histogram"]

_UNITS: Final = {
    "d": "days",
    "h": "hours",
    "min": "minutes",
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
    "By": "bytes",
    "m": "meters",
    "V": "volts",
    "A": "amperes",
    "J": "joules",
    "W": "watts",
    "g": "grams",
    "Cel": "celsius",
    "Hz": "hertz",
    "%": "percent",
    "1": "",
}


def arrives_as(name: str, unit: str, kind: Kind, strategy: Strategy) -> str:
    """Return the name of the metric in Prometheus; a monotonic sum is a counter."""
    suffixes = [_UNITS.get(unit, unit)]
    if kind == "Sum":
        suffixes.append("total")
    if kind == "Gauge" and unit == "1":
        suffixes.append("ratio")
    suffixes = [suffix for suffix in suffixes if suffix]
    match strategy:
        case "UnderscoreEscapingWithSuffixes":
            return _normalized(name, suffixes)
        case "UnderscoreEscapingWithoutSuffixes":
            return re.sub(r"[^a-zA-Z0-9_:]+", "_", name)
        case "NoUTF8EscapingWithSuffixes":
            return _appended(name, suffixes)
        case "NoTranslation":
            return name


def _normalized(name: str, suffixes: list[str]) -> str:
    """Return the words of the name, with the unit if it is missing and the type at the end."""
    words = [word for word in re.split(r"[^a-zA-Z0-9]+", name) if word]
    for suffix in suffixes:
        if suffix in ("total", "ratio"):
            words = [word for word in words if word != suffix] + [suffix]
        elif suffix not in words:
            words.append(suffix)
    return "_".join(words)


def _appended(name: str, suffixes: list[str]) -> str:
    """Return the name with the suffixes that it does not end in yet."""
    if not suffixes:
        return name
    *inner, last = suffixes
    return f"{_appended(name.removesuffix(f'_{last}'), inner)}_{last}"
