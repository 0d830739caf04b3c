"""`any`: a counter increased."""

from __future__ import annotations

from typedprom_codegen.alerting.counts import Counts
from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.forms.words import VALUE, words
from typedprom_codegen.alerting.notation import duration, number
from typedprom_codegen.ir import AnyForm


def query(form: AnyForm, by: tuple[str, ...], counts: Counts) -> AlertQuery:
    """More events within the window than allowed."""
    count = counts.count(form.selected, by, form.over)
    more = f" by more than {number(form.above)}" if form.above else ""
    return AlertQuery(
        f"{count} > {number(form.above)}",
        by,
        f"{words(form.selected.metric)} increased{more} within {duration(form.over)}",
        f"It increased by {VALUE}.",
    )
