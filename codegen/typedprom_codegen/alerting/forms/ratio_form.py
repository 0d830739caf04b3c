"""`ratio`: a share of what happened failed."""

from __future__ import annotations

from typedprom_codegen.alerting.counts import Counts
from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.forms.words import failed, percent, readable, words
from typedprom_codegen.alerting.notation import number
from typedprom_codegen.ir import RatioForm
from typedprom_codegen.promql.nodes.number import duration


def query(form: RatioForm, by: tuple[str, ...], counts: Counts) -> AlertQuery:
    """More failed than allowed, and at least so many."""
    bad = counts.total(form.bad, by, form.over)
    if form.whole:
        whole = counts.total(form.whole, by, form.over)
    else:  # where nothing succeeded there may be no series of that
        good = counts.total(form.good, by, form.over)
        whole = f"({bad} + {good} or {bad})"
    return AlertQuery(
        f"({bad} >= {form.least}) / {whole} > {number(form.above)}",
        by,
        f"{_problem(form)} within {duration(form.over)}",
        "It is {{ $value | humanizePercentage }}.",
    )


def _problem(form: RatioForm) -> str:
    """What failed, or what is too much of all."""
    name, limit = readable(form.ratio.local_key), percent(form.above)
    if not all(failed(each.metric) for each in form.bad):
        bad = " and ".join(words(each.metric) for each in form.bad)
        return f"{bad} are more than {limit} of all"
    if name.endswith("s"):
        return f"more than {limit} of {name} failed"
    return f"{name} failed in more than {limit} of cases"
