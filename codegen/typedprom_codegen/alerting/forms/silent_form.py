"""`silent`: a counter that should increase does not."""

from __future__ import annotations

from typedprom_codegen.alerting.counts import Counts, events_of
from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.forms.words import VALUE, words
from typedprom_codegen.alerting.notation import matchers, selector
from typedprom_codegen.ir import SilentForm
from typedprom_codegen.promql.nodes.number import duration


def query(form: SilentForm, by: tuple[str, ...], counts: Counts) -> AlertQuery:
    """No event within the window, although others happened if the form names such."""
    problem = f"{words(form.selected.metric)} did not increase within {duration(form.over)}"
    count = counts.count(form.selected, by, form.over)
    if form.busy is None:
        series = selector(events_of(form.selected), matchers(form.selected))
        over = duration(form.over)
        silent = f"  {count} == 0\n  or absent_over_time({series}[{over}])"
        return AlertQuery(f"(\n{silent}\n)\n{_unless_new(over)}", by, problem, "")
    busy = counts.count(form.busy, by, form.over)
    return AlertQuery(
        f"{busy} >= {form.least}\nunless {count} > 0",
        by,
        f"{problem} although {words(form.busy.metric)} did",
        f"{words(form.busy.metric).capitalize()} increased by {VALUE}.",
    )


def _unless_new(over: str) -> str:
    """Not while this Prometheus has scraped for less than the window: it knows too little.

    Where there is no `up` at all, nothing is left out.
    """
    return f"unless on () (up unless on () up offset {over})"
