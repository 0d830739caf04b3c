"""Cells with a part for each thread: exact, consistent and bounded, while threads start and end."""

import gc
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.programs import ROOT, run_python
from typedprom import Catalog, Counter, Gauge, Histogram
from typedprom.metrics.thread_cells import (
    THREAD,
    Parts,
    PerThreadCounterCell,
    PerThreadGaugeCell,
    PerThreadHistogramCell,
)

SAME_TESTS = (
    "amounts", "announced_values", "catalog", "exposition_equality", "label_values", "misuse",
    "serving", "siblings", "timer"
)  # fmt: skip
CHOSEN = (
    "from typedprom.metrics import cell_classes; print(cell_classes.IN_MEMORY.counter.__name__)"
)


@pytest.fixture
def counter(catalog: Catalog) -> PerThreadCounterCell:
    return PerThreadCounterCell(Counter(catalog, key="c", name="x_c_total", help="h"), ())


@pytest.fixture
def gauge(catalog: Catalog) -> PerThreadGaugeCell:
    return PerThreadGaugeCell(Gauge(catalog, key="g", name="x_g", help="h"), ())


@pytest.fixture
def histogram(catalog: Catalog) -> PerThreadHistogramCell:
    metric = Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0, 2.0))
    return PerThreadHistogramCell(metric, (), (1.0, 2.0))


def in_a_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.slow
def test_the_tests_of_shared_cells_pass_with_thread_cells() -> None:
    files = [str(Path(__file__).parent / f"test_{name}.py") for name in SAME_TESTS]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *files]
    environment = os.environ | {"TYPEDPROM_CELLS": "per-thread"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize(
    ("wanted", "cell"),
    [
        ("shared", "CounterCell"),
        ("per-thread", "PerThreadCounterCell"),
        ("", "CounterCell"),
    ],
)
def test_the_environment_chooses(wanted: str, cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEDPROM_CELLS", wanted)
    done = run_python("-c", CHOSEN)
    assert (done.stdout, done.stderr) == (f"{cell}\n", "")


def test_an_unknown_value_is_logged_and_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEDPROM_CELLS", "per_thread")
    done = run_python("-c", CHOSEN)
    assert done.stdout == "CounterCell\n"
    assert "TYPEDPROM_CELLS=per_thread is neither shared nor per-thread" in done.stderr


def test_threads_that_ended_still_count(
    counter: PerThreadCounterCell, gauge: PerThreadGaugeCell, histogram: PerThreadHistogramCell
) -> None:
    def work() -> None:
        counter.inc(2)
        gauge.inc(5)
        gauge.dec()
        histogram.observe(1.5)

    for _ in range(3):
        in_a_thread(work)
    work()
    assert counter.snapshot() == 8
    assert gauge.snapshot() == 16
    assert histogram.snapshot() == ([0, 4, 0], 6)


def test_setting_a_gauge_discards_the_amounts_of_all_threads(gauge: PerThreadGaugeCell) -> None:
    gauge.inc(3)
    in_a_thread(lambda: gauge.inc(4))
    in_a_thread(lambda: gauge.set(10))
    assert gauge.snapshot() == 10
    gauge.inc()
    assert gauge.snapshot() == 11


@pytest.mark.alone
def test_ten_thousand_short_threads_leave_nothing_behind(
    counter: PerThreadCounterCell, histogram: PerThreadHistogramCell
) -> None:
    def work() -> None:
        counter.inc()
        histogram.observe(0.5)

    def churn(threads: int) -> None:
        for _ in range(threads // 10):
            group = [threading.Thread(target=work) for _ in range(10)]
            for thread in group:
                thread.start()
            for thread in group:
                thread.join()

    churn(1000)
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        churn(9000)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert counter.snapshot() == 10_000
    assert histogram.snapshot() == ([10_000, 0, 0], 5000)
    assert len(counter._parts) <= 11
    assert after - before < 20_000


def test_a_reader_never_sees_a_count_fall_while_parts_are_folded(
    counter: PerThreadCounterCell,
) -> None:
    seen: list[float] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(counter.snapshot())

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(500):
            in_a_thread(counter.inc)
    finally:
        done.set()
        reader.join()
        sys.setswitchinterval(interval)
    assert seen == sorted(seen)
    assert counter.snapshot() == 500


def test_folding_is_skipped_if_it_interrupts_itself(counter: PerThreadCounterCell) -> None:
    # A signal handler that interrupts folding finds the lock held.
    from typedprom.metrics import thread_cells as parts

    in_a_thread(counter.inc)
    with parts._folding:
        in_a_thread(counter.inc)
        assert counter.snapshot() == 2
        assert len(counter._parts) == 2
    in_a_thread(counter.inc)
    assert counter.snapshot() == 3
    assert len(counter._parts) == 1


def test_interrupted_folding_does_not_count_twice(counter: PerThreadCounterCell) -> None:
    class CutShort(Parts):
        __slots__ = ()

        def __delitem__(self, key: object) -> None:
            raise KeyboardInterrupt

    counter._parts = CutShort(1)
    in_a_thread(counter.inc)
    with pytest.raises(KeyboardInterrupt):
        counter.inc()
    assert counter.snapshot() == 1
    with pytest.raises(KeyboardInterrupt):
        counter.inc()
    assert counter.snapshot() == 1


def test_a_thread_has_one_key_as_long_as_it_lives() -> None:
    keys = [THREAD.key, THREAD.key]
    in_a_thread(lambda: keys.append(THREAD.key))
    assert keys[0] is keys[1]
    assert keys[2] is not keys[0]
    assert keys[0]() is not None
    assert keys[2]() is None
