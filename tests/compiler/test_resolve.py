"""Resolving a valid catalog: names, defaults, references, buckets."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from prometheus_client import Histogram

from tests.support.catalogs import HEADER, compiled, with_metrics, write
from typedprom.metrics.labels import ZERO_SERIES_LIMIT
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.ir import (
    Aggregate,
    ClosedDomain,
    Combine,
    MetricType,
    OpenDomain,
    PanelType,
    PatternDomain,
    Stability,
    ThresholdLevel,
)
from typedprom_codegen.load import load
from typedprom_codegen.resolve import resolve
from typedprom_codegen.resolve.metrics import MOST_SERIES

LABELS = (
    "labels:\n"
    "  country: {help: Country., domain: {kind: open, budget: 50}}\n"
    "  class: {help: Class., domain: {kind: pattern, pattern: '[a-z]+', budget: 9}}\n"
)
FULL = """\
component: {name: orders, title: Orders, description: Takes orders., prefix: ordering}
labels:
  channel: {help: Channel., domain: {kind: closed, values: [web, app]}}
metrics:
  placed.late:
    type: counter
    help: Orders placed late.
    labels: [channel, country, class]
    owner: night-shift
    stability: experimental
  lost:
    type: counter
    help: Orders lost.
    emitted: false
    stability: deprecated
    replaced_by: ordering.placed.late
    removal: "2027-06-30"
  open:
    type: gauge
    help: Orders open now.
    combine: live_sum
    dashboard:
      panel: stat
      queries: [{name: Open, expr: "sum(shop_ordering_open)"}]
      aggregations: [sum]
      thresholds: [{value: 10, level: warning}]
  wait: {type: histogram, help: Time in the queue., unit: seconds}
"""


def test_a_metric_gets_defaults_from_its_component_and_catalog(tmp_path: Path) -> None:
    outcome = compiled(tmp_path, {"catalog.yaml": HEADER + LABELS, "orders.yaml": FULL})
    metric = outcome.metric("ordering.placed.late")
    assert metric.name == "shop_ordering_placed_late_total"
    assert metric.constant == "ORDERING_PLACED_LATE"
    assert metric.component == "orders"
    assert (metric.type, metric.unit, metric.buckets) == (MetricType.COUNTER, None, ())
    assert (metric.stability, metric.owner) == (Stability.EXPERIMENTAL, "night-shift")
    assert metric.emitted
    assert metric.deprecation is None
    assert outcome.metric("ordering.open").owner == "shop-team"
    assert outcome.found == ()


def test_labels_are_resolved_in_the_order_of_the_metric(tmp_path: Path) -> None:
    outcome = compiled(tmp_path, {"catalog.yaml": HEADER + LABELS, "orders.yaml": FULL})
    channel, country, class_ = outcome.metric("ordering.placed.late").labels
    assert (channel.component, channel.stem) == ("orders", "orders_channel")
    assert channel.domain == ClosedDomain(("web", "app"))
    assert (country.component, country.stem, country.domain) == (None, "country", OpenDomain(50))
    assert (class_.name, class_.parameter) == ("class", "class_")
    assert class_.domain == PatternDomain("[a-z]+", 9)


def test_a_deprecated_metric_names_its_replacement(tmp_path: Path) -> None:
    outcome = compiled(tmp_path, {"catalog.yaml": HEADER + LABELS, "orders.yaml": FULL})
    metric = outcome.metric("ordering.lost")
    assert metric.deprecation is not None
    assert metric.deprecation.replaced_by == "ordering.placed.late"
    assert metric.deprecation.removal == date(2027, 6, 30)
    assert not metric.emitted


def test_dashboard_hints_are_kept_as_they_are(tmp_path: Path) -> None:
    outcome = compiled(tmp_path, {"catalog.yaml": HEADER + LABELS, "orders.yaml": FULL})
    metric = outcome.metric("ordering.open")
    (query,), (threshold,) = metric.dashboard.queries, metric.dashboard.thresholds
    assert metric.combine is Combine.LIVE_SUM
    assert metric.dashboard.panel is PanelType.STAT
    assert metric.dashboard.aggregations == (Aggregate.SUM,)
    assert (query.name, query.expr) == ("Open", "sum(shop_ordering_open)")
    assert (threshold.value, threshold.level) == (10.0, ThresholdLevel.WARNING)
    assert query.where("expr").column == query.where("name").column + len("Open, expr: ")


def test_histograms_use_the_default_buckets_of_the_client_library(tmp_path: Path) -> None:
    outcome = compiled(tmp_path, {"catalog.yaml": HEADER + LABELS, "orders.yaml": FULL})
    metric = outcome.metric("ordering.wait")
    assert metric.buckets == Histogram.DEFAULT_BUCKETS[:-1]
    assert metric.name == "shop_ordering_wait_seconds"


@pytest.mark.parametrize(
    ("layout", "bounds"),
    [
        ("{kind: linear, start: 0.1, width: 0.1, count: 4}", (0.1, 0.2, 0.3, 0.4)),
        ("{kind: linear, start: -1, width: 0.5, count: 3}", (-1.0, -0.5, 0.0)),
        ("{kind: exponential, start: 0.1, factor: 3, count: 4}", (0.1, 0.3, 0.9, 2.7)),
        ("{kind: explicit, bounds: [1, 2.5]}", (1.0, 2.5)),
        ("{kind: preset, name: ratio}", (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)),
        ("{kind: preset, name: own}", (7.0,)),
        ("{kind: preset, name: latency}", (3.0,)),
    ],
)
def test_buckets(tmp_path: Path, layout: str, bounds: tuple[float, ...]) -> None:
    presets = (
        "buckets:\n  own: {kind: explicit, bounds: [7]}\n  latency: {kind: explicit, bounds: [3]}\n"
    )
    metrics = f"  wait: {{type: histogram, help: x, buckets: {layout}}}\n"
    outcome = compiled(tmp_path, with_metrics(metrics, header=HEADER + presets))
    assert outcome.metric("orders.wait").buckets == bounds


def test_the_byte_preset_ends_at_64_mib(tmp_path: Path) -> None:
    metrics = "  size: {type: histogram, help: x, buckets: {kind: preset, name: bytes}}\n"
    buckets = compiled(tmp_path, with_metrics(metrics)).metric("orders.size").buckets
    assert (buckets[0], buckets[-1]) == (256, 64 * 2**20)


def test_one_file_can_hold_a_whole_catalog(tmp_path: Path) -> None:
    text = (
        HEADER + LABELS + "component: {name: beat, prefix: '', title: Beat}\n"
        "metrics:\n  heartbeat: {type: counter, help: x, labels: [country, class]}\n"
    )
    outcome = compiled(tmp_path, {"catalog.yml": text})
    assert outcome.metric("heartbeat").name == "shop_heartbeat_total"
    assert [label.component for label in outcome.whole.labels] == [None, None]
    assert outcome.found == ()


def test_components_are_in_the_order_of_their_files(tmp_path: Path) -> None:
    part = "component: {{name: {0}, title: x}}\nmetrics: {{a: {{type: gauge, help: x}}}}\n"
    files = {f"{name}.yaml": part.format(name) for name in ("zoo", "ape", "cat")}
    outcome = compiled(tmp_path, {**files, "mid.yaml": HEADER})
    assert [component.name for component in outcome.whole.components] == ["ape", "cat", "zoo"]


def test_hidden_and_other_files_are_not_read(tmp_path: Path) -> None:
    files = with_metrics("  a: {type: gauge, help: x}\n")
    outcome = compiled(tmp_path, {**files, ".#orders.yaml": b"\xff", "notes.md": b"\xff"})
    assert outcome.found == ()


def test_names_of_the_same_file_are_not_reported_against_themselves(tmp_path: Path) -> None:
    metrics = (
        "  catalog: {type: gauge, help: x}\n"
        "  size: {type: histogram, help: x, unit: bytes}\n"
        "  size.bytes.done: {type: counter, help: x, unit: bytes}\n"
    )
    assert compiled(tmp_path, with_metrics(metrics)).found == ()


@pytest.mark.parametrize(
    ("files", "codes"),
    [
        ({"catalog.yaml": "catalog: {\n"}, ["TP005"]),
        ({"catalog.yaml": "catalog: {namespace: shop, title: x, owner: 5}\n" + LABELS}, ["TP105"]),
        ({"catalog.yaml": HEADER + "labels: {country: {help: x}}\n"}, ["TP103"]),
    ],
)
def test_declarations_of_a_broken_file_are_not_reported_as_missing(
    tmp_path: Path, files: dict[str, str], codes: list[str]
) -> None:
    metrics = "  placed: {type: counter, help: x, labels: [country]}\n"
    assert compiled(tmp_path, {**with_metrics(metrics), **files}).codes == codes


def test_an_error_of_a_metric_does_not_hide_its_other_errors(tmp_path: Path) -> None:
    metrics = "  placed: {type: counter, help: x, labels: [nope], dashboard: {panel: pie}}\n"
    assert compiled(tmp_path, with_metrics(metrics)).codes == ["TP203", "TP104"]


def test_a_replacement_that_is_broken_is_not_reported_as_missing(tmp_path: Path) -> None:
    metrics = (
        "  placed: {type: counter}\n"
        "  lost: {type: counter, help: x, stability: deprecated, replaced_by: orders.placed, "
        'removal: "2027-06-30"}\n'
    )
    assert compiled(tmp_path, with_metrics(metrics)).codes == ["TP103"]


def test_the_catalog_may_be_outside_the_project(tmp_path: Path) -> None:
    folder = write(tmp_path / "elsewhere", {"catalog.yaml": "catalog: 3\n"})
    diagnostics = Diagnostics()
    resolve(load(folder, tmp_path / "project", diagnostics), diagnostics)
    assert {d.span.path for d in diagnostics} == {"../elsewhere/catalog/catalog.yaml"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_forbidden_file_is_reported(tmp_path: Path) -> None:
    folder = write(tmp_path, with_metrics("  a: {type: gauge, help: x}\n"))
    (folder / "orders.yaml").chmod(0)
    diagnostics = Diagnostics()
    resolve(load(folder, tmp_path, diagnostics), diagnostics)
    assert [d.code.id for d in diagnostics] == ["TP003"]


def test_compiler_and_runtime_agree_on_series_that_start_at_zero() -> None:
    assert MOST_SERIES == ZERO_SERIES_LIMIT


@pytest.mark.parametrize(("more", "found"), [(0, []), (1, ["TP311"])])
def test_the_limit_of_series_that_start_at_zero(
    tmp_path: Path, more: int, found: list[str]
) -> None:
    shelves = [f"s{number}" for number in range(100)]
    bins = [f"b{number}" for number in range(MOST_SERIES // 100 + more)]
    labels = "".join(
        f"  {name}: {{help: A place., domain: {{kind: closed, values: [{', '.join(values)}]}}}}\n"
        for name, values in (("shelf", shelves), ("bin", bins))
    )
    metric = "  picked: {type: counter, help: Parts picked., labels: [shelf, bin]}\n"
    files = with_metrics(metric, header=f"{HEADER}labels:\n{labels}")
    assert compiled(tmp_path, files).codes == found


def test_queries_may_use_labels_of_every_series(tmp_path: Path) -> None:
    header = HEADER.replace("owner: shop-team", "constant_labels: {region: eu}")
    query = 'expr: \'shop_orders_phase{region="eu", shop_orders_phase="open"}\''
    metrics = (
        "  phase: {type: stateset, help: What it does., states: [open, shut],\n"
        f"    dashboard: {{queries: [{{name: Phase, {query}}}]}}}}\n"
    )
    outcome = compiled(tmp_path, with_metrics(metrics, header=header))
    assert outcome.codes == []
    (constant,) = outcome.whole.constant_labels
    assert (constant.name, constant.value) == ("region", "eu")


def test_budgets_and_variables_of_a_catalog(tmp_path: Path) -> None:
    header = HEADER.replace("owner: shop-team", "environment: {metrics_port: SHOP_PORT}")
    metrics = "  placed: {type: counter, help: Orders placed., budget: 5}\n"
    outcome = compiled(tmp_path, with_metrics(metrics, header=header))
    assert outcome.metric("orders.placed").budget == 5
    environment = outcome.whole.environment
    assert (environment.metrics_port, environment.pushgateway_url) == ("SHOP_PORT", None)
