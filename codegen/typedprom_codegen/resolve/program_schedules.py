"""Finds the schedules of the programs that record a metric, and the gauge with their times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.diagnostics import Related
from typedprom_codegen.ir import (
    Catalog,
    ClosedDomain,
    Metric,
    MetricType,
    Schedule,
    SelectedSeries,
    Stability,
)
from typedprom_codegen.message_parts import listed
from typedprom_codegen.resolve.rule_entries import RuleEntry
from typedprom_codegen.resolve.selections import added_labels

_GAUGES: Final = frozenset({MetricType.GAUGE})
_SECONDS: Final = "seconds"
_TIMES: Final = "timestamp"
_PREFERRED: Final = "last_run"


def time_gauge(key: str, entry: RuleEntry, field: str) -> Metric | None:
    """The gauge with times that a field names."""
    gauge = entry.metric(key, _GAUGES, field)
    if gauge is None or gauge.unit == _SECONDS:
        return gauge
    entry.report(
        codes.WRONG_METRIC,
        f"{entry.called} needs a gauge with times, but `{key}` is not in seconds",
        field,
        help="name a gauge with the unit `seconds` that is set to the time of something",
        related=[Related(gauge.span, f"`{key}` is declared here")],
    )
    return None


def gauges_of_times(catalog: Catalog) -> list[Metric]:
    """The gauges that code sets to the time of something, those of runs first."""
    found = [
        metric
        for metric in catalog.metrics()
        if metric.emitted
        and metric.type is MetricType.GAUGE
        and metric.unit == _SECONDS
        and metric.stability is not Stability.DEPRECATED
        and metric.local_key.removesuffix("_seconds").endswith(_TIMES)
    ]
    return sorted(found, key=lambda metric: _PREFERRED not in metric.local_key)


def run_times(label: str, catalog: Catalog) -> Metric | None:
    """The gauge with the times of runs of the programs that a label tells apart."""
    gauges = gauges_of_times(catalog)
    return next((gauge for gauge in gauges if has_label(gauge, label, catalog)), None)


def has_label(metric: Metric, name: str, catalog: Catalog) -> bool:
    """Whether the metric's series have a label, of their own or added by the scrape."""
    return name in added_labels(catalog) or metric.series_label(name) is not None


def schedules_that_fit(
    selected: SelectedSeries, schedules: Sequence[Schedule]
) -> tuple[Schedule, ...]:
    """Those schedules whose value the label of the chosen series can have."""
    return tuple(each for each in schedules if _fits(selected, each))


def _fits(selected: SelectedSeries, schedule: Schedule) -> bool:
    label = selected.metric.series_label(schedule.label)
    possible = (
        label is None
        or not isinstance(label.domain, ClosedDomain)
        or schedule.value in label.domain.values
    )
    return possible and selected.allows(schedule.label, schedule.value)


def schedules_of(
    selected: SelectedSeries, by: Sequence[str], entry: RuleEntry
) -> tuple[Schedule, ...]:
    """The schedules of the programs that record the chosen series; none is an error."""
    names = dict.fromkeys(each.label for each in entry.within.catalog.schedules)
    metric = selected.metric
    catalog = entry.within.catalog
    labels = [name for name in names if has_label(metric, name, catalog)]
    if len(labels) > 1:
        labels = [name for name in labels if name in by] or labels
    if len(labels) > 1:
        entry.report(
            codes.BAD_FORM,
            f"the labels {listed(f'`{label}`' for label in labels)} of `{metric.local_key}` "
            "have `schedules`",
            help=f"say which one {entry.called} is about, for example `by: [{labels[0]}]`",
        )
        return ()
    schedules = [each for each in entry.within.catalog.schedules if each.label in labels]
    found = schedules_that_fit(selected, schedules)
    if not found:
        entry.report(
            codes.BAD_FORM,
            f"no label of `{metric.local_key}` has `schedules` for {entry.called}",
            "late" if entry.has("late") else "never",
            help="add `schedules:` under `catalog:`, or, for `late`, the field `after`",
        )
    return found
