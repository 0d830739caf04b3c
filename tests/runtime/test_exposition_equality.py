"""The exposition of our instruments equals that of prometheus_client's for the same history."""

import math
from collections.abc import Iterator
from unittest.mock import patch

import prometheus_client
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics

from tests.exposition.exposed import as_go
from tests.runtime.reading import registry_with
from tests.runtime.sample._labels import JOBS_ERROR_TYPE, JOBS_SEVERITY, JobsErrorType, JobsSeverity
from tests.runtime.sample._signatures import (
    CounterByErrorTypeSeverity,
    CounterBySourceIdErrorType,
    GaugeByErrorType,
    HistogramBySourceId,
)
from typedprom import Catalog, ClosedLabel, Counter, Gauge, Histogram, OpenLabel
from typedprom.metrics import cells

SOURCE_ID = OpenLabel("source_id", help="", budget=1000)
ANY_ERROR_TYPE = OpenLabel("error_type", help="", budget=1000)

texts = st.text(max_size=20)
finite = st.floats(allow_nan=False, allow_infinity=False)
amounts = st.one_of(finite.map(abs), st.integers(0, 2**70))
numbers = st.one_of(st.floats(), st.integers(-(2**70), 2**70))
observations = st.one_of(finite, st.integers(-(2**70), 2**70))  # amounts that a histogram accepts
bounds = st.lists(finite, min_size=1, max_size=20, unique=True).map(sorted).map(tuple)


@pytest.fixture(autouse=True, scope="module")
def _one_clock() -> Iterator[None]:
    """Both libraries use the same created timestamp."""
    with patch.object(cells, "time", lambda: 1.7e9), patch("time.time", lambda: 1.7e9):
        yield


def fresh() -> Catalog:
    return Catalog(namespace="x", title="", description="", interface=1)


def openmetrics(registry: CollectorRegistry) -> str:
    text: bytes = generate_openmetrics(registry)  # type: ignore[no-untyped-call]
    return text.decode()


def assert_same(ours: prometheus_client.registry.Collector, theirs: object) -> None:
    assert isinstance(theirs, prometheus_client.metrics.MetricWrapperBase)
    mine, other = registry_with(ours), registry_with(theirs)
    assert as_go(generate_latest(mine).decode()) == as_go(generate_latest(other).decode())
    assert as_go(openmetrics(mine)) == as_go(openmetrics(other))


@settings(deadline=None)
@given(texts, st.lists(amounts))
def test_counter_without_labels(help: str, history: list[float]) -> None:
    ours = Counter(fresh(), key="a", name="x_a_total", help=help)
    theirs = prometheus_client.Counter("x_a", help, registry=None)
    for amount in history:
        ours.inc(amount)
        theirs.inc(amount)
    assert_same(ours, theirs)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["set", "inc", "dec"]), numbers)))
def test_gauge_without_labels(history: list[tuple[str, float]]) -> None:
    ours = Gauge(fresh(), key="a", name="x_a", help="h")
    theirs = prometheus_client.Gauge("x_a", "h", registry=None)
    for method, number in history:
        getattr(ours, method)(number)
        getattr(theirs, method)(number)
    assert_same(ours, theirs)


@settings(deadline=None)
@given(bounds, st.lists(observations))
def test_histogram_without_labels(buckets: tuple[float, ...], history: list[float]) -> None:
    ours = Histogram(fresh(), key="a", name="x_a", help="h", buckets=buckets)
    theirs = prometheus_client.Histogram("x_a", "h", registry=None, buckets=buckets)
    for number in history:
        ours.observe(number)
        theirs.observe(number)
    assert_same(ours, theirs)


@settings(deadline=None)
@given(bounds)
def test_histogram_counts_a_bound_into_its_own_bucket(buckets: tuple[float, ...]) -> None:
    ours = Histogram(fresh(), key="a", name="x_a", help="h", buckets=buckets)
    theirs = prometheus_client.Histogram("x_a", "h", registry=None, buckets=buckets)
    for bound in buckets:
        around = (math.nextafter(bound, -math.inf), bound, math.nextafter(bound, math.inf))
        for number in filter(math.isfinite, around):
            ours.observe(number)
            theirs.observe(number)
    assert_same(ours, theirs)


@settings(deadline=None)
@given(st.lists(st.tuples(texts, texts, amounts)))
def test_counter_with_labels(history: list[tuple[str, str, float]]) -> None:
    ours = CounterBySourceIdErrorType(
        fresh(), key="a", name="x_a_total", help="h", labels=(SOURCE_ID, ANY_ERROR_TYPE)
    )
    theirs = prometheus_client.Counter("x_a", "h", ["source_id", "error_type"], registry=None)
    for source_id, error_type, amount in history:
        # any text, although a type checker would require an error type
        labels = {"source_id": source_id, "error_type": error_type}
        ours.inc(amount, **labels)  # type: ignore[arg-type]
        theirs.labels(**labels).inc(amount)
    assert_same(ours, theirs)


@settings(deadline=None)
@given(st.lists(st.tuples(texts, observations)))
def test_histogram_with_labels(history: list[tuple[str, float]]) -> None:
    buckets = (0.1, 1.0, 1e6, 1e7)
    ours = HistogramBySourceId(
        fresh(), key="a", name="x_a", help="h", labels=(SOURCE_ID,), buckets=buckets
    )
    theirs = prometheus_client.Histogram("x_a", "h", ["source_id"], registry=None, buckets=buckets)
    for source_id, number in history:
        ours.observe(number, source_id=source_id)
        theirs.labels(source_id=source_id).observe(number)
    assert_same(ours, theirs)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["timeout", "dns"]), numbers)))
def test_gauge_with_labels(history: list[tuple[JobsErrorType, float]]) -> None:
    ours = GaugeByErrorType(fresh(), key="a", name="x_a", help="h", labels=(JOBS_ERROR_TYPE,))
    theirs = prometheus_client.Gauge("x_a", "h", ["error_type"], registry=None)
    for error_type, number in history:
        ours.inc(number, error_type=error_type)
        theirs.labels(error_type=error_type).inc(number)
    assert_same(ours, theirs)


def test_closed_labels_start_like_a_counter_with_all_children() -> None:
    ours = CounterByErrorTypeSeverity(
        fresh(), key="a", name="x_a_total", help="h", labels=(JOBS_ERROR_TYPE, JOBS_SEVERITY)
    )
    theirs = prometheus_client.Counter("x_a", "h", ["error_type", "severity"], registry=None)
    error_types: tuple[JobsErrorType, ...] = ("timeout", "dns")
    severities: tuple[JobsSeverity, ...] = ("info", "error", "critical")
    for error_type in error_types:
        for severity in severities:
            theirs.labels(error_type, severity)
    assert_same(ours, theirs)
    ours.inc(2, error_type="dns", severity="error")
    theirs.labels("dns", "error").inc(2)
    assert_same(ours, theirs)


@pytest.mark.parametrize(
    ("name", "unit"), [("x_a_seconds", "seconds"), ("x_seconds_a", "seconds"), ("x_a", "bytes")]
)
def test_unit_is_exposed_only_where_it_is_the_suffix_of_the_name(name: str, unit: str) -> None:
    suffix = unit if name.endswith("_" + unit) else ""
    ours = Gauge(fresh(), key="a", name=name, help="h", unit=unit)
    assert_same(ours, prometheus_client.Gauge(name, "h", unit=suffix, registry=None))
    counter = Counter(fresh(), key="a", name=f"{name}_total", help="h", unit=unit)
    assert_same(counter, prometheus_client.Counter(name, "h", unit=suffix, registry=None))


def test_created_series_can_be_disabled_in_prometheus_client() -> None:
    ours = Histogram(fresh(), key="a", name="x_a", help="h", buckets=(1.0,))
    theirs = prometheus_client.Histogram("x_a", "h", registry=None, buckets=(1.0,))
    prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
    try:
        assert_same(ours, theirs)
        assert b"_created" not in generate_latest(registry_with(ours))
    finally:
        prometheus_client.enable_created_metrics()  # type: ignore[no-untyped-call]
    assert b"_created" in generate_latest(registry_with(ours))


def test_unused_labelled_metrics_are_exposed_without_samples() -> None:
    ours = HistogramBySourceId(
        fresh(), key="a", name="x_a", help="h", labels=(SOURCE_ID,), buckets=(1.0,)
    )
    assert_same(ours, prometheus_client.Histogram("x_a", "h", ["source_id"], registry=None))


def test_instruments_describe_themselves_without_samples() -> None:
    closed = ClosedLabel("error_type", help="", values=("timeout",))
    ours = GaugeByErrorType(fresh(), key="a", name="x_a", help="h", labels=(closed,))
    ours.set(1, error_type="timeout")
    (family,) = ours.describe()
    assert (family.name, family.type, family.documentation) == ("x_a", "gauge", "h")
    assert family.samples == []
