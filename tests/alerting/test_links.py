"""Addresses in annotations: of the runbook, and of the dashboard with its variables."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.alerts import alert, alerting, catalog, compile_alerts, selected
from tests.support.catalogs import write
from typedprom_codegen.config import read
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.ir import AnyForm, Links
from typedprom_codegen.lint.rules_in_use import Rules
from typedprom_codegen.pipeline import check


def texts(links: Links, *by: str, component: str | None = "orders") -> dict[str, str]:
    made = alert(AnyForm(selected("reads.error"), 60, Decimal(0)), *by, component=component)
    (rule,) = alerting(compile_alerts(made, of=replace(catalog(), links=links)))
    return dict(rule.annotations)


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("/d/{dashboard}", "/d/shop-orders?var-source={{ $labels.source | urlquery }}"),
        ("/d/{dashboard}?a=1", "/d/shop-orders?a=1&var-source={{ $labels.source | urlquery }}"),
        (
            "/{{x}}/{dashboard}",
            '/{{ "{{" }}x}}/shop-orders?var-source={{ $labels.source | urlquery }}',
        ),
    ],
)
def test_a_dashboard_is_filtered_by_the_labels_of_the_alert(pattern: str, address: str) -> None:
    assert texts(Links(dashboards=pattern), "source")["dashboard_url"] == address


def test_the_overview_has_only_shared_variables() -> None:
    found = texts(Links(dashboards="/d/{dashboard}"), "source", "kind", component=None)
    assert found["dashboard_url"] == "/d/shop?var-source={{ $labels.source | urlquery }}"


def test_a_runbook_is_named_by_the_alert() -> None:
    assert texts(Links(runbooks="/b/{alert}.md"))["runbook_url"] == "/b/ShopBroken.md"


def test_without_patterns_there_are_no_links() -> None:
    assert set(texts(Links())) == {"summary", "description"}


def test_uids_have_the_prefix_that_dashboards_have(tmp_path: Path) -> None:
    text = """
        catalog: {namespace: shop, title: Shop, dashboards: "https://g/d/{dashboard}"}
        component: {name: orders, title: Orders}
        metrics: {lost: {type: counter, help: Lost orders.}}
        alerts: {some_lost: {any: lost}}
    """
    write(tmp_path, {"shop.yaml": text})
    settings = 'catalog = "catalog"\n[grafana]\ndirectory = "out"\nuid-prefix = "eu"\n'
    (tmp_path / "typedprom.toml").write_text(settings, encoding="utf-8")
    found = Diagnostics()
    config = read(tmp_path, found)
    assert config is not None
    compiled = check(config, Rules(), found)
    assert compiled is not None, [diagnostic.message for diagnostic in found]
    assert dict(alerting(compiled)[0].annotations)["dashboard_url"] == "https://g/d/eu-shop-orders"
