"""Suppressions remove a warning of their own metric, and are reported if they are stale."""

from __future__ import annotations

from pathlib import Path

from tests.support.catalogs import HEADER, linted, rules_of, with_metrics

JOB = HEADER + "labels: {job: {help: Which job ran., domain: {kind: open, budget: 20}}}\n"


def test_a_suppression_works_on_its_own_metric_only(tmp_path: Path) -> None:
    metrics = (
        "  a: {type: gauge, help: x, labels: [job], suppress: [{code: TP403, reason: Honoured.}]}\n"
        "  b: {type: gauge, help: x, labels: [job]}\n"
    )
    found = linted(tmp_path, with_metrics(metrics, header=JOB), rules_of("TP403")).only
    assert (found.code.id, found.metric) == ("TP403", "orders.b")


def test_a_suppression_of_a_warning_that_is_not_raised_is_stale(tmp_path: Path) -> None:
    metrics = "  a: {type: gauge, help: x, suppress: [{code: TP403, reason: Honoured.}]}\n"
    found = linted(tmp_path, with_metrics(metrics), rules_of("TP403")).only
    assert found.code.id == "TP402"
    assert (found.span.line, found.span.column) == (3, 47)


def test_a_suppression_cannot_suppress_that_it_is_stale(tmp_path: Path) -> None:
    metrics = "  a: {type: gauge, help: x, suppress: [{code: TP402, reason: Never mind.}]}\n"
    assert linted(tmp_path, with_metrics(metrics), rules_of("TP403")).codes == ["TP402"]


def test_an_error_cannot_be_suppressed(tmp_path: Path) -> None:
    metrics = "  a: {type: gauge, help: x, suppress: [{code: TP207, reason: It works.}]}\n"
    found = linted(tmp_path, with_metrics(metrics), rules_of("TP403")).only
    assert found.code.id == "TP212"
    assert "cannot be suppressed" in found.message


def test_an_unknown_code_is_named_with_the_nearest_warning(tmp_path: Path) -> None:
    metrics = "  a: {type: gauge, help: x, suppress: [{code: TP4033, reason: Honoured.}]}\n"
    assert (
        "did you mean `TP403`?"
        in linted(tmp_path, with_metrics(metrics), rules_of("TP403")).only.message
    )


def test_a_warning_about_a_query_is_suppressed_by_the_metric_of_its_panel(tmp_path: Path) -> None:
    queries = (
        "    dashboard: {queries: [{name: a, expr: 'rate(shop_orders_a_total{job=~\"x\"}[5m])'}]}\n"
    )
    metrics = "  a:\n    type: counter\n    help: x\n" + queries
    suppressed = "    suppress: [{code: TP525, reason: Generated.}]\n"
    rules = rules_of("TP525")
    found = linted(tmp_path / "one", with_metrics(metrics), rules).only
    assert (found.code.id, found.metric) == ("TP525", "orders.a")
    assert linted(tmp_path / "two", with_metrics(metrics + suppressed), rules).codes == []


def test_a_suppression_of_a_warning_about_queries_can_be_stale(tmp_path: Path) -> None:
    metrics = "  a: {type: gauge, help: x, suppress: [{code: TP525, reason: Generated.}]}\n"
    assert linted(tmp_path, with_metrics(metrics), rules_of("TP525")).codes == ["TP402"]
    assert linted(tmp_path, with_metrics(metrics), rules_of("TP403")).codes == []
