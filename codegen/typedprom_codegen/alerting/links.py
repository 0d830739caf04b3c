"""Addresses in annotations: of the page about an alert, and of the dashboard that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from typedprom_codegen.alerting.templates import literal, query_value
from typedprom_codegen.dashboard_uids import dashboard_uid
from typedprom_codegen.ir import Catalog

_ALERT: Final = "{alert}"
_DASHBOARD: Final = "{dashboard}"


def runbook_url(catalog: Catalog, alert: str) -> str:
    """Where the page about an alert is; empty where the catalog does not say it."""
    pattern = catalog.links.runbooks or ""
    return literal(pattern.replace(_ALERT, quote(alert)))


def dashboard_url(catalog: Catalog, component: str | None, labels: Sequence[str]) -> str:
    """Where the dashboard of a component is, with its variables set to an alert's labels."""
    pattern = catalog.links.dashboards
    if not pattern:
        return ""
    uid = dashboard_uid(catalog, component, catalog.links.uid_prefix)
    address = literal(pattern.replace(_DASHBOARD, quote(uid)))
    variables = _variables(catalog, component)
    chosen = "&".join(f"var-{name}={query_value(name)}" for name in labels if name in variables)
    if not chosen:
        return address
    return f"{address}{'&' if '?' in address else '?'}{chosen}"


def _variables(catalog: Catalog, component: str | None) -> set[str]:
    """The labels by which a dashboard can be filtered: the overview, by shared ones."""
    return {
        label.name
        for found in catalog.components
        if component is None or found.name == component
        for metric in found.metrics
        for label in metric.labels
        if component is not None or label.component is None
    }
