"""Resolves limits: quantities in the unit of what they limit, or the thresholds of a panel."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.ir import GaugeForm, Metric, MetricType, ThresholdLevel
from typedprom_codegen.message_parts import quoted, suggestion
from typedprom_codegen.resolve.panel_values import shows_values
from typedprom_codegen.resolve.quantities import Measure, Quantity, measure_of, plain
from typedprom_codegen.resolve.rule_entries import RuleEntry

_EXAMPLES: Final = {
    Measure.SHARE: "50%",
    Measure.TIME: "30m",
    Measure.SIZE: "64MiB",
    Measure.NUMBER: "3",
}
_NO_LIMIT: Final = "which cannot be a limit"
_LEVELS: Final = {level.value: level for level in ThresholdLevel}


def limit(entry: RuleEntry, field: str, metric: Metric) -> Decimal | None:
    """The limit that a field says for a metric, in its unit; None if it does not fit."""
    text = entry.text(field)
    if text in _LEVELS and metric.type is MetricType.GAUGE:
        return _of_panel(entry, field, metric, _LEVELS[text])
    quantity = entry.quantity(field)
    if quantity is not None and quantity.fits(metric.unit):
        return quantity.value
    wanted = measure_of(metric.unit)
    unit = f"but `{metric.local_key}` " + (f"is in {metric.unit}" if metric.unit else "has no unit")
    finite = quantity is not None or text in _LEVELS
    entry.report(
        codes.BAD_QUANTITY,
        f"`{field}` of {entry.called} is {quoted(text)}, {unit if finite else _NO_LIMIT}",
        field,
        help=f"write {wanted.value}, for example `{field}: {_EXAMPLES[wanted]}`",
    )
    return None


def _of_panel(
    entry: RuleEntry, field: str, metric: Metric, level: ThresholdLevel
) -> Decimal | None:
    """The threshold that the panel of the metric has for a level."""
    found = [each for each in metric.dashboard.thresholds if each.level is level]
    if found and shows_values(metric, GaugeForm):
        return plain(Decimal(repr(found[0].value)))
    problem = "shows something else than its values" if found else "has no such threshold"
    entry.report(
        codes.BAD_QUANTITY,
        f"`{field}` of {entry.called} is `{level.value}`, "
        f"but the panel of `{metric.local_key}` {problem}",
        field,
        help="write the limit itself"
        if found
        else f"write the limit itself: the panel takes it, as its threshold `{level.value}`",
    )
    return None


def share(entry: RuleEntry, field: str) -> Decimal | None:
    """The share that a field says, more than 0 and less than 1; None if it is none."""
    quantity = entry.quantity(field)
    fits = quantity is not None and quantity.measure in {Measure.SHARE, Measure.NUMBER}
    if quantity is not None and fits and 0 < quantity.value < 1:
        return quantity.value
    text = entry.text(field)
    percent = f"{text}%" if quantity is not None and _may_be_percent(quantity) else None
    entry.report(
        codes.BAD_QUANTITY,
        f"`{field}` of {entry.called} is {quoted(text)}, "
        f"but a share is more than 0 and less than 100 %{suggestion(percent)}",
        field,
        help=f"write it like `{field}: {percent or '50%'}`",
    )
    return None


def _may_be_percent(quantity: Quantity) -> bool:
    """Whether a number is that of a percentage without its sign."""
    return quantity.measure is Measure.NUMBER and 1 <= quantity.value < 100
