"""A real Prometheus scrapes what we serve, in both formats, and reads the same values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client import Counter as TheirCounter
from prometheus_client.parser import text_string_to_metric_families

import typedprom
from tests.exposition.exposed import counter_by_two, fresh, histogram_by_source
from tests.exposition.test_identity import Everything
from tests.serving.wsgi import under_wsgiref
from tests.support.needs import require_newer_prometheus, require_servers
from tools.promql_api import Api, wait_until
from tools.running import prometheus
from tools.servers import Build
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


OTHERS = {
    "o_counter_total": 1e7,
    'o_histogram_bucket{le="1.0"}': 1,
    "o_histogram_count": 2,
    'o_gh_bucket{le="+Inf"}': 2,
    "o_gh_sum": 2.5,
    'o_info{version="1"}': 1,
    'o_state{o_state="off"}': 0,
    "o_unknown": 1,
    "o_dotted__": 1,
    "o_summary_count": 3,
    "o_summary_sum": 4.5,
}


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


def test_increase_is_right_from_the_first_event_on(tmp_path: Path) -> None:
    """A series that is there from an event on began before it, at zero: protobuf says when."""
    require_newer_prometheus()
    catalog, registry = fresh(), CollectorRegistry()
    counter, histogram = counter_by_two(catalog), histogram_by_source(catalog)
    theirs = TheirCounter("their", "h", ["kind"], registry=registry)
    registry.register(Everything())
    for metric in catalog.metrics.values():
        registry.register(metric)
    with (
        typedprom.serve(0, registry=registry) as server,
        prometheus(
            tmp_path,
            {"service": server.port},
            build=Build.NEWER,
            features=("created-timestamp-zero-ingestion",),
        ) as scraper,
    ):
        api = Api(scraper.port)
        wait_until(lambda: api.value("up") == 1, seconds=30, what="a scrape before the event")
        counter.inc(5, source_id="kexp", error_type="dns")
        theirs.labels("a").inc(5)
        for _ in range(5):
            histogram.observe(0.5, source_id="kexp")
        names = ("x_c_total", "their_total", "x_h_seconds_count")
        wait_until(
            lambda: all(api.value(f"count_over_time({name}[1m])") >= 2 for name in names),
            seconds=30,
            what="the event to be scraped",
        )
        for name in names:  # at a scrape nothing is extrapolated
            scraped = api.value(f"timestamp({name})")
            assert api.value(f"increase({name}[1m])", at=scraped) == pytest.approx(5)
        # And all that others have arrives as in text.
        for query, value in OTHERS.items():
            assert api.value(query) == value
