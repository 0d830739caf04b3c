"""`gauge`: a gauge is beyond a threshold."""

from __future__ import annotations

from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.forms.words import amount, value_of, words
from typedprom_codegen.alerting.notation import aggregated, matchers, number, selector
from typedprom_codegen.ir import GaugeForm, Side

_WORST = {Side.ABOVE: "max", Side.BELOW: "min"}


def query(form: GaugeForm, by: tuple[str, ...]) -> AlertQuery:
    """The worst value, if it is beyond the threshold."""
    metric = form.selected.metric
    worst = aggregated(_WORST[form.side], by, selector(metric.name, matchers(form.selected)))
    return AlertQuery(
        f"{worst} {form.side.value} {number(form.threshold)}",
        by,
        f"{words(metric)} is {form.side.name.lower()} {amount(form.threshold, metric)}",
        f"It is {value_of(metric)}.",
    )
