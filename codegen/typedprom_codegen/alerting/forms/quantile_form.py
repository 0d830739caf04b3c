"""`quantile`: a quantile of what a histogram observed is above a threshold."""

from __future__ import annotations

from typedprom_codegen.alerting.counts import Counts
from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.forms.words import amount, percent, value_of, words
from typedprom_codegen.alerting.notation import number
from typedprom_codegen.ir import QuantileForm
from typedprom_codegen.promql.nodes.number import duration


def query(form: QuantileForm, by: tuple[str, ...], counts: Counts) -> AlertQuery:
    """The quantile, if it is above the threshold and there were enough observations."""
    metric = form.selected.metric
    buckets = counts.buckets(form.selected, by, form.over)
    observed = counts.count(form.selected, by, form.over)
    return AlertQuery(
        f"histogram_quantile({number(form.at)}, {buckets}) > {number(form.threshold)}\n"
        f"and {observed} >= {form.least}",
        by,
        f"the {percent(form.at)} quantile of {words(metric)} within {duration(form.over)} is above "
        f"{amount(form.threshold, metric)}",
        f"It is {value_of(metric)}.",
    )
