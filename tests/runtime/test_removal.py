"""Removing and clearing series, also with bound handles."""

import gc
import sys
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.reading import samples, value
from tests.runtime.sample._labels import CITY, JOBS_ERROR_TYPE, JOBS_SEVERITY, SOURCE_ID
from tests.runtime.sample._signatures import (
    CounterByCity,
    CounterByErrorTypeSeverity,
    CounterBySourceIdErrorType,
    GaugeByErrorType,
    HistogramBySourceId,
)
from tests.support.programs import run_python
from typedprom import Catalog, Counter, Gauge, OpenLabel
from typedprom.metrics.self_metrics import LABEL_OVERFLOW


@pytest.fixture
def counter(catalog: Catalog) -> CounterBySourceIdErrorType:
    labels = (SOURCE_ID, JOBS_ERROR_TYPE)
    return CounterBySourceIdErrorType(catalog, key="c", name="x_c_total", help="h", labels=labels)


def count(counter: CounterBySourceIdErrorType, source_id: str = "kexp") -> float | None:
    return value(counter, "x_c_total", {"source_id": source_id, "error_type": "dns"})


def test_a_removed_series_is_gone_until_it_is_recorded(counter: CounterBySourceIdErrorType) -> None:
    counter.inc(5, source_id="kexp", error_type="dns")
    counter.inc(source_id="neumos", error_type="dns")
    counter.remove(source_id="kexp", error_type="dns")
    counter.remove(source_id="nobody", error_type="dns")
    assert (count(counter), count(counter, "neumos")) == (None, 1.0)
    counter.inc(source_id="kexp", error_type="dns")
    assert count(counter) == 1.0


def test_a_bound_handle_restores_its_series(counter: CounterBySourceIdErrorType) -> None:
    bound = counter.labels(source_id="kexp", error_type="dns")
    bound.inc(5)
    counter.remove(source_id="kexp", error_type="dns")
    bound.inc(2)
    counter.inc(source_id="kexp", error_type="dns")
    bound.inc()
    assert count(counter) == 4.0
    assert counter.labels(source_id="kexp", error_type="dns") is bound


def test_a_handle_records_into_the_new_series(
    counter: CounterBySourceIdErrorType,
) -> None:
    bound = counter.labels(source_id="kexp", error_type="dns")
    counter.clear()
    counter.inc(source_id="kexp", error_type="dns")
    bound.inc(2)
    del bound
    gc.collect()
    assert count(counter) == 3.0


def test_handles_of_all_instruments_restore_their_series(catalog: Catalog) -> None:
    gauge = GaugeByErrorType(catalog, key="g", name="x_g", help="h", labels=(JOBS_ERROR_TYPE,))
    histogram = HistogramBySourceId(
        catalog, key="h", name="x_h", help="h", labels=(SOURCE_ID,), buckets=(1.0,)
    )
    level, duration = gauge.labels(error_type="dns"), histogram.labels(source_id="kexp")
    level.set(3)
    duration.observe(0.5)
    gauge.clear()
    histogram.clear()
    assert (samples(gauge), samples(histogram)) == ({}, {})
    level.set(0.0)
    with duration.time():
        pass
    assert value(gauge, "x_g", {"error_type": "dns"}) == 0.0
    assert value(histogram, "x_h_count", {"source_id": "kexp"}) == 1.0


def test_series_that_start_at_zero_are_zero_after_clear(catalog: Catalog) -> None:
    counter = CounterByErrorTypeSeverity(
        catalog, key="c", name="x_c_total", help="h", labels=(JOBS_ERROR_TYPE, JOBS_SEVERITY)
    )
    bound = counter.labels(error_type="dns", severity="info")
    bound.inc(3, exemplar={"trace_id": "a"})
    counter.remove(error_type="timeout", severity="info")
    assert len(counter.series()) == 5
    counter.clear()
    assert [v for (name, _), v in samples(counter).items() if name == "x_c_total"] == [0.0] * 6
    assert bound.exemplar is None
    bound.inc()
    assert value(counter, "x_c_total", {"error_type": "dns", "severity": "info"}) == 1.0


def test_metrics_without_labels_go_back_to_zero(catalog: Catalog) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    gauge = Gauge(catalog, key="g", name="x_g", help="h")
    counter.inc(3)
    gauge.set(3)
    counter.clear()
    gauge.clear()
    assert (value(counter, "x_c_total"), value(gauge, "x_g")) == (0.0, 0.0)


def test_removing_gives_the_budget_back(catalog: Catalog) -> None:
    counter = CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(CITY,))
    for city in ("a", "b"):
        counter.inc(city=city)
    counter.remove(city="a")
    counter.inc(city="c")
    assert {dict(labels)["city"] for _, labels in samples(counter)} == {"b", "c"}
    counter.clear()
    for city in ("d", "e"):
        counter.inc(city=city)
    assert {dict(labels)["city"] for _, labels in samples(counter)} == {"d", "e"}


def test_a_value_used_by_other_series_stays_in_the_budget(
    counter: CounterBySourceIdErrorType,
) -> None:
    for source in ("a", "b", "c"):
        counter.inc(source_id=source, error_type="dns")
    counter.inc(source_id="a", error_type="timeout")
    counter.remove(source_id="a", error_type="dns")
    counter.inc(source_id="d", error_type="dns")
    assert (count(counter, "d"), count(counter, "_overflow")) == (None, 1.0)


def test_a_handle_of_a_full_budget_overflows(catalog: Catalog) -> None:
    counter = CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(CITY,))
    bound = counter.labels(city="a")
    counter.remove(city="a")
    for city in ("b", "c"):
        counter.inc(city=city)
    bound.inc(2)
    assert value(counter, "x_c_total", {"city": "_overflow"}) == 2.0


@pytest.mark.alone
def test_removing_frees_memory(catalog: Catalog) -> None:
    anything = OpenLabel("source_id", help="", budget=10)
    counter = CounterBySourceIdErrorType(
        catalog, key="c", name="x_c_total", help="h", labels=(anything, JOBS_ERROR_TYPE)
    )

    def turnover(first: int, last: int) -> None:
        for number in range(first, last):
            counter.inc(source_id=f"s{number}", error_type="dns")
            counter.remove(source_id=f"s{number}", error_type="dns")

    turnover(0, 100)
    tracemalloc.start()
    try:
        turnover(100, 5000)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 300_000  # of 1.5 MB
    assert counter.series() == []


def test_nothing_recorded_after_a_removal_is_lost_between_threads(
    counter: CounterBySourceIdErrorType,
) -> None:
    bound = counter.labels(source_id="kexp", error_type="dns")
    stop = threading.Event()
    interval = sys.getswitchinterval()

    def remove() -> None:
        while not stop.is_set():
            counter.remove(source_id="kexp", error_type="dns")

    removing = threading.Thread(target=remove)
    sys.setswitchinterval(1e-6)
    try:
        removing.start()
        for _ in range(20_000):
            bound.inc()
            counter.inc(source_id="kexp", error_type="dns")
    finally:
        stop.set()
        removing.join()
        sys.setswitchinterval(interval)
    # The amount of an interrupted call is in the cell of that call: in the series or in the handle,
    # whose cell may have been replaced.
    counter.remove(source_id="kexp", error_type="dns")
    bound.inc()
    counter.remove(source_id="kexp", error_type="dns")
    for _ in range(100):
        bound.inc()
        counter.inc(source_id="kexp", error_type="dns")
    assert count(counter) == 200.0


def test_a_metric_keeps_at_most_its_budget_of_series(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    anything = OpenLabel("source_id", help="", budget=1000)
    counter = CounterBySourceIdErrorType(
        catalog,
        key="c",
        name="x_few_total",
        help="h",
        labels=(anything, JOBS_ERROR_TYPE),
        budget=3,
    )
    for number in range(5):
        for _ in range(2):
            counter.inc(source_id=f"s{number}", error_type="dns")
    found = {values: cell.snapshot() for values, cell in counter.series()}
    assert found == {
        ("s0", "dns"): 2.0,
        ("s1", "dns"): 2.0,
        ("s2", "dns"): 2.0,
        ("_overflow", "_overflow"): 4.0,
    }
    name = "typedprom_label_overflow_total"
    assert value(LABEL_OVERFLOW, name, {"metric": "x_few_total", "label": ""}) == 4.0
    assert len([r for r in caplog.records if "x_few_total" in r.getMessage()]) == 1


@pytest.mark.alone
def test_memory_is_bounded_under_a_million_distinct_values(catalog: Catalog) -> None:
    anything = OpenLabel("source_id", help="", budget=1_000_000)
    histogram = HistogramBySourceId(
        catalog, key="h", name="x_h", help="h", labels=(anything,), buckets=(1.0,), budget=50
    )
    few = CounterByCity(
        catalog, key="c", name="x_m_total", help="h",
        labels=(OpenLabel("city", help="", budget=50),),
    )  # fmt: skip
    for number in range(980_000):
        few.inc(city=str(number))
    tracemalloc.start()
    try:
        for number in range(980_000, 1_000_000):
            few.inc(city=str(number))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    for number in range(1000):
        histogram.observe(0.5, source_id=str(number))
    assert held < 100_000
    assert (len(few.series()), len(histogram.series())) == (51, 51)
    assert sum(cell.snapshot() for _, cell in few.series()) == 1_000_000.0


@pytest.mark.parametrize("cells", ["shared", "per-thread"])
@pytest.mark.parametrize(
    "spool",
    [
        pytest.param(False, id="in memory"),
        pytest.param(True, id="in a spool", marks=pytest.mark.slow),
    ],
)
def test_any_interruption_of_a_removal_leaves_one_series(
    cells: str, spool: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPEDPROM_CELLS", cells)
    if spool:
        monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path))
    done = run_python("-m", "tests.runtime.removal_program", seconds=300)
    assert done.returncode == 0, done.stderr
    places = [int(line.split()[-1]) for line in done.stdout.splitlines()]
    assert len(places) == 16
    assert min(places) > 100


def test_a_handle_stays_valid_while_threads_remove_and_record(
    counter: CounterBySourceIdErrorType,
) -> None:
    bound = counter.labels(source_id="kexp", error_type="dns")
    interval = sys.getswitchinterval()

    def record() -> None:
        for _ in range(2000):
            bound.inc()

    def remove() -> None:
        for _ in range(1000):
            counter.remove(source_id="kexp", error_type="dns")

    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            threads = [threading.Thread(target=act) for act in (record, remove, record, remove)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            before = bound.snapshot()  # a call of each thread may still be in flight
            assert before - (count(counter) or 0.0) <= 2.0
            bound.inc(1000)
            counter.inc(500, source_id="kexp", error_type="dns")
            assert count(counter) == before + 1500
            remove()
            assert (count(counter), bound.snapshot()) == (None, 0.0)
    finally:
        sys.setswitchinterval(interval)


def test_a_full_metric_does_not_use_more_of_a_label_budget(catalog: Catalog) -> None:
    city = OpenLabel("city", help="", budget=5)
    counter = CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(city,), budget=2)
    for number in range(20):
        counter.inc(city=f"c{number}")
    counter.remove(city="c0")
    counter.inc(city="new")
    assert [values for values, _ in counter.series()] == [("c1",), ("_overflow",), ("new",)]


@pytest.mark.usefixtures("lenient")
def test_removing_a_value_that_is_not_text_is_misuse(
    counter: CounterBySourceIdErrorType,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong: Any = 5
    counter.inc(source_id="", error_type="dns")
    counter.remove(source_id=wrong, error_type="dns")
    assert "`source_id` of `x_c_total` takes a str, not 5; nothing is removed" in caplog.text
    assert count(counter, "") == 1.0
    monkeypatch.setenv("TYPEDPROM_STRICT", "1")
    with pytest.raises(TypeError, match="takes a str, not 5"):
        counter.remove(source_id=wrong, error_type="dns")


def test_clearing_and_removing_end_a_function(catalog: Catalog) -> None:
    gauge = Gauge(catalog, key="g", name="x_g", help="h")
    labelled = GaugeByErrorType(catalog, key="l", name="x_l", help="h", labels=(JOBS_ERROR_TYPE,))
    gauge.set_function(lambda: 5.0)
    gauge.clear()
    assert value(gauge, "x_g") == 0.0
    gauge.set(1)
    assert value(gauge, "x_g") == 1.0
    bound = labelled.labels(error_type="dns")
    bound.set_function(lambda: 5.0)
    labelled.remove(error_type="dns")
    bound.set(1)
    assert value(labelled, "x_l", {"error_type": "dns"}) == 1.0


@pytest.mark.parametrize("cells", ["shared", pytest.param("per-thread", marks=pytest.mark.slow)])
def test_clearing_ends_a_function_in_a_spool_too(
    cells: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPEDPROM_CELLS", cells)
    monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path))
    asked = "end_a_function or functions_that_a_test_gives"
    options = ["-o", "typedprom_delivery=true", "-p", "no:cacheprovider", "-n", "0", "-k", asked]
    files = [__file__, str(Path(__file__).parents[1] / "plugin" / "test_isolation.py")]
    done = run_python("-m", "pytest", "-q", *options, *files)
    assert "2 passed" in done.stdout, done.stdout[-2000:]
