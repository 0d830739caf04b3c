"""Alerts as rules: their queries with labels and annotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from typedprom_codegen.alerting.counts import Counts
from typedprom_codegen.alerting.forms import alert_queries
from typedprom_codegen.alerting.forms.alert_query import AlertQuery
from typedprom_codegen.alerting.links import dashboard_url, runbook_url
from typedprom_codegen.alerting.rule_model import SEVERITY_LABEL, AlertingRule
from typedprom_codegen.alerting.templates import literal, template, told_apart
from typedprom_codegen.ir import Alert, Catalog, ExprForm, Metric, RatioForm
from typedprom_codegen.queries.checked import QueryOptions

KEEPS_FIRING = (2, 42)
"""The first Prometheus with `keep_firing_for`."""


def alert_rules(
    alert: Alert, catalog: Catalog, options: QueryOptions, counts: Counts
) -> Iterator[AlertingRule]:
    """The rules of an alert, all of one name."""
    for query in alert_queries(alert, counts):
        yield AlertingRule(
            name=alert.name,
            expr=query.expr,
            hold=max(alert.hold, query.hold),
            keep=keep(alert.keep, options),
            labels=severity_labels(alert.severity.name, alert.owner, *query.added),
            annotations=_annotations(alert, query, catalog),
            source=alert,
        )


def keep(seconds: int, options: QueryOptions) -> int:
    """The seconds of `keep_firing_for`; 0 where the Prometheus does not have it."""
    return seconds if options.version is None or options.version >= KEEPS_FIRING else 0


def severity_labels(
    severity: str, owner: str | None, *others: tuple[str, str]
) -> tuple[tuple[str, str], ...]:
    """The labels that a rule adds."""
    owned = (("owner", literal(owner)),) if owner else ()
    return ((SEVERITY_LABEL, literal(severity)), *others, *owned)


def annotated(
    summary: str, description: str, catalog: Catalog, name: str, dashboard: str
) -> tuple[tuple[str, str], ...]:
    """The annotations of an alert, without empty ones."""
    found = (
        ("summary", summary),
        ("description", description),
        ("runbook_url", runbook_url(catalog, name)),
        ("dashboard_url", dashboard),
    )
    return tuple((key, text) for key, text in found if text)


def _annotations(alert: Alert, query: AlertQuery, catalog: Catalog) -> tuple[tuple[str, str], ...]:
    summary = template(alert.summary) if alert.summary else _summary(query)
    description = template(alert.description) if alert.description else _description(alert, query)
    dashboard = dashboard_url(catalog, alert, query.labels)
    return annotated(summary, description, catalog, alert.name, dashboard)


def _summary(query: AlertQuery) -> str:
    """What is wrong, and of what: `source_id {{ $labels.source_id }}: requests failed`."""
    if query.labels:
        return f"{told_apart(query.labels)}: {query.problem}"
    return query.problem[:1].upper() + query.problem[1:]


def _description(alert: Alert, query: AlertQuery) -> str:
    """The value, then what the metric is."""
    about = " ".join(dict.fromkeys(metric.help for metric in metrics_of(alert)))
    return " ".join(part for part in (query.value, literal(about)) if part)


def metrics_of(alert: Alert) -> Sequence[Metric]:
    """The metrics that an alert is about, the first one first."""
    match alert.form:
        case RatioForm() as form:
            return [each.metric for each in form.bad]
        case ExprForm():
            return []
        case form:
            return [form.selected.metric]
