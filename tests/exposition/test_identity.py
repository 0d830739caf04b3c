"""Our renderer's output is prometheus_client's, to the byte, whatever was recorded in between."""

import math

import prometheus_client
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeHistogramMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    StateSetMetricFamily,
    SummaryMetricFamily,
    UnknownMetricFamily,
)
from prometheus_client.utils import floatToGoString  # pyright: ignore[reportUnknownVariableType]

from tests.exposition.exposed import (
    ERROR_TYPE,
    SOURCE_ID,
    as_go,
    assert_same,
    counter_by_two,
    fresh,
    histogram_by_source,
    theirs,
)
from tests.runtime.sample._signatures import GaugeByErrorType, HistogramBySourceId
from typedprom import Counter, Gauge, Histogram
from typedprom.exposition.cell_renderer import RegistryRenderer
from typedprom.exposition.negotiation import OPENMETRICS, TEXT, Escaping, Format
from typedprom.exposition.text_format import number, timestamp

texts = st.text(max_size=8) | st.sampled_from(['a"b', "a\\b", "a\nb", "%s", "{}", "é", "✓", "😀"])
finite = st.floats(allow_nan=False, allow_infinity=False)
amounts = finite.map(abs)
observations = finite
rounds = st.integers(1, 3)


@given(st.floats())
def test_numbers_are_those_of_go(value: float) -> None:
    assert number(value) == as_go(floatToGoString(value))  # type: ignore[no-untyped-call]


@settings(max_examples=1000)
@given(st.floats(2.0**30 - 1, 2.0**31 + 1) | st.integers(2**40, 2**41).map(lambda i: i / 1024))
def test_moments_are_numbers(value: float) -> None:
    assert timestamp(value) == number(value)


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(texts, texts, amounts), max_size=5), max_size=4))
def test_counters_between_scrapes(scrapes: list[list[tuple[str, str, float]]]) -> None:
    counter, registry, renderer = counter_by_two(fresh()), CollectorRegistry(), RegistryRenderer()
    registry.register(counter)
    for recorded in scrapes:
        for source_id, error_type, amount in recorded:
            counter.inc(amount, source_id=source_id, error_type=error_type)  # type: ignore[arg-type]
        assert_same(renderer, registry)
    assert_same(renderer, registry)


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(texts, st.floats()), max_size=5), max_size=4))
def test_gauges_between_scrapes(scrapes: list[list[tuple[str, float]]]) -> None:
    gauge = GaugeByErrorType(fresh(), key="g", name="x_g", help="h", labels=(ERROR_TYPE,))
    registry, renderer = CollectorRegistry(), RegistryRenderer()
    registry.register(gauge)
    for recorded in scrapes:
        for error_type, value in recorded:
            gauge.set(value, error_type=error_type)  # type: ignore[arg-type]
        assert_same(renderer, registry)


@settings(deadline=None)
@given(
    st.lists(finite, min_size=1, max_size=6, unique=True).map(sorted).map(tuple),
    st.lists(st.lists(st.tuples(texts, observations), max_size=5), max_size=4),
)
def test_histograms_between_scrapes(
    buckets: tuple[float, ...], scrapes: list[list[tuple[str, float]]]
) -> None:
    histogram = HistogramBySourceId(
        fresh(), key="h", name="x_h", help="h", labels=(SOURCE_ID,), buckets=buckets
    )
    registry, renderer = CollectorRegistry(), RegistryRenderer()
    registry.register(histogram)
    for recorded in scrapes:
        for source_id, amount in recorded:
            histogram.observe(amount, source_id=source_id)
        assert_same(renderer, registry)


@settings(deadline=None)
@given(texts, st.sampled_from(["", "seconds"]))
def test_help_and_unit(help: str, unit: str) -> None:
    catalog, registry = fresh(), CollectorRegistry()
    suffix = "_" + unit if unit else ""
    registry.register(Counter(catalog, key="c", name=f"x_c{suffix}_total", help=help, unit=unit))
    registry.register(Gauge(catalog, key="g", name=f"x_g{suffix}", help=help, unit=unit))
    histogram = Histogram(
        catalog, key="h", name=f"x_h{suffix}", help=help, unit=unit, buckets=(1.0,)
    )
    registry.register(histogram)
    assert_same(RegistryRenderer(), registry)


class Everything:
    """A collector of somebody else, with every type there is."""

    def collect(self) -> list[Metric]:
        summary = SummaryMetricFamily("o_summary", 'a "summary"\n', labels=["l"])
        summary.add_metric(['"\\\n'], 3, 4.5)
        stateset = StateSetMetricFamily("o_state", "h", {"on": True, "off": False})
        return [
            CounterMetricFamily("o_counter", "h", value=1e7, created=1.7e9),
            GaugeMetricFamily("o_gauge", "h", value=math.nan),
            HistogramMetricFamily("o_histogram", "h", [("1.0", 1), ("+Inf", 2)], 2.5),
            GaugeHistogramMetricFamily("o_gh", "h", [("1.0", 1), ("+Inf", 2)], 2.5),
            InfoMetricFamily("o", "h", {"version": "1"}),
            stateset,
            UnknownMetricFamily("o_unknown", "h", 1),
            UnknownMetricFamily("o.dotted é", "h", 1),
            summary,
        ]


def crowded() -> CollectorRegistry:
    """A registry with metrics of ours and of others by turns."""
    catalog = fresh()
    registry = CollectorRegistry(target_info={"version": "1", "name": 'a"b'})
    counter, histogram = counter_by_two(catalog), histogram_by_source(catalog)
    counter.inc(3, source_id="kexp", error_type="dns")
    histogram.observe(0.5, source_id="kexp")
    registry.register(counter)
    registry.register(Everything())
    prometheus_client.Counter("p_counter", "h", ["l"], registry=registry).labels("é").inc()
    registry.register(histogram)
    registry.register(Gauge(catalog, key="g", name="x_g", help="h"))
    registry.register(Counter(catalog, key="colon", name="x:colon_total", help="h"))
    prometheus_client.Histogram("p_histogram", "h", registry=registry).observe(1, {"id": "1"})
    return registry


def test_collectors_of_others_keep_their_place() -> None:
    registry, renderer = crowded(), RegistryRenderer()
    for _ in range(2):
        assert_same(renderer, registry)


@pytest.mark.parametrize("escaping", ["underscores", "allow-utf-8", "dots", "values"])
def test_every_escaping(escaping: Escaping) -> None:
    registry, renderer = crowded(), RegistryRenderer()
    for format in (Format("text", "", escaping), Format("openmetrics", "", escaping)):
        assert as_go(renderer.render(registry, format).decode()) == theirs(registry, format)


def test_created_series_come_and_go_with_prometheus_clients_setting() -> None:
    registry, renderer = crowded(), RegistryRenderer()
    assert_same(renderer, registry)
    prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
    try:
        assert_same(renderer, registry)
        assert b"x_c_created" not in renderer.render(registry)
    finally:
        prometheus_client.enable_created_metrics()  # type: ignore[no-untyped-call]
    assert_same(renderer, registry)
    assert b"x_c_created" in renderer.render(registry)


def test_empty_registries_and_empty_metrics() -> None:
    registry, renderer = CollectorRegistry(), RegistryRenderer()
    assert_same(renderer, registry)
    registry.register(counter_by_two(fresh()))
    registry.register(histogram_by_source(fresh()))
    assert_same(renderer, registry)


def test_a_registry_with_a_collect_of_its_own_is_asked_for_it() -> None:
    class Odd(CollectorRegistry):
        def collect(self) -> list[Metric]:
            return [GaugeMetricFamily("odd", "h", value=1)]

    registry = Odd()
    registry.register(counter_by_two(fresh()))
    for format in (TEXT, OPENMETRICS):
        assert RegistryRenderer().render(registry, format).decode() == theirs(registry, format)
