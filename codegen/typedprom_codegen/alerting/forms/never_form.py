"""`never`: a scheduled program has left nothing."""

from __future__ import annotations

from collections.abc import Sequence

from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.forms.schedule_groups import (
    by_interval,
    told_by_interval,
)
from typedprom_codegen.alerting.notation import matcher, matchers, selector
from typedprom_codegen.ir import LabelValues, NeverForm, Schedule, known_for
from typedprom_codegen.promql.nodes.number import duration


def queries(form: NeverForm) -> Sequence[AlertQuery]:
    """A query for each distinct interval of programs."""
    groups = by_interval(form.schedules)
    return [_query(form, group, told_by_interval(groups, group[0].every)) for group in groups]


def _query(
    form: NeverForm, group: Sequence[Schedule], added: tuple[tuple[str, str], ...]
) -> AlertQuery:
    every = group[0].every
    return AlertQuery(
        "\nor ".join(_absent(form, schedule) for schedule in group),
        (group[0].label,),
        f"no run is known, but it should run every {duration(every)}",
        "",
        hold=group[0].late_after,
        added=added,
    )


def _absent(form: NeverForm, schedule: Schedule) -> str:
    """With one matcher of the label: where there are two, the result does not have the label."""
    chosen = LabelValues(schedule.label, (schedule.value,))
    others = matchers(form.selected.without(schedule.label))
    series = selector(form.selected.metric.name, [*others, matcher(chosen)])
    return f"absent_over_time({series}[{duration(known_for(schedule.every))}])"
