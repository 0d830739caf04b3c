"""The units of panels, by their names in Grafana: of a metric, and of a query's result."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.ir import Metric
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.nodes.unary import Unary
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.rewrite import PER_SECOND
from typedprom_codegen.queries.known import KnownSeries, Series, SeriesPart

COUNT: Final = "short"
WHOLE: Final = "locale"  # all digits: 3,142 instead of 3.14 K
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
"""Base units with a unit of their own per second: seconds per second are a ratio."""

MAY_BE_NEGATIVE: Final = frozenset({None, "amperes", "celsius", "meters", "volts"})
"""Units of gauges that can be negative; None: gauges without a unit."""

CHANGES: Final = frozenset({"delta", "deriv", "idelta", "predict_linear"})
"""Functions that return the change of a series, or predict its value."""


def base(unit: str | None) -> str:
    """For amounts in this base unit; without a unit, for counts."""
    return BASE.get(unit, COUNT) if unit else COUNT


def per_second(unit: str | None) -> str:
    """For amounts per second."""
    return RATES.get(unit, base(unit)) if unit else PER_SECOND_COUNT


def per_minute(unit: str | None) -> str:
    """For amounts per minute; Grafana has such a unit for counts only."""
    return base(unit) if unit else PER_MINUTE_COUNT


def of_increase(unit: str | None) -> str:
    """For increases; without a unit, for numbers of events."""
    return base(unit) if unit else WHOLE


def of_rate(unit: str | None) -> tuple[str, str]:
    """The unit of rates, and the factor from amounts per second to it, as PromQL.

    Counts are shown per minute, which is easier to read for rare events.
    """
    return (per_second(unit), "") if unit else (PER_MINUTE_COUNT, " * 60")


def of_query(query: Query, known: KnownSeries, metric: Metric) -> str:
    """The unit of the result of a query on the panel of `metric`, as far as its syntax shows."""
    top = _top_level(query)
    calls = {*(call.name for call in query.all(Call)), *(a.name for a in query.all(Aggregation))}
    series = [found for s in query.all(Selector) if (found := known.get(s.name))]
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
    """Whether the result is a change or a difference; `time() - x`, an age, is not."""
    calls = {call.name for call in query.all(Call)}
    return bool(calls & CHANGES) or ("-" in _top_level(query) and "time" not in calls)


def _of_quotient(series: list[Series], query: Query, top: list[str]) -> str:
    """`a / b` of the same unit is a ratio; a histogram's sum by its count has its unit."""
    selectors = [*query.all(Selector)]
    if len(selectors) < 2 or len(series) != len(selectors):
        return COUNT
    parts = [s.part for s in series]
    if parts == [SeriesPart.SUM, SeriesPart.COUNT] and series[0].metric == series[1].metric:
        return base(series[0].metric.unit)
    if len({_unit(s) for s in series}) > 1:
        return COUNT
    return PERCENT if _factor(top) == "100" else RATIO


def _unit(series: Series) -> str | None:
    """The unit of a series' values: buckets and counts of a histogram have none."""
    return None if series.part in {SeriesPart.BUCKET, SeriesPart.COUNT} else series.metric.unit


def _top_level(query: Query) -> list[str]:
    """The operators, signs and numbers of a query outside of all parentheses."""
    found: list[str] = []
    waiting = [query.root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Binary):
            found.append(node.operator)
            waiting += node.parts()
        elif isinstance(node, Unary):
            found.append(node.sign)
            waiting += node.parts()
        elif isinstance(node, Number):
            found.append(query.text[node.start : node.end])
    return found


def _factor(top: list[str]) -> str:
    """The number a query multiplies by at its top level; empty if there is none."""
    if "*" not in top:
        return ""
    return next((text for text in top if text[0].isdigit()), "?")
