"""The forms of alerts as queries: one module a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from typedprom_codegen import ir
from typedprom_codegen.alerting.counts import Counts
from typedprom_codegen.alerting.forms import (
    absent_form,
    any_form,
    expr_form,
    fewer_form,
    gauge_form,
    late_form,
    never_form,
    quantile_form,
    ratio_form,
    silent_form,
)
from typedprom_codegen.alerting.forms.alert_query import AlertQuery


def alert_queries(alert: ir.Alert, counts: Counts) -> Sequence[AlertQuery]:
    """The queries of an alert; what they use of counts is recorded."""
    match alert.form:
        case ir.AnyForm() as form:
            return [any_form.query(form, alert.by, counts)]
        case ir.RatioForm() as form:
            return [ratio_form.query(form, alert.by, counts)]
        case ir.GaugeForm() as form:
            return [gauge_form.query(form, alert.by)]
        case ir.SilentForm() as form:
            return [silent_form.query(form, alert.by, counts)]
        case ir.FewerForm() as form:
            return [fewer_form.query(form, alert.by, counts)]
        case ir.QuantileForm() as form:
            return [quantile_form.query(form, alert.by, counts)]
        case ir.LateForm() as form:
            return late_form.queries(form, alert.by)
        case ir.NeverForm() as form:
            return never_form.queries(form)
        case ir.AbsentForm() as form:
            return [absent_form.query(form)]
        case ir.ExprForm() as form:
            return [expr_form.query(form, alert)]
        case _:
            assert_never(alert.form)
