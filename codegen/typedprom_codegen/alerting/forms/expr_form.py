"""`expr`: a query that the catalog's author wrote."""

from __future__ import annotations

from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.forms.words import VALUE, readable
from typedprom_codegen.ir import Alert, ExprForm


def query(form: ExprForm, alert: Alert) -> AlertQuery:
    """The query as it is written."""
    value = f"The value is {VALUE}."
    return AlertQuery(form.query.expr.strip(), alert.by, readable(alert.key), value)
