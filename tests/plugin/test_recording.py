"""`recorded()` and `only_recorded()`: what they read, and what they refuse."""

from __future__ import annotations

import copy
import math
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_metrics_generated import (
    HEARTBEAT,
    INGEST_LOG_ACTIVE_CONSUMERS,
    INGEST_LOG_CONSUMER_LAG_BYTES,
    NORMALIZE_CONFIDENCE,
    PIPELINE_LAST_RUN_TIMESTAMP,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_ERROR,
    SOURCES_REQUESTS_SUCCESS,
)
from tests.support.programs import run_python
from typedprom import Catalog, Counter, Info, OpenLabel, StateSet
from typedprom.testing import (
    CounterRecording,
    GaugeRecording,
    HistogramRecording,
    isolated,
    only_recorded,
    recorded,
    snapshot,
)

UNCHECKED = cast("Callable[..., CounterRecording]", recorded)  # as untyped code calls it


def succeed(source_id: str, times: float = 1) -> None:
    SOURCES_REQUESTS_SUCCESS.inc(times, source_id=source_id)


def test_delta_is_what_happened_in_the_block() -> None:
    succeed("kexp", 5)
    with recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp") as r:
        succeed("kexp")
        assert r.delta == 1
        succeed("kexp", 2)
        succeed("neumos")
        assert r.delta == 3
    succeed("kexp", 100)
    assert r.delta == 3
    assert type(r) is CounterRecording


def test_without_a_block_it_is_all_since_the_test_began() -> None:
    r = recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp")
    assert r.delta == 0
    succeed("kexp", 5)
    assert r.delta == 5


def test_series_not_asked_for_by_label_are_added_up() -> None:
    with recorded(SOURCES_REQUESTS_ERROR) as r:
        SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="dns")
        SOURCES_REQUESTS_ERROR.inc(2, source_id="kexp", error_type="timeout")
        SOURCES_REQUESTS_ERROR.inc(4, source_id="neumos", error_type="dns")
        live = r.where(error_type="dns")
    SOURCES_REQUESTS_ERROR.inc(8, source_id="kexp", error_type="dns")
    assert r.delta == 7
    assert r.where(source_id="kexp").delta == 3
    assert r.where(source_id="kexp").where(error_type="timeout").delta == 2
    assert live.delta == 5
    with recorded(SOURCES_REQUESTS_ERROR).where(source_id="kexp") as kexp:
        SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="dns")
    assert kexp.delta == 1


def test_gauges_have_a_value_and_a_delta() -> None:
    INGEST_LOG_ACTIVE_CONSUMERS.set(5)
    with recorded(INGEST_LOG_ACTIVE_CONSUMERS) as r:
        INGEST_LOG_ACTIVE_CONSUMERS.dec(2)
    assert (r.value, r.delta) == (3, -2)
    assert type(r) is GaugeRecording
    for consumer in ("parser", "archive"):
        INGEST_LOG_CONSUMER_LAG_BYTES.set(10, consumer=consumer)
    assert recorded(INGEST_LOG_CONSUMER_LAG_BYTES).value == 20


def test_a_gauge_that_was_never_set_has_no_value() -> None:
    for r in (
        recorded(PIPELINE_LAST_RUN_TIMESTAMP, command="parse"),
        recorded(INGEST_LOG_ACTIVE_CONSUMERS),
    ):
        with pytest.raises(AssertionError, match="has no value"):
            _ = r.value
    PIPELINE_LAST_RUN_TIMESTAMP.set(0, command="parse")
    INGEST_LOG_ACTIVE_CONSUMERS.set(0)
    assert recorded(PIPELINE_LAST_RUN_TIMESTAMP, command="parse").value == 0
    assert recorded(INGEST_LOG_ACTIVE_CONSUMERS).value == 0


def test_histograms_have_a_count_a_sum_and_the_buckets_that_were_hit() -> None:
    SOURCES_REQUEST_DURATION.observe(3, source_id="kexp")
    with recorded(SOURCES_REQUEST_DURATION, source_id="kexp") as r:
        for seconds in (0.25, 0.5, 70):
            SOURCES_REQUEST_DURATION.observe(seconds, source_id="kexp")
        SOURCES_REQUEST_DURATION.observe(7, source_id="neumos")
    assert r.count == 3
    assert r.sum == 70.75
    assert r.buckets == {0.5: 2, math.inf: 1}
    assert type(r) is HistogramRecording
    assert recorded(SOURCES_REQUEST_DURATION).buckets == {0.5: 2, 5.0: 1, 10.0: 1, math.inf: 1}
    assert (recorded(NORMALIZE_CONFIDENCE).count, recorded(NORMALIZE_CONFIDENCE).buckets) == (0, {})


@settings(deadline=None)
@given(
    before=st.lists(st.floats(0, 1e6)),
    during=st.lists(st.tuples(st.sampled_from(["a", "b"]), st.floats(0, 20))),
)
def test_histograms_count_what_was_observed(
    before: list[float], during: list[tuple[str, float]]
) -> None:
    with isolated():
        for amount in before:
            SOURCES_REQUEST_DURATION.observe(amount, source_id="a")
        with recorded(SOURCES_REQUEST_DURATION) as r:
            for source, amount in during:
                SOURCES_REQUEST_DURATION.observe(amount, source_id=source)
    assert r.count == len(during) == sum(r.buckets.values())
    assert r.where(source_id="b").count == [source for source, _ in during].count("b")
    bounds = (*SOURCES_REQUEST_DURATION.buckets, math.inf)
    hit = [next(bound for bound in bounds if amount <= bound) for _, amount in during]
    assert r.buckets == {bound: hit.count(bound) for bound in hit}


class Source(StrEnum):
    KEXP = "kexp"


def test_a_label_value_may_be_a_str_of_any_class() -> None:
    succeed(Source.KEXP)
    assert recorded(SOURCES_REQUESTS_SUCCESS, source_id=Source.KEXP).delta == 1


def test_folded_values_can_be_asked_for() -> None:
    for number in range(102):
        SOURCES_REQUESTS_ERROR.inc(source_id=str(number), error_type="dns")
    folded = recorded(SOURCES_REQUESTS_ERROR, source_id="_overflow", error_type="dns")
    assert folded.delta == 2
    assert recorded(SOURCES_REQUESTS_ERROR).where(error_type="_invalid").delta == 0


WRONG: list[tuple[Callable[[], object], type[Exception], str]] = [
    (
        lambda: UNCHECKED(SOURCES_REQUESTS_SUCCESS, sourc_id="kexp"),
        TypeError,
        "`sms_sources_requests_success_total` has no label `sourc_id` "
        "(did you mean `source_id`?); its labels are source_id",
    ),
    (
        lambda: UNCHECKED(HEARTBEAT, source_id="kexp"),
        TypeError,
        "`sms_heartbeat_total` has no label `source_id`; it has none",
    ),
    (
        lambda: recorded(SOURCES_REQUESTS_ERROR).where(error_type="timeot"),
        ValueError,
        "'timeot' is not a value of label `error_type` of `sms_sources_requests_error_total` "
        "(did you mean `timeout`?); it takes timeout, dns, connect, tls, http_4xx, http_5xx, body",
    ),
    (
        lambda: UNCHECKED(SOURCES_REQUESTS_SUCCESS, source_id=7),
        TypeError,
        "label `source_id` of `sms_sources_requests_success_total` takes a str, not 7",
    ),
    (
        lambda: UNCHECKED(SOURCES_REQUESTS_SUCCESS, "kexp"),
        TypeError,
        "labels of `sms_sources_requests_success_total` are given by name, unlike 'kexp'",
    ),
    (
        lambda: UNCHECKED("sms_heartbeat_total"),
        TypeError,
        "'sms_heartbeat_total' is not a metric of a typedprom catalog",
    ),
]


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG)
def test_what_cannot_be_is_refused(
    wrong: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as raised:
        wrong()
    assert str(raised.value) == message


def test_figures_are_floats() -> None:
    with recorded(SOURCES_REQUEST_DURATION) as r:
        SOURCES_REQUEST_DURATION.observe(0.1, source_id="kexp")
        SOURCES_REQUEST_DURATION.observe(0.2, source_id="kexp")
    assert r.sum == pytest.approx(0.3)
    assert f"{r.count:.1f} {r.count}" == "2.0 2.0"
    assert type(r.count + 1) is float
    assert copy.deepcopy(r.count) == 2
    assert len({r.count, 2}) == 1


def test_nothing_else_looks_at_all_series_of_all_metrics() -> None:
    with recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp") as r:
        succeed("kexp")
    r.assert_nothing_else()
    with recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp") as r:
        succeed("neumos")
    with pytest.raises(AssertionError, match="more changed than"):
        r.assert_nothing_else()
    with recorded(SOURCES_REQUESTS_SUCCESS) as r:
        succeed("neumos")
    r.assert_nothing_else()


def test_only_recorded_looks_at_other_metrics() -> None:
    with only_recorded(SOURCES_REQUESTS_SUCCESS, HEARTBEAT):
        succeed("kexp")
        succeed("neumos")
    with pytest.raises(AssertionError, match="sms_heartbeat_total"), only_recorded():
        HEARTBEAT.inc()


def test_only_recorded_hides_no_other_error() -> None:
    def failing() -> None:
        with only_recorded():
            HEARTBEAT.inc()
            raise LookupError

    with pytest.raises(LookupError):
        failing()


def test_what_leaves_values_as_they_are_is_no_change() -> None:
    INGEST_LOG_ACTIVE_CONSUMERS.set(math.nan)
    PIPELINE_LAST_RUN_TIMESTAMP.set(3, command="parse")
    SOURCES_REQUESTS_SUCCESS.inc(0, source_id="kexp")
    with only_recorded():
        HEARTBEAT.inc(0)
        SOURCES_REQUESTS_SUCCESS.inc(0, source_id="neumos")
        SOURCES_REQUESTS_SUCCESS.labels(source_id="bound")
        SOURCES_REQUEST_DURATION.labels(source_id="bound")
        PIPELINE_LAST_RUN_TIMESTAMP.labels(command="ingester")
        PIPELINE_LAST_RUN_TIMESTAMP.set(3, command="parse")


def test_a_gauge_set_to_zero_for_the_first_time_is_a_change() -> None:
    before = snapshot()
    PIPELINE_LAST_RUN_TIMESTAMP.set(0, command="parse")
    (change,) = snapshot().changes(before)
    assert change.metric is PIPELINE_LAST_RUN_TIMESTAMP
    assert change.labels == {"command": "parse"}
    assert (change.before, change.after, change.difference) == (None, 0.0, "unset → 0")


def test_what_several_threads_recorded_is_read() -> None:
    with recorded(HEARTBEAT) as r:
        threads = [threading.Thread(target=HEARTBEAT.inc) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert r.delta == 4


def test_a_metric_of_a_catalog_that_is_gone_is_read() -> None:
    counter = Counter(
        Catalog(namespace="x", title="", description="", interface=1),
        key="a",
        name="x_a_total",
        help="h",
    )
    with recorded(counter) as r:
        counter.inc(3)
    assert r.delta == 3


def test_text_of_label_values_is_escaped_and_long_reports_are_cut() -> None:
    with recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp") as r:
        succeed('a"b\n')
        for number in range(30):
            succeed(f"source{number}")
    report = str(r).splitlines()
    assert report[2] == r'  {source_id="a\"b\n"} +1'
    assert report[-1] == "  and 11 more"
    assert repr(r) == '<CounterRecording sms_sources_requests_success_total{source_id="kexp"}>'


class VersionInfo(Info):
    """An info of one label, as it is generated."""

    __slots__ = ()

    def set(self, *, version: str) -> None:
        self._set((version,))


def test_infos_say_something_and_statesets_are_in_a_state() -> None:
    catalog = Catalog(namespace="x", title="", description="", interface=1)
    version = OpenLabel("version", help="", budget=10)
    build = VersionInfo(catalog, key="b", name="x_b_info", help="h", info_labels=(version,))
    state = StateSet(catalog, key="s", name="x_s", help="h", states=("idle", "busy"))
    assert recorded(state).state == "idle"
    with pytest.raises(AssertionError, match="x_b_info has 0 series"):
        _ = recorded(build).said
    before = snapshot()
    build.set(version="1.2")
    state.set("busy")
    assert recorded(build).said == {"version": "1.2"}
    assert recorded(state).state == "busy"
    changes = [str(change) for change in snapshot().changes(before)]
    assert changes == ['x_b_info unset → {version="1.2"}', "x_s unset → busy"]
    with isolated():
        assert recorded(state).state == "idle"
    assert recorded(state).state == "busy"


WITHOUT_PYTEST = """
import sys, unittest
from typedprom import Catalog, Counter, Info, OpenLabel, StateSet
from typedprom.testing import isolated, recorded

CATALOG = Catalog(namespace="x", title="", description="", interface=1)
RUNS = Counter(CATALOG, key="runs", name="x_runs_total", help="h")

class RunsTest(unittest.TestCase):
    def setUp(self):
        self.enterContext(isolated())

    def test_one(self):
        RUNS.inc()
        self.assertEqual(recorded(RUNS).delta, 1, recorded(RUNS))

    def test_two(self):
        with recorded(RUNS) as r:
            RUNS.inc(2)
        self.assertEqual(r.delta, 2, r)
        r.assert_nothing_else()

result = unittest.main(exit=False, verbosity=0).result
print(result.testsRun, result.wasSuccessful(), {"pytest", "prometheus_client"} & set(sys.modules))
"""


def test_unittest_needs_neither_pytest_nor_prometheus_client() -> None:
    done = run_python("-c", WITHOUT_PYTEST)
    assert done.stdout == "2 True set()\n", done.stderr


def test_some_of_the_labels_are_given_to_where() -> None:
    message = (
        r"also has the label error_type: give all labels, or .* `recorded\(METRIC\).where\(…\)`"
    )
    with pytest.raises(TypeError, match=message):
        UNCHECKED(SOURCES_REQUESTS_ERROR, source_id="kexp")


def test_a_series_is_no_metric() -> None:
    bound = SOURCES_REQUESTS_ERROR.labels(source_id="kexp", error_type="dns")
    with pytest.raises(
        TypeError, match=r'{source_id="kexp", error_type="dns"}> is one series: use'
    ):
        UNCHECKED(bound)


DISABLED = """
from sms_metrics_generated import HEARTBEAT
from typedprom.testing import recorded
with recorded(HEARTBEAT) as r:
    HEARTBEAT.inc()
print(r)
"""


def test_a_report_says_that_recording_is_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEDPROM_DISABLED", "yes")
    done = run_python("-c", DISABLED)
    assert done.stdout == "nothing is recorded: TYPEDPROM_DISABLED is set\n"
