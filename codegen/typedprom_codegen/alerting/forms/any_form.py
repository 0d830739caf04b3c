"""`any`: a counter increased."""

from __future__ import annotations

from typedprom_codegen.alerting.counts import Counts
from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.forms.words import VALUE, failed, words
from typedprom_codegen.alerting.notation import number
from typedprom_codegen.ir import AnyForm
from typedprom_codegen.promql.nodes.number import duration


def query(form: AnyForm, by: tuple[str, ...], counts: Counts) -> AlertQuery:
    """More events within the window than allowed."""
    count = counts.count(form.selected, by, form.over)
    return AlertQuery(
        f"{count} > {number(form.above)}",
        by,
        f"{_problem(form)} within {duration(form.over)}",
        f"Counted within {duration(form.over)}: {VALUE}.",
    )


def _problem(form: AnyForm) -> str:
    """What failed, or what increased, and how often."""
    above = number(form.above)
    if what := failed(form.selected.metric):
        times = "once" if form.above == 1 else f"{above} times"
        return f"{what} more than {times}" if form.above else what
    more = f" by more than {above}" if form.above else ""
    return f"{words(form.selected.metric)} increased{more}"
