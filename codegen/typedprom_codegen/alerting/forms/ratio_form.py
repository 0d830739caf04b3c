"""`ratio`: a share of what happened failed."""

from __future__ import annotations

from typedprom_codegen.alerting.counts import Counts
from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.forms.words import percent
from typedprom_codegen.alerting.notation import duration, number
from typedprom_codegen.ir import RatioForm


def query(form: RatioForm, by: tuple[str, ...], counts: Counts) -> AlertQuery:
    """More failed than allowed, and at least so many."""
    bad = counts.total(form.bad, by, form.over)
    if form.whole:
        whole = counts.total(form.whole, by, form.over)
    else:  # where nothing succeeded there may be no series of that
        good = counts.total(form.good, by, form.over)
        whole = f"({bad} + {good} or {bad})"
    name = form.ratio.local_key.replace(".", " ").replace("_", " ")
    return AlertQuery(
        f"{bad} / {whole} > {number(form.above)}\nand {bad} >= {form.least}",
        by,
        f"more than {percent(form.above)} of {name} failed within {duration(form.over)}",
        "{{ $value | humanizePercentage }} failed.",
    )
