"""The units of panels, as Grafana calls them: of a metric, and of what a query makes of it."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.ir import Metric
from typedprom_codegen.promql.lexer import Kind, Token
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.series import KnownSeries, Part, Series
from typedprom_codegen.promql.vocabulary import PER_SECOND

COUNT: Final = "short"
WHOLE: Final = "locale"  # counted to the last one: 3,142 rather than 3.14 K
RATIO: Final = "percentunit"
PERCENT: Final = "percent"
SECONDS: Final = "s"
PER_SECOND_COUNT: Final = "cps"
PER_MINUTE_COUNT: Final = "cpm"

BASE: Final = {
    "amperes": "amp",
    "bytes": "bytes",
    "celsius": "celsius",
    "grams": "massg",
    "hertz": "hertz",
    "joules": "joule",
    "kelvin": "kelvin",
    "meters": "lengthm",
    "pascals": "pressurepa",
    "ratio": RATIO,
    "seconds": SECONDS,
    "volts": "volt",
    "watts": "watt",
}
"""The catalog's base units."""

RATES: Final = {"bytes": "binBps", "seconds": RATIO, "joules": "watt", "meters": "velocityms"}
"""Base units whose amount per second has a name: seconds a second are a share of the time."""

MAY_BE_NEGATIVE: Final = frozenset({None, "amperes", "celsius", "meters", "volts"})
"""Units of gauges that may well be below zero; without a unit, anything may be."""

CHANGES: Final = frozenset({"delta", "deriv", "idelta", "predict_linear"})
"""Functions that answer how a series moves, or where to."""


def base(unit: str | None) -> str:
    """Amounts of this unit; without one, plain counts."""
    return BASE.get(unit, COUNT) if unit else COUNT


def per_second(unit: str | None) -> str:
    """Amounts of this unit a second."""
    return RATES.get(unit, base(unit)) if unit else PER_SECOND_COUNT


def per_minute(unit: str | None) -> str:
    """Amounts of this unit a minute; only for counts does Grafana have a unit that says so."""
    return base(unit) if unit else PER_MINUTE_COUNT


def of_increase(unit: str | None) -> str:
    """Amounts of this unit in a while; without one, events."""
    return base(unit) if unit else WHOLE


def of_rate(unit: str | None) -> tuple[str, str]:
    """The unit that rates are drawn in, and what turns amounts a second into it.

    Counts are drawn by the minute: there, what happens now and then is a number people can read.
    """
    return (per_second(unit), "") if unit else (PER_MINUTE_COUNT, " * 60")


def of_query(query: Query, known: KnownSeries, metric: Metric) -> str:
    """The unit of what a query of `metric`'s panel answers, as far as its shape tells."""
    top = _top_level(query.tokens)
    calls = {call.name for call in query.calls}
    series = [found for s in query.selectors if (found := known.get(s.name))]
    if "/" in top:
        return _of_quotient(series, query, top)
    if "histogram_quantile" in calls:
        return base(series[0].metric.unit if series else metric.unit)
    unit = _unit(series[0]) if series else metric.unit
    if calls & PER_SECOND:
        factor = _factor(top)
        return {"": per_second, "60": per_minute}.get(factor, base)(unit)
    if "increase" in calls:
        return of_increase(unit)
    if "count" in calls:
        return COUNT
    return base(unit)


def may_be_negative(query: Query) -> bool:
    """Whether a query answers a change or a difference; `time() - x`, an age, is none."""
    calls = {call.name for call in query.calls}
    return bool(calls & CHANGES) or ("-" in _top_level(query.tokens) and "time" not in calls)


def _of_quotient(series: list[Series], query: Query, top: list[str]) -> str:
    """`a / b` of like units is a share; a histogram's sum over its count is in its unit."""
    if len(query.selectors) < 2:
        return COUNT
    if len(series) != len(query.selectors):
        return COUNT
    parts = [s.part for s in series]
    if parts == [Part.SUM, Part.COUNT] and series[0].metric == series[1].metric:
        return base(series[0].metric.unit)
    if len({_unit(s) for s in series}) > 1:
        return COUNT
    return PERCENT if _factor(top) == "100" else RATIO


def _unit(series: Series) -> str | None:
    """The unit of a series' own numbers: buckets and counts of a histogram are plain counts."""
    return None if series.part in {Part.BUCKET, Part.COUNT} else series.metric.unit


def _top_level(tokens: tuple[Token, ...]) -> list[str]:
    """The symbols and numbers of a query that stand in no bracket of any kind."""
    found: list[str] = []
    depth = 0
    for token in tokens:
        if token.text in {"(", "{", "["} and token.kind is Kind.SYMBOL:
            depth += 1
        elif token.text in {")", "}", "]"} and token.kind is Kind.SYMBOL:
            depth -= 1
        elif depth == 0 and token.kind in {Kind.SYMBOL, Kind.NUMBER}:
            found.append(token.text)
    return found


def _factor(top: list[str]) -> str:
    """The number that a query multiplies by at its top level; empty where there is none."""
    if "*" not in top:
        return ""
    return next((text for text in top if text[0].isdigit()), "?")
