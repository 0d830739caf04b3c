"""Derives alerts from facts: from schedules, or from what a catalog without alerts surely records.

A schedule says that a program that stops is wrong, so nobody needs to write that down again. A
catalog that states no schedules and no alerts has two: something is absent, something is old.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Final

from typedprom_codegen import names
from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.diagnostics import Span
from typedprom_codegen.ir import (
    AbsentForm,
    Alert,
    AlertSeverity,
    AnyForm,
    Catalog,
    ClosedDomain,
    Form,
    LabelValues,
    LateForm,
    Metric,
    MetricType,
    NeverForm,
    RunbookText,
    Schedule,
    SelectedSeries,
    Stability,
)
from typedprom_codegen.message_parts import did_you_mean, listed
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.resolve.alert_fields import FORMS, HOUR
from typedprom_codegen.resolve.declared_alerts import DeclaredAlerts, default_severity
from typedprom_codegen.resolve.program_schedules import gauges_of_times, has_label, run_times

LATE, NEVER_RAN, FAILING = "late", "never_ran", "failing"
"""The ends of the keys of alerts that schedules derive: `command_late`."""

ABSENT, STALE = "absent", "stale"
"""The keys of the alerts of a catalog without schedules and alerts."""

STALE_AFTER: Final = 26 * HOUR
"""A day, and two hours for a daily program to start and to work."""

FAILING_OVER: Final = 3
"""Schedules within which two runs must fail."""

_FAILURES: Final = re.compile(r"(.*[._])?(errors?|failed|failures)")
_COUNTING: Final = frozenset({MetricType.COUNTER, MetricType.HISTOGRAM})

_LATE: Final = RunbookText(
    do="""\
1. Check that what starts the program still does: cron, a timer, a workflow.
2. Read the log of its last run. Did it hang, or was it killed?
3. Run it by hand. If it works, check that its metrics arrive: the Pushgateway, or its spool.
""",
    lost="What the program would have done since then.",
)
_NEVER: Final = RunbookText(
    do="""\
1. Check that the program has been deployed, and that something starts it.
2. If it has run, read its log, and check that its metrics arrive: the Pushgateway, or its spool.
3. If it is not to run, remove it from `schedules`.
""",
    lost="What the program would do. It has never run, so nothing else reports this.",
)
_FAILED: Final = RunbookText(
    do="""\
1. Read the log of the last run that failed.
2. Compare it with the run before. If both failed for one reason, so will the next.
3. Correct the cause, run the program by hand, and read its log again.
""",
    lost="What the failed runs would have done, until one succeeds.",
)
_ABSENT: Final = RunbookText(
    do="""\
1. Check that the program runs.
2. Check that Prometheus scrapes it: the page "Targets" of Prometheus, and its errors there.
3. If it pushes, check that its metrics arrive: the Pushgateway, or its spool.
""",
    lost="Nothing by itself. Until the metrics are back, no other alert on them can be trusted.",
)


@dataclass(frozen=True, slots=True)
class _Derived:
    """What is particular about a derived alert."""

    key: str
    form: Form
    kind: str  # of the form
    metric: Metric
    severity: AlertSeverity
    span: Span
    runbook: RunbookText
    by: tuple[str, ...] = ()


def with_derived(catalog: Catalog, declared: DeclaredAlerts) -> tuple[Alert, ...]:
    """The declared alerts and the derived ones that they neither replace nor turn off."""
    derived = tuple(_alert(each, catalog) for each in _derived(catalog, declared))
    _check_disabled(derived, declared)
    added = (alert for alert in derived if alert.key not in declared.keys)
    return (*declared.alerts, *added)


def _derived(catalog: Catalog, declared: DeclaredAlerts) -> Iterator[_Derived]:
    for _, schedules in groupby(catalog.schedules, key=lambda schedule: schedule.label):
        yield from _of_schedules(tuple(schedules), catalog)
    disabled = {str(entry.path[-1]) for entry in declared.disabled}
    if not catalog.schedules and not declared.keys - disabled:
        yield from _of_records(catalog)


def _of_schedules(schedules: tuple[Schedule, ...], catalog: Catalog) -> Iterator[_Derived]:
    """The alerts that the schedules of one label derive."""
    label, span = schedules[0].label, schedules[0].span
    gauge = run_times(label, catalog)
    urgent, ordinary, by = catalog.severities[0], default_severity(catalog.severities), (label,)
    if gauge is not None:
        chosen = SelectedSeries(gauge)
        late, never = LateForm(chosen, schedules, None), NeverForm(chosen, schedules)
        yield _Derived(f"{label}_{LATE}", late, "late", gauge, urgent, span, _LATE, by)
        yield _Derived(f"{label}_{NEVER_RAN}", never, "never", gauge, ordinary, span, _NEVER, by)
    counter = _failures(label, gauge, catalog)
    if counter is not None:
        for key, form in _failing(schedules, counter):
            yield _Derived(key, form, "any", counter, ordinary, span, _FAILED, by)


def _failing(schedules: tuple[Schedule, ...], counter: Metric) -> Iterator[tuple[str, AnyForm]]:
    """One alert for each interval: that of the shortest has the plain key."""
    label = schedules[0].label
    shortest = min(schedule.every for schedule in schedules)
    for every in sorted({schedule.every for schedule in schedules}):
        values = tuple(schedule.value for schedule in schedules if schedule.every == every)
        chosen = SelectedSeries(counter, where=(LabelValues(label, values),))
        plain = f"{label}_{FAILING}"
        key = plain if every == shortest else f"{plain}_{duration(every)}"
        yield key, AnyForm(chosen, over=FAILING_OVER * every, above=Decimal(1))


def _failures(label: str, gauge: Metric | None, catalog: Catalog) -> Metric | None:
    """The counter of failed runs: of the component with their times, if that has one."""
    found = [
        metric
        for metric in _recorded(catalog)
        if metric.type is MetricType.COUNTER
        and _FAILURES.fullmatch(metric.local_key)
        and has_label(metric, label, catalog)
    ]
    beside = [metric for metric in found if gauge and metric.component == gauge.component]
    own = [metric for metric in found if label in {each.name for each in metric.labels}]
    return next(iter(beside or own), None)


def _of_records(catalog: Catalog) -> Iterator[_Derived]:
    """The alerts about what a catalog surely records, if it does."""
    severity = default_severity(catalog.severities)
    sure = next((metric for metric in _recorded(catalog) if _starts_at_zero(metric)), None)
    if sure is not None:
        absent = AbsentForm(SelectedSeries(sure), FORMS["absent"].over)
        yield _Derived(ABSENT, absent, "absent", sure, severity, sure.span, _ABSENT)
    gauge = next(iter(gauges_of_times(catalog)), None)
    if gauge is not None:
        stale = LateForm(SelectedSeries(gauge), schedules=(), after=STALE_AFTER)
        yield _Derived(STALE, stale, "late", gauge, severity, gauge.span, _LATE)


def _recorded(catalog: Catalog) -> Iterable[Metric]:
    return (
        metric
        for metric in catalog.metrics()
        if metric.emitted and metric.stability is not Stability.DEPRECATED
    )


def _starts_at_zero(metric: Metric) -> bool:
    """Whether all of its series are there before anything happens."""
    closed = all(isinstance(label.domain, ClosedDomain) for label in metric.labels)
    return metric.type in _COUNTING and closed


def _alert(derived: _Derived, catalog: Catalog) -> Alert:
    times = FORMS[derived.kind]
    return Alert(
        key=derived.key,
        name=names.alert_name(catalog.namespace, derived.key),
        component=derived.metric.component,
        form=derived.form,
        by=derived.by,
        severity=derived.severity,
        hold=times.hold,
        keep=times.keep,
        summary="",
        description="",
        runbook=derived.runbook,
        owner=derived.metric.owner,
        is_derived=True,
        span=derived.span,
        where=lambda *_path: derived.span,
    )


def _check_disabled(derived: tuple[Alert, ...], declared: DeclaredAlerts) -> None:
    """Report entries that turn off what nothing derives."""
    keys = [alert.key for alert in derived]
    uncertain = any(entry.within.diagnostics.has_errors for entry in declared.disabled)
    for entry in declared.disabled:
        key = str(entry.path[-1])
        if key not in keys and not uncertain:
            entry.report(
                codes.NOTHING_TO_DISABLE,
                f"no alert `{key}` is derived, so there is nothing to disable"
                f"{did_you_mean(key, keys)}",
                help=f"the derived alerts are {listed(f'`{each}`' for each in keys)}"
                if keys
                else "remove it",
            )
