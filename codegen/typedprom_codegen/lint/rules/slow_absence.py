"""An alert on absence that fires later than the alerts that follow from the absence."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.alerting.absence import follows
from typedprom_codegen.codes.define import warning
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import AbsentForm, Alert, Catalog, LateForm
from typedprom_codegen.lint.rule import Rule
from typedprom_codegen.promql.nodes.number import duration


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Report alerts on absence that fire after an alert on lateness that they silence."""
    for absent in catalog.alerts:
        if not isinstance(absent.form, AbsentForm):
            continue
        fires = absent.form.over + absent.hold
        late = [each for each in catalog.alerts if _is_silenced(each, absent, catalog)]
        first = min(late, key=_fires_after, default=None)
        margin = _fires_after(first) if first else fires + 1
        if first is not None and fires >= margin:
            yield Diagnostic(
                RULE.code,
                f"{absent.called} fires {duration(fires)} after the last sample, but "
                f"{first.called}, which it silences, may fire after {duration(margin)}",
                absent.where("over"),
                help="write a shorter `over` or `for`, and let it name a metric that has the "
                "label with `schedules`: its series are there again after the next run",
                entry=absent.called,
            )


def _is_silenced(each: Alert, absent: Alert, catalog: Catalog) -> bool:
    """Whether it is an alert on lateness that the alert on absence silences."""
    urgency = {severity: place for place, severity in enumerate(catalog.severities)}
    is_late = isinstance(each.form, LateForm) and bool(each.form.schedules)
    return is_late and follows(each, absent) and urgency[each.severity] >= urgency[absent.severity]


def _fires_after(late: Alert) -> int:
    """The shortest time from the last sample to the alert: a run was due a moment later."""
    schedules = late.form.schedules if isinstance(late.form, LateForm) else ()
    return min(each.late_after - each.every for each in schedules) + late.hold


RULE = Rule(
    warning(
        "TP406",
        "slow-absence",
        """
        Where no metrics arrive, an alert of the form `absent` silences those that only follow from
        that, such as a program that is late. This one fires later than they do, so they are sent
        first. An alert on lateness fires 2.25 schedules after the last run. If the next run was
        just due when metrics stopped, that is 1.25 schedules later.

        Wrong, where programs run every hour: `{absent: last_run.timestamp, over: 3h}`

        Right: `{absent: last_run.timestamp, over: 72m}`. That is the default for a metric that
        has the label with schedules, and longer than from one run to the next: a Pushgateway that
        restarts empty has the series again by then.
        """,
    ),
    check,
)
