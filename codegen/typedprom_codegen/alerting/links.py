"""Addresses in annotations: of the page about an alert, and of the panel that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from typedprom_codegen.alerting.selected_series import selected_by
from typedprom_codegen.alerting.templates import literal, query_value
from typedprom_codegen.dashboard_panels import panel_of, shown_metrics, variable_name
from typedprom_codegen.dashboard_uids import dashboard_uid
from typedprom_codegen.ir import Alert, Catalog, Component, Slo
from typedprom_codegen.queries.known import TARGET_LABELS

_ALERT: Final = "{alert}"
_DASHBOARD: Final = "{dashboard}"


def runbook_url(catalog: Catalog, alert: str) -> str:
    """Where the page about an alert is; empty where the catalog does not say it."""
    pattern = catalog.links.runbooks or ""
    return literal(pattern.replace(_ALERT, quote(alert)))


def dashboard_url(catalog: Catalog, source: Alert | Slo, labels: Sequence[str]) -> str:
    """Where the panel of what an alert is about is, with its variables set to the alert's labels.

    Without a panel it is the dashboard of the alert's component, else the overview.
    """
    pattern = catalog.links.dashboards
    if not pattern:
        return ""
    component, panel = _shown_on(catalog, source)
    name = component.name if component else None
    uid = dashboard_uid(catalog, name, catalog.links.uid_prefix)
    address = literal(pattern.replace(_DASHBOARD, quote(uid)))
    variables = _variables(catalog, component)
    query = [f"viewPanel={panel}"] if panel else []
    query += [
        f"var-{variable_name(name)}={query_value(name)}" for name in labels if name in variables
    ]
    if not query:
        return address
    return f"{address}{'&' if '?' in address else '?'}{'&'.join(query)}"


def _shown_on(catalog: Catalog, source: Alert | Slo) -> tuple[Component | None, int | None]:
    """The dashboard and the panel of the first metric that has one."""
    components = {each.name: each for each in catalog.components}
    for selected in selected_by(source, catalog):
        component = components.get(selected.metric.component)
        if component and selected.metric in shown_metrics(component):
            return component, panel_of(component, selected.metric)
    own = components.get(source.component or "")
    return (own if own and shown_metrics(own) else None), None


def _variables(catalog: Catalog, component: Component | None) -> set[str]:
    """The labels by which a dashboard can be filtered: the overview, by shared ones."""
    components = [component] if component else catalog.components
    return set(TARGET_LABELS) | {
        label.name
        for found in components
        for metric in shown_metrics(found)
        for label in metric.labels
        if component is not None or label.component is None
    }
