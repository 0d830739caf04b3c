"""A threshold on a metric's panel and the limit of its alert are one value."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.language.shop_rules import alert, scheduled, with_rules
from tests.support.catalogs import compiled, with_metrics
from typedprom_codegen.ir import GaugeForm, Threshold, ThresholdLevel

CRITICAL, WARNING = ThresholdLevel.CRITICAL, ThresholdLevel.WARNING
PAGE = "severity: page, do: Look."


def thresholds(folder: Path, metric: str, rules: str) -> tuple[Threshold, ...]:
    return with_rules(folder, rules).metric(f"orders.{metric}").dashboard.thresholds


def test_a_panel_takes_the_limits_of_alerts(tmp_path: Path) -> None:
    rules = (
        f"alerts:\n  full: {{gauge: queue.bytes, above: 64MiB, {PAGE}}}\n"
        "  filling: {gauge: queue.bytes, above: 16MiB}\n"
        "  seen: {gauge: queue.bytes, above: 1MiB, severity: info}\n"
    )
    assert thresholds(tmp_path, "queue.bytes", rules) == (
        Threshold(16 * 2**20, WARNING),
        Threshold(64 * 2**20, CRITICAL),
    )


def test_alerts_of_the_catalog_have_the_metrics_of_the_catalog(tmp_path: Path) -> None:
    outcome = with_rules(tmp_path, "alerts: {full: {gauge: fill, above: 90%}}\n")
    form = alert(outcome, "full").form
    assert isinstance(form, GaugeForm)
    assert form.selected.metric == outcome.metric("orders.fill")


@pytest.mark.parametrize(
    "alert",
    [
        "{gauge: queue.bytes, below: 1MiB}",
        "{gauge: queue.bytes, above: 1MiB, where: {channel: [web]}}",
        "{any: placed, above: 5}",
    ],
)
def test_limits_that_a_panel_cannot_show(tmp_path: Path, alert: str) -> None:
    assert thresholds(tmp_path, "queue.bytes", f"alerts: {{x: {alert}}}\n") == ()


def test_quantiles_and_ages_are_limits_too(tmp_path: Path) -> None:
    rules = (
        "alerts:\n  slow: {quantile: packing.duration, above: 30m}\n"
        "  late: {late: last_order.timestamp, after: 26h}\n"
    )
    assert thresholds(tmp_path, "packing.duration", rules) == (Threshold(1800, WARNING),)
    assert thresholds(tmp_path, "last_order.timestamp", rules) == (Threshold(93600, WARNING),)


def test_a_schedule_says_when_a_panel_is_critical(tmp_path: Path) -> None:
    outcome = scheduled(tmp_path, "{command: {import: 1h, report: 1h}}")
    metric = outcome.metric("jobs.last_run.timestamp")
    assert metric.dashboard.thresholds == (Threshold(8100, CRITICAL),)


def test_programs_of_several_schedules_have_no_one_limit(tmp_path: Path) -> None:
    outcome = scheduled(tmp_path, "{command: {import: 1h, report: 1d}}")
    assert outcome.metric("jobs.last_run.timestamp").dashboard.thresholds == ()


def gauge(expr: str) -> str:
    return (
        "  queue:\n    type: gauge\n    help: Queue.\n    dashboard:\n"
        f'      queries: [{{name: Queue, expr: "{expr}"}}]\n'
        "      thresholds: [{value: 100, level: critical}]\n"
        f"alerts: {{full: {{gauge: queue, above: critical, {PAGE}}}}}\n"
    )


def test_an_alert_takes_the_threshold_of_the_panel(tmp_path: Path) -> None:
    outcome = compiled(tmp_path, with_metrics(gauge("max(shop_orders_queue) or vector(0)")))
    form = alert(outcome, "full").form
    assert isinstance(form, GaugeForm)
    assert form.threshold == Decimal(100)


def test_but_not_of_a_panel_that_computes_with_the_values(tmp_path: Path) -> None:
    found = compiled(tmp_path, with_metrics(gauge("shop_orders_queue / 100"))).only
    assert found.message.endswith("but the panel of `queue` shows something else than its values")


def test_a_panel_takes_the_levels_that_it_does_not_state(tmp_path: Path) -> None:
    metrics = (
        "  queue:\n    type: gauge\n    help: Queue.\n"
        "    dashboard: {thresholds: [{value: 0, level: ok}, {value: 50, level: warning}]}\n"
        f"alerts: {{full: {{gauge: queue, above: 100, {PAGE}}}}}\n"
    )
    found = compiled(tmp_path, with_metrics(metrics)).metric("orders.queue").dashboard.thresholds
    assert found == (
        Threshold(0, ThresholdLevel.OK),
        Threshold(50, WARNING),
        Threshold(100, CRITICAL),
    )
