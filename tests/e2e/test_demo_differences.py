"""The demo's comparison finds every kind of difference and makes the demo fail."""

from __future__ import annotations

from examples import demo
from examples.sms.compare import Row, compare
from examples.sms.tally import Tally
from tools.promql_api import Answer

CALLS = "sms_calls_total"
SIZE = "sms_size_bytes"
SPEED = "sms_speed_seconds"


def _tally() -> Tally:
    tally = Tally()
    tally.add("calls", 3, source_id="kexp")
    tally.level("size_bytes", 7, file="a")
    tally.observe("speed_seconds", 0.2)
    tally.observe("speed_seconds", 3.0)
    return tally


def _answers() -> dict[str, list[Answer]]:
    """Return the answers of a Prometheus that agrees with the tally."""
    return {
        f"sum({CALLS})": [Answer({}, 3)],
        CALLS: [Answer({"__name__": CALLS, "job": "sms", "source_id": "kexp"}, 3)],
        f"max({SIZE})": [Answer({}, 7)],
        SIZE: [Answer({"file": "a", "instance": "x"}, 7)],
        f"sum({SPEED}_count)": [Answer({}, 2)],
        f"{SPEED}_count": [Answer({}, 2)],
        f"{SPEED}_sum": [Answer({}, 3.2)],
        f"{SPEED}_bucket": [Answer({"le": "1.0"}, 1), Answer({"le": "+Inf"}, 2)],
        f'{SPEED}_bucket{{le="+Inf"}}': [Answer({"le": "+Inf"}, 2)],
    }


def _rows(**changed: list[Answer]) -> dict[str, Row]:
    answers = _answers()
    answers |= {query: changed[name] for query, name in _NAMED.items() if name in changed}
    return {row.metric: row for row in compare(lambda query: answers[query], _tally())}


_NAMED = {
    f"sum({CALLS})": "total",
    CALLS: "calls",
    SIZE: "size",
    f"{SPEED}_sum": "sum",
    f"{SPEED}_bucket": "buckets",
    f'{SPEED}_bucket{{le="+Inf"}}': "last_bucket",
}


def test_equal_values_are_not_a_difference() -> None:
    assert [row.differences for row in _rows().values()] == [(), (), ()]


def test_wrong_total_is_a_difference() -> None:
    (difference,) = _rows(total=[Answer({}, 2)])[CALLS].differences
    assert difference == "sum(sms_calls_total) is 2, counted 3"


def test_query_without_an_answer_is_a_difference() -> None:
    assert _rows(total=[])[CALLS].differences


def test_missing_series_is_a_difference() -> None:
    (difference,) = _rows(calls=[])[CALLS].differences
    assert difference == 'sms_calls_total{source_id="kexp"} is nan, counted 3'


def test_uncounted_series_is_a_difference() -> None:
    stranger = Answer({"source_id": "neumos"}, 1)
    assert _rows(calls=[*_answers()[CALLS], stranger])[CALLS].differences


def test_uncounted_series_at_zero_is_not_a_difference() -> None:
    waiting = Answer({"source_id": "neumos"}, 0)
    assert not _rows(calls=[*_answers()[CALLS], waiting])[CALLS].differences


def test_unset_gauge_is_a_difference_even_at_zero() -> None:
    waiting = Answer({"file": "b"}, 0)
    assert _rows(size=[*_answers()[SIZE], waiting])[SIZE].differences


def test_wrong_sum_is_a_difference() -> None:
    assert _rows(sum=[Answer({}, 3.3)])[SPEED].differences


def test_wrong_bucket_is_a_difference() -> None:
    (difference,) = _rows(buckets=[Answer({"le": "1.0"}, 2)])[SPEED].differences
    assert difference == 'sms_speed_seconds_bucket{le="1.0"} is 2, counted 1'


def test_histogram_without_buckets_is_a_difference() -> None:
    assert _rows(buckets=[], last_bucket=[])[SPEED].differences


def test_table_shows_the_difference_under_its_metric() -> None:
    lines = demo.table(list(_rows(total=[Answer({}, 2)]).values()))
    assert lines[1].endswith("differs")
    assert lines[2].strip() == "sum(sms_calls_total) is 2, counted 3"
    assert lines[-1].endswith("1 metrics differ")
