"""Makes the thresholds of a metric's panel and the limits of its alerts one value.

A panel takes the limits of the alerts on its metric for the levels that it has no threshold of;
for the others both must say the same. `critical` is the most urgent severity and `warning` the next
one; alerts that are less urgent, or about some of the metric's series, are not on panels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.diagnostics import Diagnostics, Related, Span
from typedprom_codegen.ir import (
    Catalog,
    Form,
    GaugeForm,
    LateForm,
    Metric,
    QuantileForm,
    SelectedSeries,
    Side,
    Threshold,
    ThresholdLevel,
)
from typedprom_codegen.resolve.panel_values import shows_values
from typedprom_codegen.resolve.quantities import plain

_PANEL: Final = "its panel"
_LEVELS: Final = (ThresholdLevel.CRITICAL, ThresholdLevel.WARNING)
"""The levels of the most urgent severity and of the next one."""

_Levels = dict[ThresholdLevel, "_Limit"]


@dataclass(frozen=True, slots=True)
class _Limit:
    """The limit that an alert says for a level."""

    value: Decimal
    called: str
    span: Span


def with_thresholds(catalog: Catalog, diagnostics: Diagnostics) -> Catalog:
    """The catalog whose panels have the limits of alerts as thresholds. Two values are reported."""
    limits = _limits(catalog, diagnostics)
    if not limits:
        return catalog
    return replace(
        catalog,
        components=tuple(
            replace(
                component,
                metrics=tuple(
                    _with_limits(metric, limits.get(metric.key, {}), diagnostics)
                    for metric in component.metrics
                ),
            )
            for component in catalog.components
        ),
    )


def _limits(catalog: Catalog, diagnostics: Diagnostics) -> dict[str, _Levels]:
    """The limits of alerts, by metric and level."""
    levels = dict(zip(catalog.severities, _LEVELS, strict=False))
    found: dict[str, _Levels] = {}
    for alert in catalog.alerts:
        level, limited = levels.get(alert.severity), _limited(alert.form)
        if level is None or limited is None:
            continue
        selected, value = limited
        limit = _Limit(value, alert.called, alert.where("above"))
        first = found.setdefault(selected.metric.key, {}).setdefault(level, limit)
        if first.value != value:
            _report(selected.metric, level, limit, first, diagnostics)
    return found


def _limited(form: Form) -> tuple[SelectedSeries, Decimal] | None:
    """What an alert limits, and the limit, if the panel of the whole metric shows it."""
    found = None
    if (isinstance(form, GaugeForm) and form.side is Side.ABOVE) or isinstance(form, QuantileForm):
        found = form.selected, form.threshold
    elif isinstance(form, LateForm) and (after := _late_after(form)) is not None:
        found = form.selected, after
    if found is None or found[0].where or found[0].unless:
        return None
    return found if shows_values(found[0].metric, type(form)) else None


def _late_after(form: LateForm) -> Decimal | None:
    """After how many seconds all programs are late; None if they differ."""
    if form.after is not None:
        return Decimal(form.after)
    limits = {schedule.late_after for schedule in form.schedules}
    return Decimal(limits.pop()) if len(limits) == 1 else None


def _with_limits(metric: Metric, limits: _Levels, diagnostics: Diagnostics) -> Metric:
    """The metric whose panel has the limits, each for a level that it says nothing about."""
    if not limits:
        return metric
    own = metric.dashboard.thresholds
    for threshold in own:
        _compare(metric, threshold, limits.get(threshold.level), diagnostics)
    stated = {threshold.level for threshold in own}
    by_value = {threshold.value: threshold for threshold in own}
    for level in _LEVELS[::-1]:  # of two at one value, the critical one is shown
        if level in limits and level not in stated:
            value = float(limits[level].value)
            by_value[value] = Threshold(value, level)
    thresholds = tuple(by_value[value] for value in sorted(by_value))
    return replace(metric, dashboard=replace(metric.dashboard, thresholds=thresholds))


def _compare(
    metric: Metric, threshold: Threshold, limit: _Limit | None, diagnostics: Diagnostics
) -> None:
    value = plain(Decimal(repr(threshold.value)))
    if limit is None or limit.value == value:
        return
    place = metric.dashboard.where("thresholds", metric.dashboard.thresholds.index(threshold))
    _report(metric, threshold.level, limit, _Limit(value, _PANEL, place), diagnostics)


def _report(
    metric: Metric,
    level: ThresholdLevel,
    limit: _Limit,
    other: _Limit,
    diagnostics: Diagnostics,
) -> None:
    diagnostics.report(
        codes.TWO_THRESHOLDS,
        f"`{metric.local_key}` is {level.value} above {limit.value:f} by {limit.called}, "
        f"and above {other.value:f} by {other.called}",
        limit.span,
        help="remove the threshold: the panel takes the limit of the alert"
        if other.called == _PANEL
        else "write the same limit, or give one of them another severity",
        related=[Related(other.span, f"{other.called} says {other.value:f}")],
    )
