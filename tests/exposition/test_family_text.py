"""The text of a spool's families is what prometheus_client prints of the same metrics."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import cast

import pytest
from hypothesis import given, settings
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parsed_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parsed_text

from tests.delivery.made import (
    NOW,
    counter,
    families,
    gauge,
    histogram,
    one_of_each,
    registry_of,
)
from tests.exposition.exposed import counter_by_two, fresh, histogram_by_source
from tests.runtime.sample._signatures import CounterBySourceIdErrorType, HistogramBySourceId
from tests.support.programs import run_python
from typedprom.core.misuse import forget
from typedprom.exposition.cell_renderer import RegistryRenderer
from typedprom.exposition.family_text import TextRenderer
from typedprom.exposition.negotiation import OPENMETRICS, TEXT, Syntax
from typedprom.metrics.definition import Definition, Family, Labels

_openmetrics = cast("Callable[[object], bytes]", openmetrics.generate_latest)
_parsed_text = cast("Callable[[str], Iterator[Metric]]", parsed_text)
_parsed_openmetrics = cast("Callable[[str], Iterator[Metric]]", parsed_openmetrics)


@pytest.fixture(autouse=True)
def reported_anew() -> Iterator[None]:
    undo = forget()
    yield
    undo()


@settings(deadline=None)
@given(families(), families())
def test_both_syntaxes_are_prometheus_clients_to_the_byte(
    first: list[Family], then: list[Family]
) -> None:
    text, modern = TextRenderer("text"), TextRenderer("openmetrics")
    for some in (first, then, then, first):
        assert text.render(some) == generate_latest(registry_of(some))
        assert modern.render(some) == _openmetrics(registry_of(some))


@settings(deadline=None)
@given(families())
def test_what_is_rendered_parses_back_to_the_same_numbers(some: list[Family]) -> None:
    expected = [
        (sample.name, sorted(sample.labels.items()), sample.value)
        for metric in registry_of(some).collect()
        for sample in metric.samples
        if not sample.name.endswith("_created")
    ]
    read = _parsed_text(TextRenderer("text", "hidden").render(some).decode())
    found = [
        (one.name, sorted(one.labels.items()), one.value)
        for metric in read
        for one in metric.samples
    ]
    assert [*map(repr, found)] == [*map(repr, expected)]  # by `repr`, as NaN is not equal to NaN


def test_openmetrics_is_accepted_by_a_strict_parser() -> None:
    read = [*_parsed_openmetrics(TextRenderer("openmetrics").render(one_of_each()).decode())]
    assert [(metric.name, metric.type, metric.unit) for metric in read] == [
        ("x_c", "counter", ""),
        ("x_g", "gauge", ""),
        ("x_h_seconds", "histogram", "seconds"),
        ("x_build", "info", ""),
        ("x_phase", "stateset", ""),
    ]


def test_a_gateway_gets_no_created_lines() -> None:
    pushed = TextRenderer("text", "hidden").render(one_of_each()).decode()
    assert "_created" not in pushed
    assert 'x_c_total{source="a"} 5.0\n' in pushed
    assert pushed.endswith("\n")


def test_a_spool_is_exposed_as_the_same_metrics_in_memory_are() -> None:
    catalog, registry = fresh(), CollectorRegistry()
    counts, times = counter_by_two(catalog), histogram_by_source(catalog)
    counts.inc(3, source_id='a"b', error_type="dns")
    counts.inc(2.5e9, source_id="%s", error_type="timeout")
    times.observe(0.5, source_id="kexp")
    registry.register(counts)
    registry.register(times)
    spooled = [_spooled_counter(counts), _spooled_histogram(times)]
    assert TextRenderer("text").render(spooled) == RegistryRenderer().render(registry, TEXT)
    assert TextRenderer("openmetrics").render(spooled) == RegistryRenderer().render(
        registry, OPENMETRICS
    )


def _spooled_counter(metric: CounterBySourceIdErrorType) -> Family:
    series: dict[Labels, list[float]] = {
        (("error_type", error_type), ("source_id", source_id)): [cell.created, cell.snapshot()]
        for (source_id, error_type), cell in metric.series()
    }
    return Family(Definition(metric.name, "counter", metric.help), series)


def _spooled_histogram(metric: HistogramBySourceId) -> Family:
    definition = Definition(metric.name, "histogram", metric.help, buckets=metric.buckets)
    series: dict[Labels, list[float]] = {}
    for (source_id,), cell in metric.series():
        buckets, total = cell.snapshot()
        series[(("source_id", source_id),)] = [cell.created, *buckets, total]
    return Family(definition, series)


def test_only_what_changed_is_written_again_and_nothing_is_forgotten() -> None:
    renderer = TextRenderer("text")
    definition = Definition("x_c_total", "counter", "h")

    def rendered(**values: float) -> str:
        series: dict[Labels, list[float]] = {
            (("l", name),): [NOW, value] for name, value in values.items()
        }
        return renderer.render([Family(definition, series)]).decode()

    rendered(a=1.0, b=2.0)
    assert 'x_c_total{l="a"} 1.0\nx_c_total{l="b"} 3.0\n' in rendered(a=1.0, b=3.0)
    assert 'x_c_total{l="b"} 3.0\nx_c_total{l="a"} 1.0\n' in rendered(b=3.0, a=1.0)
    assert 'x_c_total{l="c"} 0.0\nx_c_total{l="b"} 4.0\n# HELP' in rendered(c=0.0, b=4.0)
    assert "{" not in rendered()


def test_a_series_that_began_anew_says_so() -> None:
    renderer = TextRenderer("openmetrics")
    definition = Definition("x_c_total", "counter", "h")
    before = renderer.render([Family(definition, {(): [NOW, 1.0]})])
    after = renderer.render([Family(definition, {(): [NOW + 1, 1.0]})])
    assert (b"x_c_created 1.75e+09" in before, b"x_c_created 1.750000001e+09" in after) == (
        True,
        True,
    )


def test_a_moment_to_come_is_written_as_now() -> None:
    began = time.time()
    future = Family(Definition("x_c_total", "counter", "h"), {(): [began + 1e6, 1.0]})
    (line,) = [
        line
        for line in TextRenderer("openmetrics").render([future]).decode().splitlines()
        if line.startswith("x_c_created")
    ]
    assert began - 1 <= float(line.split()[1]) <= time.time() + 1


GOOD = counter("x_good_total")
UNWRITABLE = {
    "a name that is none": counter('x"_total'),
    "an empty name": Family(Definition("", "gauge", "h"), {(): [NOW, 1.0]}),
    "a counter without its ending": counter("x_c"),
    "an info without its ending": Family(Definition("x_i", "info", "h"), {(): [NOW, 1.0]}),
    "a label that is none": Family(
        Definition("x_g", "gauge", "h"), {(('a"} 1\n', "b"),): [NOW, 1.0]}
    ),
    "a reserved label": gauge(__name__="x"),
    "a label twice": Family(
        Definition("x_g", "gauge", "h"), {(("a", "b"), ("a", "c")): [NOW, 1.0]}
    ),
    "a bucket's label": histogram(le="1"),
    "a state's label": Family(
        Definition("x_s", "stateset", "h", states=("on",)), {(("x_s", "on"),): [NOW, 0.0]}
    ),
    "a state twice": Family(
        Definition("x_s", "stateset", "h", states=("on", "on")), {(): [NOW, 0.0]}
    ),
    "no buckets": Family(Definition("x_h", "histogram", "h"), {(): [NOW, 1.0, 1.0]}),
    "buckets that do not ascend": Family(
        Definition("x_h", "histogram", "h", buckets=(2.0, 1.0)), {(): [NOW, 1.0, 1.0, 1.0, 3.0]}
    ),
    "too few numbers": Family(
        Definition("x_h", "histogram", "h", buckets=(1.0, 2.0)), {(): [NOW, 1.0, 1.0]}
    ),
    "a lone surrogate": gauge(a="\udc80"),
    "a lone surrogate in its help": Family(Definition("x_g", "gauge", "\ud800"), {(): [NOW, 1.0]}),
    "the name of another": counter("x_good_total"),
    "a name of another's sample": gauge("x_good_created"),
}


@pytest.mark.parametrize("family", UNWRITABLE.values(), ids=UNWRITABLE)
@pytest.mark.parametrize("syntax", ["text", "openmetrics"])
def test_what_cannot_be_written_is_left_out_and_said_once(
    family: Family, syntax: Syntax, caplog: pytest.LogCaptureFixture
) -> None:
    alone, renderer = TextRenderer(syntax).render([GOOD]), TextRenderer(syntax)
    for _ in range(2):
        assert renderer.render([GOOD, family]) == alone
    (message,) = caplog.messages
    assert "is not delivered" in message


def test_rendering_does_not_import_prometheus_client() -> None:
    program = """
import sys
import typedprom.exposition.family_text, typedprom.exposition.protobuf
import typedprom.delivery.sinks.pushgateway
assert not [name for name in sys.modules if name.startswith("prometheus_client")]
"""
    done = run_python("-c", program)
    assert done.returncode == 0, done.stderr
