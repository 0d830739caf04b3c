"""`time()` observes the duration of a block."""

import asyncio
import logging
import threading
import time

import pytest

from tests.runtime.reading import value
from tests.runtime.sample._labels import SOURCE_ID
from tests.runtime.sample._signatures import HistogramBySourceId
from typedprom import Catalog, Gauge, Histogram, Timer


def test_a_block_is_timed(catalog: Catalog) -> None:
    histogram = Histogram(catalog, key="h", name="x_h", help="h", buckets=(0.01, 5.0))
    started = time.perf_counter()
    with histogram.time():
        time.sleep(0.02)
    elapsed = time.perf_counter() - started
    total = value(histogram, "x_h_sum")
    assert total is not None
    assert 0.02 <= total <= elapsed
    assert value(histogram, "x_h_bucket", {"le": "0.01"}) == 0.0
    assert value(histogram, "x_h_bucket", {"le": "+Inf"}) == 1.0


def test_a_block_that_raises_is_timed_and_raises(catalog: Catalog) -> None:
    histogram = HistogramBySourceId(
        catalog, key="h", name="x_h", help="h", labels=(SOURCE_ID,), buckets=(1.0,)
    )
    with pytest.raises(KeyError, match="mine"), histogram.time(source_id="kexp"):
        raise KeyError("mine")
    assert value(histogram, "x_h_count", {"source_id": "kexp"}) == 1.0


def test_time_counts_from_entering_the_block(catalog: Catalog) -> None:
    histogram = Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0,))
    timer = histogram.time()
    time.sleep(0.05)
    with timer:
        pass
    assert isinstance(timer, Timer)
    assert (value(histogram, "x_h_sum") or 1.0) < 0.05


def test_blocks_may_nest(catalog: Catalog) -> None:
    histogram = Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0,))
    with histogram.time(), histogram.time():
        pass
    assert value(histogram, "x_h_count") == 2.0


def test_overlapping_coroutines_are_timed_each_by_itself(catalog: Catalog) -> None:
    histogram = Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0,))

    @histogram.time()
    async def wait(seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def overlap() -> None:
        first = asyncio.create_task(wait(0.2))
        await asyncio.sleep(0.1)
        await asyncio.gather(first, wait(0.2))

    asyncio.run(overlap())
    assert value(histogram, "x_h_count") == 2.0
    assert (value(histogram, "x_h_sum") or 0.0) >= 0.39  # a shared timer would observe 0.3


def test_a_recursive_function_is_timed_at_each_level(catalog: Catalog) -> None:
    histogram = Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0,))

    @histogram.time()
    def descend(levels: int) -> None:
        time.sleep(0.05)
        if levels:
            descend(levels - 1)

    descend(2)
    assert value(histogram, "x_h_count") == 3.0
    assert (value(histogram, "x_h_sum") or 0.0) >= 0.29  # 0.15 + 0.1 + 0.05


def test_threads_in_one_function_are_timed_each_by_itself(catalog: Catalog) -> None:
    histogram = Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0,))
    begun = threading.Event()

    @histogram.time()
    def wait(seconds: float) -> None:
        begun.set()
        time.sleep(seconds)

    first = threading.Thread(target=wait, args=(0.2,))
    first.start()
    begun.wait(10)
    time.sleep(0.1)
    wait(0.2)
    first.join()
    assert (value(histogram, "x_h_sum") or 0.0) >= 0.39


@pytest.mark.usefixtures("strict")
def test_a_metric_in_another_unit_refuses_seconds(catalog: Catalog) -> None:
    sizes = Histogram(catalog, key="s", name="x_bytes", help="h", unit="bytes", buckets=(1.0,))
    level = Gauge(catalog, key="l", name="x_ratio", help="h", unit="ratio")
    with pytest.raises(TypeError, match="`x_bytes` is in bytes and cannot record seconds"):
        sizes.time()
    with pytest.raises(TypeError, match="`x_ratio` is in ratio and cannot record seconds"):
        level.set_to_current_time()


@pytest.mark.usefixtures("lenient")
def test_seconds_are_not_recorded_in_a_metric_with_another_unit(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    sizes = Histogram(catalog, key="s", name="x_bytes", help="h", unit="bytes", buckets=(1.0,))
    level = Gauge(catalog, key="l", name="x_ratio", help="h", unit="ratio")

    @sizes.time()
    def work() -> int:
        return 3

    with sizes.time():
        level.set_to_current_time()
    assert work() == 3
    assert (value(sizes, "x_bytes_count"), value(level, "x_ratio")) == (0.0, 0.0)
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
