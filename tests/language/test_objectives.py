"""Objectives, ratios, records, and what `catalog:` states beside them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.language.shop_rules import scheduled, slo, with_rules
from tests.support.catalogs import HEADER, compiled
from typedprom_codegen.ir import (
    SEVERITIES,
    AlertSeverity,
    LatencyIndicator,
    Links,
    RatioIndicator,
    ScheduleIndicator,
)


def test_an_objective_for_a_ratio(tmp_path: Path) -> None:
    rules = (
        "slos:\n  paying:\n    ratio: payments\n    objective: 99.95%\n    window: 30d\n"
        "    least: 5\n    except: {country: [test]}\n    help: Payments succeed.\n    do: Look.\n"
    )
    found = slo(with_rules(tmp_path, rules), "paying")
    assert isinstance(found.indicator, RatioIndicator)
    assert [each.metric.local_key for each in found.indicator.bad] == ["payments.error"]
    assert found.indicator.good[0].unless[0].values == ("test",)
    assert (found.objective, found.window, found.least) == (Decimal("0.9995"), 30 * 86400, 5)
    assert (found.name, found.component, found.owner) == (
        "ShopPayingBudgetBurn",
        "orders",
        "packers",
    )
    assert (found.help, found.runbook.do) == ("Payments succeed.", "Look.")


def test_an_objective_for_a_latency_is_a_bound_of_the_buckets(tmp_path: Path) -> None:
    rules = "slos: {fast: {of: packing.duration, below: 100ms, objective: 0.9}}\n"
    found = slo(with_rules(tmp_path, rules), "fast")
    assert isinstance(found.indicator, LatencyIndicator)
    assert (found.indicator.bound, found.objective) == (Decimal("0.1"), Decimal("0.9"))
    assert (found.window, found.least) == (28 * 86400, 2)


def test_an_objective_for_schedules(tmp_path: Path) -> None:
    rules = "slos: {punctual: {schedule: command, objective: 99%}}\n"
    outcome = scheduled(tmp_path, "{command: {import: 1h, report: 1d}}", rules)
    found = slo(outcome, "punctual")
    assert isinstance(found.indicator, ScheduleIndicator)
    assert found.indicator.selected.metric.local_key == "last_run.timestamp"
    assert found.indicator.schedules == outcome.catalog.schedules


def test_ratios_are_found_and_declared_ones_replace_them(tmp_path: Path) -> None:
    (found,) = with_rules(tmp_path, "").whole.components[0].ratios
    assert (found.key, found.whole) == ("orders.payments", ())
    rules = "ratios: {payments: {bad: [payments.error], all: [placed]}}\n"
    (declared,) = with_rules(tmp_path, rules).whole.components[0].ratios
    assert [metric.local_key for metric in declared.whole] == ["placed"]
    assert declared.good == ()


def test_ratios_beside_the_catalog_name_metrics_by_their_full_keys(tmp_path: Path) -> None:
    header = HEADER + (
        "ratios: {lost: {bad: [orders.payments.error], all: [orders.placed]}}\n"
        "slos: {keeping: {ratio: lost, objective: 99%}}\n"
    )
    outcome = with_rules(tmp_path, "", header=header)
    (ratio,) = outcome.whole.ratios
    assert (ratio.key, ratio.local_key) == ("lost", "lost")
    assert slo(outcome, "keeping").component is None
    assert [each.key for each in outcome.whole.all_ratios()] == ["lost", "orders.payments"]


def test_records(tmp_path: Path) -> None:
    rules = 'records: {"shop:queue:max": {expr: max(shop_orders_queue_bytes), help: Queue.}}\n'
    (record,) = with_rules(tmp_path, rules).whole.records
    assert (record.name, record.help, record.component) == ("shop:queue:max", "Queue.", "orders")
    assert record.query.expr == "max(shop_orders_queue_bytes)"


def test_severities_flow_and_links(tmp_path: Path) -> None:
    header = HEADER.replace(
        "}",
        ", flow: [orders], severities: {wake: Wakes., later: Waits.},"
        " runbooks: 'https://example.org/r/{alert}#do', dashboards: 'http://g:3000/d/{dashboard}'}",
    )
    catalog = with_rules(tmp_path, "alerts: {x: {any: placed}}\n", header=header).whole
    assert catalog.flow == ("orders",)
    assert catalog.severities == (AlertSeverity("wake", "Wakes."), AlertSeverity("later", "Waits."))
    assert catalog.links == Links("https://example.org/r/{alert}#do", "http://g:3000/d/{dashboard}")
    assert catalog.alerts[0].severity.name == "later"


def test_without_them_there_are_defaults(tmp_path: Path) -> None:
    catalog = with_rules(tmp_path, "").whole
    assert (catalog.flow, catalog.severities, catalog.links) == ((), SEVERITIES, Links())


def test_components_in_the_order_of_the_flow(tmp_path: Path) -> None:
    files = {"catalog.yaml": HEADER.replace("}", ", flow: [store, desk]}")} | {
        f"{name}.yaml": f"component: {{name: {name}, title: x}}\n"
        "metrics: {done: {type: counter, help: x}}\n"
        for name in ("aisle", "desk", "store")
    }
    catalog = compiled(tmp_path, files).whole
    assert [component.name for component in catalog.in_flow()] == ["store", "desk", "aisle"]
