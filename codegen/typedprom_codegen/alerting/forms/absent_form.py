"""`absent`: no series of a metric is there."""

from __future__ import annotations

from typedprom_codegen.alerting.counts import events_of
from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.notation import matchers, selector
from typedprom_codegen.ir import AbsentForm
from typedprom_codegen.promql.nodes.number import duration


def query(form: AbsentForm) -> AlertQuery:
    """No sample within the window."""
    series = selector(events_of(form.selected), matchers(form.selected))
    over = duration(form.over)
    labels = tuple(each.label for each in form.selected.where if len(each.values) == 1)
    return AlertQuery(
        f"absent_over_time({series}[{over}])",
        labels,
        f"no series of {form.selected.metric.name} within {over}",
        "",
    )
