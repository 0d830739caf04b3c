"""`late`: a program should have run again by now."""

from __future__ import annotations

from collections.abc import Sequence

from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.forms.schedule_groups import (
    by_interval,
    told_by_interval,
)
from typedprom_codegen.alerting.forms.words import words
from typedprom_codegen.alerting.notation import aggregated, matcher, matchers, selector
from typedprom_codegen.ir import LabelValues, LateForm, Schedule, SelectedSeries, known_for
from typedprom_codegen.promql.nodes.number import duration

_VALUE = "It was {{ $value | humanizeDuration }} ago."
_LAST_RUN = "The last run was {{ $value | humanizeDuration }} ago."


def queries(form: LateForm, by: tuple[str, ...]) -> Sequence[AlertQuery]:
    """A query for each distinct interval of programs; one where none has a schedule."""
    if form.after is not None:
        age = age_of(form.selected, by, None, form.after)
        problem = f"{words(form.selected.metric)} is more than {duration(form.after)} ago"
        return [AlertQuery(f"{age} > {form.after}", by, problem, _VALUE)]
    groups = by_interval(form.schedules)
    return [
        _scheduled(form, by, group, told_by_interval(groups, group[0].every)) for group in groups
    ]


def age_of(
    selected: SelectedSeries, by: tuple[str, ...], programs: LabelValues | None, interval: int
) -> str:
    """How many seconds ago the time is that a gauge holds."""
    chosen = [*matchers(selected), *([matcher(programs)] if programs else [])]
    series = selector(selected.metric.name, chosen)
    newest = aggregated("max", by, f"last_over_time({series}[{duration(known_for(interval))}])")
    return f"time() - {newest}"


def _scheduled(
    form: LateForm,
    by: tuple[str, ...],
    group: Sequence[Schedule],
    added: tuple[tuple[str, str], ...],
) -> AlertQuery:
    label, every = group[0].label, group[0].every
    programs = LabelValues(label, tuple(schedule.value for schedule in group))
    labels = tuple(dict.fromkeys((label, *by)))
    return AlertQuery(
        f"{age_of(form.selected, labels, programs, every)} > {group[0].late_after}",
        labels,
        f"no run within {duration(group[0].late_after)}, but it should run every {duration(every)}",
        _LAST_RUN,
        added=added,
    )
