"""Each link of an alert leads to a panel that the Grafana target makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.alerts import alerting
from tests.support.catalogs import write
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.config import read
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.emit.grafana import TARGET, GrafanaOptions
from typedprom_codegen.lint.rules_in_use import Rules
from typedprom_codegen.pipeline import check

ROOT = Path(__file__).parents[2]
SETTINGS = 'catalog = "catalog"\n[grafana]\ndirectory = "out"\nuid-prefix = "eu"\n'
SHOP = {
    "catalog.yaml": """
        catalog: {namespace: shop, title: Shop, dashboards: "https://g/d/{dashboard}"}
        labels: {source: {help: The source., domain: {kind: open, budget: 9}}}
        alerts:
          queried: {expr: "shop_orders_state > 1", severity: ticket}
          nothing_known: {expr: "vector(1) > 1", severity: ticket}
    """,
    "orders.yaml": """
        component: {name: orders, title: Orders}
        labels: {datasource: {help: The source., domain: {kind: open, budget: 9}}}
        metrics:
          parts.sent: {type: counter, help: Sent parts.}
          parts.lost: {type: counter, help: Lost parts.}
          alone: {type: counter, help: Alone.}
          requests.error: {type: counter, help: Failed., labels: [source]}
          requests.success: {type: counter, help: Succeeded., labels: [source]}
          state: {type: gauge, help: A state., labels: [datasource]}
          end_timestamp_seconds: {type: gauge, unit: seconds, help: The end.}
          took:
            type: histogram
            unit: seconds
            help: The time.
            buckets: {kind: explicit, bounds: [1, 5]}
            dashboard: {panel: table}
          other: {type: gauge, help: Of others., emitted: false}
        alerts:
          lost: {any: parts.lost, severity: ticket}
          alone: {any: alone, severity: ticket}
          failing: {ratio: requests, by: [source], above: 50%, over: 1h, severity: ticket}
          high: {gauge: state, by: [datasource], above: 3, severity: ticket}
          slow: {quantile: took, at: 90%, over: 1h, above: 3, severity: ticket}
          ended: {gauge: end_timestamp_seconds, above: 3, severity: ticket}
          others: {gauge: other, above: 3, severity: ticket}
        slos:
          served: {ratio: requests, objective: 99%, window: 28d, do: Look., help: All is served.}
          fast: {of: took, below: 5s, objective: 90%, window: 28d, do: Look., help: All is fast.}
    """,
}


def made(folder: Path) -> CompiledCatalog:
    found = Diagnostics()
    config = read(folder, found)
    assert config is not None
    compiled = check(config, Rules(), found)
    assert compiled is not None, [diagnostic.message for diagnostic in found]
    return compiled


def panels(compiled: CompiledCatalog, prefix: str) -> dict[str, dict[str, list[str]]]:
    """Of each dashboard's uid: the ids of its panels, each with the queries."""
    files = TARGET.emit(compiled, GrafanaOptions(uid_prefix=prefix))
    boards = [json.loads(file.text) for file in files if file.path.endswith(".json")]
    return {
        board["uid"]: {
            str(panel["id"]): [target["expr"] for target in panel.get("targets", ())]
            for panel in board["panels"]
        }
        | {f"var-{each['name']}": [] for each in board["templating"]["list"]}
        for board in boards
    }


def links(compiled: CompiledCatalog) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    for rule in alerting(compiled):
        address = urlsplit(dict(rule.annotations)["dashboard_url"])
        yield rule.name, address.path.rpartition("/")[2], parse_qsl(address.query)


@pytest.mark.parametrize(("folder", "prefix"), [("shop", "eu"), ("sms", "")])
def test_each_link_leads_to_a_panel(tmp_path: Path, folder: str, prefix: str) -> None:
    compiled = made(shop(tmp_path) if folder == "shop" else ROOT)
    boards = panels(compiled, prefix)
    for name, uid, query in links(compiled):
        for key, value in query:
            assert (value if key == "viewPanel" else key) in boards[uid], name


@pytest.mark.parametrize(
    ("alert", "uid", "shown"),
    [
        ("ShopLost", "eu-shop-orders", "shop_orders_parts_lost_total"),
        ("ShopAlone", "eu-shop-orders", "shop_orders_alone_total"),
        ("ShopFailing", "eu-shop-orders", "shop_orders_requests_error_total"),
        ("ShopServedBudgetBurn", "eu-shop-orders", "shop_orders_requests_error_total"),
        ("ShopFastBudgetBurn", "eu-shop-orders", "shop_orders_took_seconds"),
        ("ShopSlow", "eu-shop-orders", "shop_orders_took_seconds"),
        ("ShopEnded", "eu-shop-orders", "shop_orders_end_timestamp_seconds"),
        ("ShopQueried", "eu-shop-orders", "shop_orders_state"),
        ("ShopOthers", "eu-shop-orders", ""),
        ("ShopNothingKnown", "eu-shop", ""),
    ],
)
def test_the_panel_shows_the_metric(tmp_path: Path, alert: str, uid: str, shown: str) -> None:
    compiled = made(shop(tmp_path))
    found = {name: (uid, dict(query)) for name, uid, query in links(compiled)}
    assert found[alert][0] == uid
    panel = found[alert][1].get("viewPanel")
    assert bool(panel) == bool(shown)
    if panel:
        assert any(shown in expr for expr in panels(compiled, "eu")[uid][panel])


def test_a_variable_has_the_name_that_the_dashboard_gives_it(tmp_path: Path) -> None:
    found = {name: dict(query) for name, _, query in links(made(shop(tmp_path)))}
    assert "{{ $labels.datasource | urlquery }}" in found["ShopHigh"]["var-datasource_"]


def shop(folder: Path) -> Path:
    write(folder, SHOP)
    (folder / "typedprom.toml").write_text(SETTINGS, encoding="utf-8")
    return folder
