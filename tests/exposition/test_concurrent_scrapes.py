"""Scrapes at the same time, of both formats, while four threads record: every one is whole."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as read_text

from tests.exposition.exposed import assert_same, counter_by_two, fresh, histogram_by_source
from typedprom.exposition.cell_renderer import RegistryRenderer
from typedprom.exposition.negotiation import OPENMETRICS, TEXT, Format

WRITERS = 4
SCRAPES = 15


@pytest.fixture
def _switching() -> Iterator[None]:
    """Threads are switched as often as possible."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@contextmanager
def in_threads(works: Iterable[Callable[[], None]]) -> Iterator[None]:
    """Run the callables in threads of their own until the block ends."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


@pytest.mark.usefixtures("_switching")
def test_no_scrape_is_torn_and_none_goes_back() -> None:
    catalog, registry, renderer = fresh(), CollectorRegistry(), RegistryRenderer()
    counter, histogram = counter_by_two(catalog), histogram_by_source(catalog)
    registry.register(counter)
    registry.register(histogram)
    scraping = threading.Event()
    scraping.set()
    errors: list[BaseException] = []

    def record() -> None:
        number = 0
        while scraping.is_set():
            number += 1
            counter.inc(source_id=str(number % 50), error_type="dns")
            for amount in (0.05, 0.5, 5.0):
                histogram.observe(amount, source_id=str(number % 3))
            if number % 200 == 0:
                counter.labels(source_id=f"extra {number}", error_type="dns").inc()

    def scrape(format: Format) -> None:
        last: dict[str, float] = {}
        try:
            for _ in range(SCRAPES):
                found = values_of(renderer.render(registry, format).decode(), format)
                check(found, last)
                last = found
        except BaseException as error:
            errors.append(error)

    with in_threads([record] * WRITERS):
        try:
            formats = (TEXT, OPENMETRICS, TEXT)
            with in_threads([partial(scrape, format) for format in formats]):
                pass
        finally:
            scraping.clear()
    assert errors == []
    assert_same(renderer, registry)


def values_of(text: str, format: Format) -> dict[str, float]:
    """Every sample by its name and labels."""
    families = (
        read_text(text) if format.syntax == "text" else read_openmetrics(text)  # type: ignore[no-untyped-call]
    )
    return {
        f"{s.name} {s.labels.get('source_id')} {s.labels.get('le', '')}": s.value
        for family in families
        for s in family.samples
    }


def check(found: dict[str, float], last: dict[str, float]) -> None:
    """Histograms are whole, and nothing counts back."""
    for source in ("0", "1", "2"):
        if f"x_h_seconds_count {source} " not in found:
            continue
        low, middle, top = (
            found[f"x_h_seconds_bucket {source} {le}"] for le in ("0.1", "0.75", "+Inf")
        )
        assert top == found[f"x_h_seconds_count {source} "]
        expected = 0.05 * low + 0.5 * (middle - low) + 5.0 * (top - middle)
        total = found[f"x_h_seconds_sum {source} "]
        assert abs(expected - total) <= 5.0 * WRITERS + 1e-6 * total  # of those in flight
    for sample, value in last.items():
        assert found[sample] >= value


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers here")
def test_a_signal_handler_may_record_and_scrape_during_a_scrape() -> None:
    catalog, registry, renderer = fresh(), CollectorRegistry(), RegistryRenderer()
    counter = counter_by_two(catalog)
    registry.register(counter)
    for number in range(500):
        counter.inc(source_id=str(number), error_type="dns")
    handled = 0

    def handler(*_: object) -> None:
        nonlocal handled
        handled += 1
        counter.inc(source_id=str(handled), error_type="timeout")
        renderer.render(registry)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        for round in range(100):
            signal.setitimer(signal.ITIMER_REAL, 0.00002 * (1 + round))  # once
            counter.inc(source_id="1", error_type="dns")
            renderer.render(registry)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert handled
    assert_same(renderer, registry)
