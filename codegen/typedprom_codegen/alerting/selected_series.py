"""Which series an alert or an objective is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from typedprom_codegen.ir import (
    Alert,
    Catalog,
    ExprForm,
    LatencyIndicator,
    Metric,
    RatioIndicator,
    ScheduleIndicator,
    SelectedSeries,
    Slo,
)
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.queries.known import KnownSeries, known_series


def selected_by(source: Alert | Slo, catalog: Catalog) -> tuple[SelectedSeries, ...]:
    """The series that an alert or an objective is about, the first one first."""
    if isinstance(source, Slo):
        return _of_indicator(source.indicator)
    if isinstance(source.form, ExprForm):
        known = known_series(catalog)
        named = _declared(source.form.query.expr, known)
        return tuple(SelectedSeries(metric) for metric in named.values())
    values = [getattr(source.form, each.name) for each in fields(source.form)]
    flat = [item for value in values for item in (value if isinstance(value, tuple) else (value,))]
    return tuple(dict.fromkeys(item for item in flat if isinstance(item, SelectedSeries)))


def chosen_values(selected: SelectedSeries, label: str) -> tuple[str, ...]:
    """The values that a closed label of the selected series can have; empty if it is not closed."""
    values = selected.metric.closed_values(label)
    return tuple(value for value in values if selected.allows(label, value))


def _of_indicator(
    indicator: RatioIndicator | LatencyIndicator | ScheduleIndicator,
) -> tuple[SelectedSeries, ...]:
    if isinstance(indicator, RatioIndicator):
        return (*indicator.bad, *indicator.good, *indicator.whole)
    return (indicator.selected,)


def _declared(expr: str, known: KnownSeries) -> Mapping[str, Metric]:
    """The catalog's metrics in a query."""
    found: dict[str, Metric] = {}
    for selector in parse(expr).all(Selector):
        series = known.get(selector.name)
        if series is not None and series.metric.declared is not None:
            found[series.metric.declared.key] = series.metric.declared
    return found
