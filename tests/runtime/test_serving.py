"""prometheus_client's exporters expose our metrics: HTTP, Pushgateway, restricted registries."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client import (
    CollectorRegistry,
    generate_latest,
    push_to_gateway,
    start_http_server,
)
from prometheus_client.parser import text_string_to_metric_families

from tests.runtime.sample._labels import JOBS_ERROR_TYPE, SOURCE_ID
from tests.runtime.sample._signatures import CounterBySourceIdErrorType, HistogramBySourceId
from tests.support.needs import require_servers
from tools.running import pushgateway
from typedprom import Catalog


@pytest.fixture
def registry(catalog: Catalog) -> CollectorRegistry:
    """A registry with a counter and a histogram that have values."""
    counter = CounterBySourceIdErrorType(
        catalog, key="c", name="x_c_total", help="h", labels=(SOURCE_ID, JOBS_ERROR_TYPE)
    )
    histogram = HistogramBySourceId(
        catalog, key="h", name="x_h_seconds", help="h", labels=(SOURCE_ID,), buckets=(0.1, 0.75)
    )
    counter.inc(3, source_id='a "quoted"\nsource', error_type="dns")
    histogram.observe(0.5, source_id="kexp")
    registry = CollectorRegistry()
    catalog.register(registry)
    return registry


@contextmanager
def served(registry: CollectorRegistry) -> Iterator[str]:
    """The address at which prometheus_client's server exposes the registry."""
    server, thread = start_http_server(0, addr="127.0.0.1", registry=registry)
    try:
        yield f"http://127.0.0.1:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def scraped(address: str) -> dict[str, float]:
    """Return every sample of a scrape by name and label values."""
    with urlopen(address, timeout=10) as response:  # noqa: S310 - our own address
        text = response.read().decode()
    return {
        " ".join([sample.name, *own_labels(sample.labels)]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def own_labels(labels: dict[str, str]) -> list[str]:
    """Return label values by name, without the labels that a gateway adds."""
    return [value for name, value in sorted(labels.items()) if name not in ("job", "instance")]


def assert_complete(values: dict[str, float]) -> None:
    assert values['x_c_total dns a "quoted"\nsource'] == 3.0
    assert values["x_h_seconds_bucket 0.1 kexp"] == 0.0
    assert values["x_h_seconds_bucket 0.75 kexp"] == 1.0
    assert values["x_h_seconds_bucket +Inf kexp"] == 1.0
    assert values["x_h_seconds_count kexp"] == 1.0
    assert values["x_h_seconds_sum kexp"] == 0.5


def test_a_real_http_server_exposes_our_metrics(registry: CollectorRegistry) -> None:
    with served(registry) as address:
        assert_complete(scraped(address))


def test_a_scrape_may_select_names(registry: CollectorRegistry) -> None:
    with served(registry) as address:
        values = scraped(f"{address}?name[]=x_h_seconds_count&name[]=x_h_seconds_sum")
    assert values == {"x_h_seconds_count kexp": 1.0, "x_h_seconds_sum kexp": 0.5}


def test_a_restricted_registry_has_only_the_selected_names(registry: CollectorRegistry) -> None:
    text = generate_latest(registry.restricted_registry(["x_c_total"])).decode()
    assert text.count("\nx_c_total{") == 1
    assert "x_h" not in text


def test_a_real_pushgateway_accepts_our_metrics(
    registry: CollectorRegistry, tmp_path: Path
) -> None:
    require_servers()
    with pushgateway(tmp_path) as gateway:
        push_to_gateway(gateway.address, job="test", registry=registry)
        assert_complete(scraped(f"http://{gateway.address}/metrics"))


def test_a_multiprocess_folder_of_prometheus_client_is_reported(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/nowhere")
    catalog.register(CollectorRegistry())
    (record,) = (r for r in caplog.records if "PROMETHEUS_MULTIPROC_DIR" in r.getMessage())
    assert record.levelname == "WARNING"
