"""`fewer`: a counter increases by less than it did before, or than others do."""

from __future__ import annotations

from typedprom_codegen.alerting.counts import Counts
from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.forms.words import percent, words
from typedprom_codegen.alerting.notation import number
from typedprom_codegen.ir import FewerForm
from typedprom_codegen.promql.nodes.number import duration


def query(form: FewerForm, by: tuple[str, ...], counts: Counts) -> AlertQuery:
    """Fewer events within the window than a share of what they are compared with."""
    count = counts.count(form.selected, by, form.over)
    if form.before is not None:
        usual = counts.count(form.selected, by, form.over, before=form.before)
        what = f"of those {duration(form.before)} before"
    else:
        usual = counts.total(form.of, by, form.over)
        what = "of " + " and ".join(words(each.metric) for each in form.of)
    share = percent(form.than)
    return AlertQuery(
        f"({count} or {usual} * 0) / ({usual} >= {form.least}) < {number(form.than)}",
        by,
        f"{words(form.selected.metric)} within {duration(form.over)} are under {share} {what}",
        "They are {{ $value | humanizePercentage }} of that.",
    )
