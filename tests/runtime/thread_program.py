"""Records from eight threads and checks every count. Run by `test_threads.py`.

It needs nothing but typedprom and prometheus_client, so that any interpreter can run it.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable
from fractions import Fraction

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tests.runtime.sample._labels import JOBS_ERROR_TYPE, SOURCE_ID
from tests.runtime.sample._signatures import CounterBySourceIdErrorType, HistogramBySourceId
from typedprom import Catalog, Counter, Gauge, GaugeCell, Histogram, LabelledGauge, OpenLabel

THREADS = 8
ROUNDS = 8000
SCRAPING_SECONDS = 5
HALF = Fraction(1, 2)  # its addition is Python code, which can be interrupted by a thread switch
CATALOG = Catalog(namespace="x", title="", description="", interface=1)


class GaugeBySourceId(LabelledGauge[dict[str, GaugeCell]]):
    """A gauge by `source_id`."""

    __slots__ = ()

    def inc(self, amount: float, /, *, source_id: str) -> None:
        """Add `amount`."""
        try:
            cell = self._cells[source_id]
        except Exception:
            cell = self._cell(source_id)
        cell.inc(amount)


def in_threads(work: Callable[[int], None]) -> None:
    """Run `work` in all threads concurrently, each with its number."""
    barrier = threading.Barrier(THREADS)
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            barrier.wait()
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def exact_counts() -> None:
    """Check that no amount of any type is lost in any instrument."""
    counter = Counter(CATALOG, key="1", name="x_counter_total", help="h")
    halves = Counter(CATALOG, key="2", name="x_halves_total", help="h")
    gauge = Gauge(CATALOG, key="3", name="x_gauge", help="h")
    histogram = Histogram(CATALOG, key="4", name="x_histogram", help="h", buckets=(1.0, 5.0))
    labelled = CounterBySourceIdErrorType(
        CATALOG, key="5", name="x_labelled_total", help="h", labels=(SOURCE_ID, JOBS_ERROR_TYPE)
    )

    def work(number: int) -> None:
        bound = labelled.labels(source_id="bound", error_type="dns")
        for _ in range(ROUNDS):
            counter.inc()
            halves.inc(HALF)  # type: ignore[arg-type]
            gauge.inc(3)
            gauge.dec()
            histogram.observe(number)
            labelled.inc(2.0, source_id="kexp", error_type="timeout")
            bound.inc()

    in_threads(work)
    total = THREADS * ROUNDS
    expect(counter.series()[0][1].snapshot(), total)
    expect(halves.series()[0][1].snapshot(), total / 2)
    expect(gauge.series()[0][1].snapshot(), total * 2)
    buckets, observed = histogram.series()[0][1].snapshot()
    expect(buckets, [ROUNDS * 2, ROUNDS * 4, ROUNDS * 2])
    expect(observed, ROUNDS * sum(range(THREADS)))
    expect([cell.snapshot() for _, cell in sorted(labelled.series())], [total, total * 2])


def first_touches() -> None:
    """Check that threads which make the same series concurrently record into one series."""
    everything = OpenLabel("source_id", help="", budget=10_000)
    labels = (everything, JOBS_ERROR_TYPE)
    counter = CounterBySourceIdErrorType(
        CATALOG, key="6", name="x_touch_total", help="h", labels=labels
    )
    gauge = GaugeBySourceId(CATALOG, key="6.1", name="x_touched", help="h", labels=(everything,))
    histogram = HistogramBySourceId(
        CATALOG, key="6.2", name="x_touches", help="h", labels=(everything,), buckets=(1.0,)
    )

    def work(_number: int) -> None:
        for source in range(500):
            counter.inc(source_id=str(source), error_type="dns")
            gauge.inc(2, source_id=str(source))
            histogram.observe(0.5, source_id=str(source))

    in_threads(work)
    expect([len(metric.series()) for metric in (counter, gauge, histogram)], [500] * 3)
    expect({cell.snapshot() for _, cell in counter.series()}, {float(THREADS)})
    expect({cell.snapshot() for _, cell in gauge.series()}, {2.0 * THREADS})
    whole = ([float(THREADS), 0.0], THREADS / 2)
    expect([cell.snapshot() for _, cell in histogram.series()], [whole] * 500)


def budget() -> None:
    """Check that threads that fill a budget lose nothing; each exceeds it by one value at most."""
    counters = [
        CounterBySourceIdErrorType(
            CATALOG,
            key=f"7.{number}",
            name=f"x_budget_{number}_total",
            help="h",
            labels=(SOURCE_ID, JOBS_ERROR_TYPE),
        )
        for number in range(200)
    ]

    together = threading.Barrier(THREADS)

    def work(number: int) -> None:
        for counter in counters:
            together.wait()
            counter.inc(source_id=str(number), error_type="dns")

    in_threads(work)
    for counter in counters:
        found = {values[0]: cell.snapshot() for values, cell in counter.series()}
        expect(sum(found.values()), THREADS)
        expect(len(found) <= SOURCE_ID.budget + THREADS, True)


def whole_histograms() -> None:
    """Check that the count of a histogram equals the sum of its buckets in every scrape."""
    registry = CollectorRegistry()
    histogram = HistogramBySourceId(
        CATALOG, key="8", name="x_torn", help="h", labels=(SOURCE_ID,), buckets=(1.0, 2.0)
    )
    registry.register(histogram)
    recording = threading.Event()
    recording.set()

    def record() -> None:
        while recording.is_set():
            for amount in (1.0, 2.0, 3.0):
                histogram.observe(amount, source_id="kexp")

    writers = [threading.Thread(target=record) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        end = time.monotonic() + SCRAPING_SECONDS  # a spool of so many series takes longer
        for _ in range(300):
            check_scrape(generate_latest(registry).decode(), in_flight=len(writers))
            if time.monotonic() > end:
                break
    finally:
        recording.clear()
        for writer in writers:
            writer.join()


def check_scrape(text: str, in_flight: int) -> None:
    """Check that buckets ascend, the last equals the count, and the sum fits the three amounts."""
    values = {
        sample.name + sample.labels.get("le", ""): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    if not values:
        return
    upto1, upto2 = values["x_torn_bucket1.0"], values["x_torn_bucket2.0"]
    count = values["x_torn_count"]
    expect(values["x_torn_bucket+Inf"], count)
    expected = upto1 + 2 * (upto2 - upto1) + 3 * (count - upto2)
    expect(abs(expected - values["x_torn_sum"]) <= 3 * in_flight, True)


def expect(found: object, expected: object) -> None:
    """Raise unless both are equal, also with -O."""
    if found != expected:
        raise AssertionError(f"found {found}, expected {expected}")


def main() -> None:
    """Run all checks with thread switches as frequent as possible."""
    logging.disable()  # overflows are intended
    sys.setswitchinterval(1e-6)
    for check in (exact_counts, first_touches, budget, whole_histograms):
        check()
    print("exact", *sys.version_info[:2])


if __name__ == "__main__":
    main()
