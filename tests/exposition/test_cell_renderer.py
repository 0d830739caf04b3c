"""What the renderer remembers is never out of date, and goes with what it was made of."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client import CollectorRegistry

from tests.exposition.exposed import (
    assert_same,
    counter_by_two,
    fresh,
    histogram_by_source,
)
from typedprom import Catalog, Counter, CounterCell, Gauge, Histogram
from typedprom.exposition import cell_renderer
from typedprom.exposition.cell_renderer import MetricRenderer, RegistryRenderer
from typedprom.exposition.negotiation import OPENMETRICS, TEXT, Format
from typedprom.exposition.registry_source import RegistrySource
from typedprom.metrics import cells

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument


@pytest.mark.parametrize("accept", ["", "application/openmetrics-text"])
def test_who_asks_for_some_names_leaves_the_lines_of_the_others(
    accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []

    def counted(metric: AnyInstrument, *rest: Any) -> MetricRenderer:
        made.append(metric)
        return MetricRenderer(metric, *rest)

    monkeypatch.setattr(cell_renderer, "MetricRenderer", counted)
    catalog = fresh()
    counter_by_two(catalog).inc(source_id="a", error_type="dns")
    source = RegistrySource(registry_of(catalog))
    whole = source.render(accept, ())
    for names in (["x_c_total"], ["absent"]):
        assert source.render(accept, names) != whole
        assert source.render(accept, ()) == whole
    assert len(made) == 1


def registry_of(catalog: Catalog) -> CollectorRegistry:
    registry = CollectorRegistry()
    for metric in catalog.metrics.values():
        registry.register(metric)
    return registry


def test_a_change_of_every_kind_is_seen() -> None:
    catalog, renderer = fresh(), RegistryRenderer()
    counter, histogram = counter_by_two(catalog), histogram_by_source(catalog)
    gauge = Gauge(catalog, key="g", name="x_g", help="h")
    registry = registry_of(catalog)
    for source in ("a", "b", "c"):
        counter.inc(source_id=source, error_type="dns")
        assert_same(renderer, registry)
        histogram.observe(0.2, source_id=source)
        assert_same(renderer, registry)
    for value in (0.0, -0.0, 0.0, float("nan"), float("inf"), float("-inf"), 1.0):
        gauge.set(value)
        assert_same(renderer, registry)


def test_removed_and_cleared_series_leave() -> None:
    catalog, renderer = fresh(), RegistryRenderer()
    counter = counter_by_two(catalog)
    registry = registry_of(catalog)
    for source in ("a", "b", "c"):
        counter.inc(source_id=source, error_type="dns")
    assert_same(renderer, registry)
    counter.clear()
    assert_same(renderer, registry)
    assert b'source_id="a"' not in renderer.render(registry)
    counter.inc(source_id="c", error_type="dns")
    counter.inc(source_id="a", error_type="dns")
    assert_same(renderer, registry)


def test_a_reset_that_only_moves_the_beginning_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog, renderer = fresh(), RegistryRenderer()
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    registry = registry_of(catalog)
    assert_same(renderer, registry)
    monkeypatch.setattr(cells, "time", lambda: 1.5e9)
    counter.clear()
    assert_same(renderer, registry)
    assert b"x_c_created 1.5e+09" in renderer.render(registry)


def test_exemplars_are_in_openmetrics() -> None:
    catalog, renderer = fresh(), RegistryRenderer()
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    histogram = Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0, 2.0))
    registry = registry_of(catalog)
    counter.series()[0][1].inc(2.0, exemplar={"trace_id": 'a"b\\c\n', "a": "1"})
    for amount in (0.5, 1.5, 1.7, 5.0):
        histogram.series()[0][1].observe(amount, exemplar={"trace_id": str(amount)})
        assert_same(renderer, registry)
    counter.inc()
    assert_same(renderer, registry)
    counter.series()[0][1].inc(0.0, exemplar={"trace_id": "later"})
    assert_same(renderer, registry)
    assert b'# {trace_id="later"} 0.0 ' in renderer.render(registry, OPENMETRICS)


@pytest.mark.usefixtures("lenient")
def test_a_gauge_whose_function_fails_is_left_out_until_it_works() -> None:
    catalog, renderer = fresh(), RegistryRenderer()
    gauge = Gauge(catalog, key="g", name="x_g", help="h")
    registry = registry_of(catalog)
    queue = [1.0]
    gauge.set_function(lambda: queue[0])
    assert_same(renderer, registry)
    queue.clear()
    assert_same(renderer, registry)
    assert b"\nx_g " not in renderer.render(registry)
    queue.append(2.0)
    assert b"\nx_g 2.0\n" in renderer.render(registry)


@pytest.mark.usefixtures("lenient")
def test_constant_labels_that_are_added_between_scrapes_are_seen() -> None:
    catalog, renderer = fresh(), RegistryRenderer()
    counter, histogram = counter_by_two(catalog), histogram_by_source(catalog)
    counter.inc(source_id="a", error_type="dns")
    histogram.observe(1, source_id="a")
    registry = registry_of(catalog)
    assert_same(renderer, registry)
    catalog.add_constant_labels(kind='a "b"', zone="z")
    assert_same(renderer, registry)
    assert rb'x_c_total{error_type="dns",kind="a \"b\"",source_id="a",zone="z"} 1.0' in (
        renderer.render(registry)
    )


FORMATS = [pytest.param(TEXT, id="text"), pytest.param(OPENMETRICS, id="openmetrics")]


@pytest.mark.parametrize("format", FORMATS)
def test_series_that_are_gone_are_not_kept(format: Format) -> None:
    catalog, renderer = fresh(), RegistryRenderer()
    counter = counter_by_two(catalog)
    registry = registry_of(catalog)
    for number in range(100):
        counter.inc(source_id=str(number), error_type="dns")
        renderer.render(registry, format)
        counter.clear()
    assert len(cells_of(counter)) == 1
    renderer.render(registry, format)
    assert cells_of(counter) == []


@pytest.mark.parametrize("format", FORMATS)
def test_metrics_that_are_unregistered_are_not_kept(format: Format) -> None:
    catalog, renderer = fresh(), RegistryRenderer()
    counter, gauge = counter_by_two(catalog), Gauge(catalog, key="g", name="x_g", help="h")
    counter.inc(source_id="a", error_type="dns")
    registry = registry_of(catalog)
    renderer.render(registry, format)
    registry.unregister(counter)
    registry.unregister(gauge)
    renderer.render(registry, format)
    assert [
        one for one in gc.get_referrers(counter, gauge) if isinstance(one, MetricRenderer)
    ] == []


def cells_of(metric: AnyInstrument) -> list[CounterCell]:
    """The cells of the metric that somebody still has."""
    gc.collect()
    found = [one for one in gc.get_objects() if isinstance(one, CounterCell)]
    return [cell for cell in found if cell.metric is metric]


@pytest.mark.parametrize("format", FORMATS)
def test_an_unchanged_metric_is_not_written_again(format: Format) -> None:
    counter = counter_by_two(fresh())
    counter.inc(source_id="a", error_type="dns")
    renderer = MetricRenderer(counter, format, "shown")
    first = renderer.render()
    assert renderer.render() is first
    counter.inc(source_id="a", error_type="dns")
    assert renderer.render() is not first
