"""Addresses in annotations: of the runbook, and of the dashboard with its variables."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.alerts import alert, alerting, catalog, compile_alerts, metric, selected
from typedprom_codegen.dashboard_panels import panel_of
from typedprom_codegen.ir import AnyForm, Links

PANEL = f"viewPanel={panel_of(catalog().components[0], metric('reads.error'))}"


def texts(links: Links, *by: str, component: str | None = "orders") -> dict[str, str]:
    made = alert(AnyForm(selected("reads.error"), 60, Decimal(0)), *by)
    made = replace(made, component=component)
    (rule,) = alerting(compile_alerts(made, of=replace(catalog(), links=links)))
    return dict(rule.annotations)


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("/d/{dashboard}", "/d/shop-orders?{panel}&var-source={{ $labels.source | urlquery }}"),
        (
            "/d/{dashboard}?a=1",
            "/d/shop-orders?a=1&{panel}&var-source={{ $labels.source | urlquery }}",
        ),
        (
            "/{{x}}/{dashboard}",
            '/{{ "{{" }}x}}/shop-orders?{panel}&var-source={{ $labels.source | urlquery }}',
        ),
    ],
)
def test_a_dashboard_is_filtered_by_the_labels_of_the_alert(pattern: str, address: str) -> None:
    expected = address.replace("{panel}", PANEL)
    assert texts(Links(dashboards=pattern), "source")["dashboard_url"] == expected


def test_an_alert_of_the_catalog_leads_to_the_dashboard_of_its_metric() -> None:
    found = texts(Links(dashboards="/d/{dashboard}"), component=None)
    assert found["dashboard_url"] == f"/d/shop-orders?{PANEL}"


def test_a_runbook_is_named_by_the_alert() -> None:
    assert texts(Links(runbooks="/b/{alert}.md"))["runbook_url"] == "/b/ShopBroken.md"


def test_without_patterns_there_are_no_links() -> None:
    assert set(texts(Links())) == {"summary", "description"}
