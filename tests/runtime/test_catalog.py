"""The catalog at run time: description, handshake, registration, conflicts, reloading."""

import copy
import importlib
import pickle
import sys
from collections.abc import Iterator

import prometheus_client
import pytest
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest

from tests.runtime import sample
from tests.runtime.reading import value
from tests.runtime.sample._labels import CITY, JOBS_ERROR_TYPE, JOBS_SEVERITY, SOURCE_ID
from tests.runtime.sample._signatures import CounterByCity
from typedprom import INTERFACE, Catalog, ClosedLabel, Counter, Gauge, Histogram


def test_a_catalog_describes_its_package() -> None:
    catalog = sample.CATALOG
    assert catalog.namespace == "sample"
    assert list(catalog.metrics)[:3] == ["heartbeat", "jobs.runs", "jobs.errors"]
    assert catalog.metrics["jobs.duration"] is sample.JOBS_DURATION
    assert catalog.labels == (SOURCE_ID, JOBS_ERROR_TYPE, JOBS_SEVERITY, CITY)
    (external,) = catalog.external
    assert (external.name, external.replaced_by) == ("sample_jobs_started_total", "jobs.runs")
    assert "8 metrics" in repr(catalog)


def test_a_metric_describes_itself() -> None:
    last_run, duration = sample.JOBS_LAST_RUN, sample.JOBS_DURATION
    assert last_run.type == "gauge"
    assert (last_run.unit, last_run.stability, last_run.combine) == (
        "seconds",
        "experimental",
        "last",
    )
    assert sample.JOBS_QUEUE.combine == "sum"
    assert sample.HEARTBEAT.owner == "sms"
    assert duration.buckets == (0.1, 0.5, 1.0, 2.5, 5.0, 10.0)
    assert duration.signature == (SOURCE_ID,)
    assert repr(duration) == "<HistogramBySourceId sample_jobs_duration_seconds>"


def test_metrics_cannot_be_replaced_in_a_catalog() -> None:
    with pytest.raises(TypeError):
        sample.CATALOG.metrics["heartbeat"] = sample.HEARTBEAT  # type: ignore[index]


@pytest.mark.parametrize(
    ("interface", "remedy"), [(INTERFACE + 1, "upgrade typedprom"), (0, "generate it again")]
)
def test_an_unsupported_interface_is_an_import_error(interface: int, remedy: str) -> None:
    with pytest.raises(ImportError, match=rf"package of `x` .* interface {interface} .* {remedy}$"):
        Catalog(namespace="x", title="", description="", interface=interface)


def test_importing_a_package_puts_its_metrics_into_the_default_registry() -> None:
    text = generate_latest(REGISTRY).decode()
    for metric in sample.CATALOG.metrics.values():
        assert f"# TYPE {metric.name} {metric.type}\n" in text


def test_registering_again_is_harmless() -> None:
    before = generate_latest(REGISTRY).decode().count("# TYPE sample_")
    sample.CATALOG.register()
    assert generate_latest(REGISTRY).decode().count("# TYPE sample_") == before


def test_own_metrics_are_exposed_once_for_several_catalogs(catalog: Catalog) -> None:
    other = Catalog(namespace="other", title="", description="", interface=1)
    Counter(catalog, key="a", name="x_a_total", help="h")
    Counter(other, key="b", name="x_b_total", help="h")
    registry = CollectorRegistry()
    catalog.register(registry)
    other.register(registry)
    text = generate_latest(registry).decode()
    for name in ("typedprom_label_invalid", "typedprom_label_overflow", "x_a", "x_b"):
        assert text.count(f"# TYPE {name}_total counter") == 1


@pytest.mark.usefixtures("strict")
def test_a_name_conflict_raises_in_strict_mode(catalog: Catalog) -> None:
    registry = CollectorRegistry()
    prometheus_client.Gauge("x_a", "theirs", registry=registry)
    Counter(catalog, key="a", name="x_a_total", help="ours")
    Counter(catalog, key="b", name="x_b_total", help="ours")
    for _ in range(2):
        with pytest.raises(ValueError, match="`x_a_total` is not exposed, its name is taken"):
            catalog.register(registry)
    assert registry.get_sample_value("x_b_total") == 0.0  # the other metrics are registered


@pytest.mark.usefixtures("lenient")
def test_a_name_conflict_leaves_out_that_metric_only(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    registry = CollectorRegistry()
    prometheus_client.Counter("x_a", "theirs", registry=registry)
    ours = Counter(catalog, key="a", name="x_a_total", help="ours")
    Counter(catalog, key="b", name="x_b_total", help="ours")
    for _ in range(2):
        catalog.register(registry)
    ours.inc()
    text = generate_latest(registry).decode()
    assert "x_a_total 0.0" in text
    assert "x_b_total 0.0" in text
    assert len(caplog.records) == 1
    elsewhere = CollectorRegistry()
    catalog.register(elsewhere)
    assert elsewhere.get_sample_value("x_a_total") == 1.0


def test_a_metric_made_twice_records_into_one_series(catalog: Catalog) -> None:
    first = CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(CITY,))
    first.inc(city="seattle")
    second = CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(CITY,))
    second.inc(city="seattle")
    first.inc(city="tacoma")
    second.inc(city="olympia")  # the budget is two
    assert value(second, "x_c_total", {"city": "seattle"}) == 2.0
    assert value(first, "x_c_total", {"city": "_overflow"}) == 1.0
    assert list(catalog.metrics.values()) == [second]


def test_a_set_of_values_may_have_grown_when_a_metric_is_made_again(catalog: Catalog) -> None:
    for values in (("a",), ("a", "b")):
        label = ClosedLabel("city", help="", values=values)
        metric = CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(label,))
        metric.inc(city="a")
    metric.inc(city="b")
    assert value(metric, "x_c_total", {"city": "a"}) == 2.0
    assert value(metric, "x_c_total", {"city": "b"}) == 1.0


def test_a_metric_with_changed_labels_or_buckets_starts_at_zero(catalog: Catalog) -> None:
    first = Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0,))
    first.observe(1)
    second = Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0, 2.0))
    assert value(second, "x_h_count") == 0.0


@pytest.fixture
def _modules_restored() -> Iterator[None]:
    saved = {
        name: module for name, module in sys.modules.items() if name.startswith(sample.__name__)
    }
    yield
    for name in [name for name in sys.modules if name.startswith(sample.__name__)]:
        del sys.modules[name]
    sys.modules.update(saved)


@pytest.mark.usefixtures("_modules_restored", "strict")
def test_a_package_imported_again_keeps_its_values() -> None:
    before = REGISTRY.get_sample_value("sample_heartbeat_total")
    assert before is not None
    for name in [name for name in sys.modules if name.startswith(sample.__name__)]:
        del sys.modules[name]
    again = importlib.import_module(sample.__name__)
    assert again.HEARTBEAT is not sample.HEARTBEAT
    again.HEARTBEAT.inc()
    sample.HEARTBEAT.inc()
    assert REGISTRY.get_sample_value("sample_heartbeat_total") == before + 2


@pytest.mark.usefixtures("_modules_restored", "strict")
def test_a_reloaded_module_keeps_its_values() -> None:
    before = REGISTRY.get_sample_value("sample_heartbeat_total")
    assert before is not None
    importlib.reload(sys.modules[f"{sample.__name__}.jobs"])
    reloaded = importlib.reload(sample)
    reloaded.HEARTBEAT.inc()
    assert REGISTRY.get_sample_value("sample_heartbeat_total") == before + 1


@pytest.mark.parametrize("buckets", [(), (2.0, 1.0), (1.0, 1.0), (float("inf"),), (float("nan"),)])
def test_buckets_must_ascend_and_be_finite(catalog: Catalog, buckets: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="buckets of `x_h` do not ascend"):
        Histogram(catalog, key="h", name="x_h", help="h", buckets=buckets)


def test_metrics_and_series_are_not_copied(catalog: Catalog) -> None:
    gauge = Gauge(catalog, key="g", name="x_g", help="h")
    (_, cell), = gauge.series()  # fmt: skip
    for thing in (gauge, cell):
        with pytest.raises(TypeError, match="`x_g` cannot be copied"):
            pickle.dumps(thing)
        with pytest.raises(TypeError, match="`x_g` cannot be copied"):
            copy.deepcopy(thing)


def test_series_have_a_readable_repr(catalog: Catalog) -> None:
    counter = CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(CITY,))
    gauge = Gauge(catalog, key="g", name="x_g", help="h")
    bound = counter.labels(city="seattle")
    kind = type(bound).__name__
    assert repr(bound) == f'<{kind} x_c_total{{city="seattle"}}>'
    ((_, cell),) = gauge.series()
    assert repr(cell).endswith("Cell x_g>")
