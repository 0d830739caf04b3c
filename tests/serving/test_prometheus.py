"""A real Prometheus scrapes what we serve, in both formats, and reads the same values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from prometheus_client import Counter as TheirCounter
from prometheus_client.parser import text_string_to_metric_families

import typedprom
from tests.exposition.exposed import counter_by_two, fresh, histogram_by_source
from tests.serving.wsgi import under_wsgiref
from tests.support.needs import require_servers
from tools.promql_api import Api, wait_until
from tools.running import prometheus
from typedprom import Gauge
from typedprom.exposition.cell_renderer import RegistryRenderer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

SOURCES = ("kexp", 'a "quoted" \\ one', "two\nlines", "é ✓ 😀", "")


def recorded() -> CollectorRegistry:
    """A registry with series of every type, and a metric of somebody else."""
    catalog, registry = fresh(), CollectorRegistry()
    counter, histogram = counter_by_two(catalog), histogram_by_source(catalog)
    values = Gauge(catalog, key="g", name="x_g", help='a "gauge"\n')
    for amount, source in enumerate(SOURCES, start=1):
        counter.inc(amount * 1e6 + 0.25, source_id=source, error_type="dns")
        histogram.observe(amount / 5, source_id=source)
    histogram.labels(source_id="kexp").observe(0.05, exemplar={"trace_id": "abc"})
    values.set(-math.inf)
    for metric in catalog.metrics.values():
        registry.register(metric)
    TheirCounter("their", "h", registry=registry).inc(7)
    return registry


@contextmanager
def text_only(registry: CollectorRegistry) -> Iterator[int]:
    """The port of a server on which no scrape gets anything but text."""
    app = typedprom.wsgi_app(registry=registry)

    def without_accept(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return app({k: v for k, v in environ.items() if k != "HTTP_ACCEPT"}, start)

    with under_wsgiref(without_accept) as port:
        yield port


def test_prometheus_reads_the_same_from_both_formats(tmp_path: Path) -> None:
    require_servers()
    registry = recorded()
    with (
        typedprom.serve(0, registry=registry) as server,
        text_only(registry) as text_port,
        prometheus(tmp_path, {"openmetrics": server.port, "text": text_port}) as scraper,
    ):
        api = Api(scraper.port)
        wait_until(lambda: api.value("sum(up)") == 2, seconds=20, what="both jobs to be scraped")
        families = text_string_to_metric_families(RegistryRenderer().render(registry).decode())
        samples = [sample for family in families for sample in family.samples]
        assert len(samples) > 40
        found = {job: values_of(api, job) for job in ("openmetrics", "text")}
    expected = {  # an empty label is none, to Prometheus
        (s.name, tuple(sorted((k, v) for k, v in s.labels.items() if v))): s.value for s in samples
    }
    assert found == {"openmetrics": expected, "text": expected}


def values_of(api: Api, job: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every series Prometheus has of a job, by name and labels, without its own."""
    answers = api.query(f'{{job="{job}",__name__!~"up|scrape_.*"}}')
    added = ("__name__", "job", "instance")
    return {
        (
            answer.labels["__name__"],
            tuple(sorted((k, v) for k, v in answer.labels.items() if k not in added)),
        ): answer.value
        for answer in answers
    }
