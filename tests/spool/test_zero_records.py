"""Zeros that siblings begin are in the spool, and take no place in budgets there."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_metrics_generated import SOURCES_ERROR_TYPE_VALUES
from tests.spool.holders import holder
from tests.spool.programs import run
from tests.spool.recorded import run_files as run_files_of
from tests.spool.run_files import ERRORS, SINCE, Run, prepared, values
from typedprom.metrics.definition import LabelDefinition
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import NEVER, record_bytes
from typedprom.spool.store import SpoolStore

BEGIN = """
import os, time
from sms_metrics_generated import *
from sms_metrics_generated import CATALOG as SMS
spool = SMS.spool
"""
ERROR = "sms_sources_requests_error_total"
SUCCESS = "sms_sources_requests_success_total"
CHECKS = "sms_sources_cadence_checks_total"


def sms(program: str, *, errors: str = "") -> str:
    return run(BEGIN + program, errors=errors)


def of_source(spool: Path, name: str, source: str = "kexp") -> dict[str, float]:
    """What the spool shows of a source in a metric, by the other label's value."""
    found = values(SpoolStore(SpoolDirectory(spool)), name)
    return {
        of.removesuffix(f",{source}"): value
        for of, value in found.items()
        if of.endswith(f",{source}") or of == source
    }


def test_a_success_delivers_the_errors_of_its_source_at_zero(spool: Path) -> None:
    sms('SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")')
    errors = of_source(spool, ERROR)
    assert {"dns", "timeout"} <= errors.keys()
    assert set(errors.values()) == {0.0}
    assert set(of_source(spool, CHECKS).values()) == {0.0}
    assert of_source(spool, SUCCESS) == {"kexp": 1.0}
    assert of_source(spool, "sms_parser_parse_error_total") == {}


def test_zeros_outlast_their_run_and_later_runs_add_to_them(spool: Path) -> None:
    sms('SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")')
    SpoolStore(SpoolDirectory(spool)).compact()
    before = of_source(spool, ERROR)
    assert set(before.values()) == {0.0}
    sms('SOURCES_REQUESTS_ERROR.inc(2, source_id="kexp", error_type="dns")')
    assert of_source(spool, ERROR) == {**before, "dns": 2.0}
    SpoolStore(SpoolDirectory(spool)).compact()
    assert of_source(spool, ERROR) == {**before, "dns": 2.0}


def test_what_is_announced_is_delivered_though_nothing_is_recorded(spool: Path) -> None:
    sms('for _ in range(3): SMS.announce(source_id=["kexp", "neumos"])')
    (file,) = run_files_of(spool)
    assert not [*file.series()]
    written = [(one.definition.name, of) for one in file.zeros for of, _ in one.series]
    assert len(written) == len(set(written))  # once, however often it is announced
    for source in ("kexp", "neumos"):
        assert set(of_source(spool, ERROR, source).values()) == {0.0}
        assert of_source(spool, SUCCESS, source) == {source: 0.0}


def test_a_child_records_into_the_zeros_of_its_parent(spool: Path) -> None:
    sms("""
SMS.announce(source_id=["kexp"])
SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="timeout")
if child := os.fork():
    os.waitpid(child, 0)
else:
    SOURCES_REQUESTS_ERROR.inc(3, source_id="kexp", error_type="dns")
    SOURCES_REQUESTS_SUCCESS.inc(source_id="neumos")
    os._exit(0)
""")
    errors = of_source(spool, ERROR)
    assert (errors.pop("dns"), errors.pop("timeout")) == (3.0, 1.0)
    assert set(errors.values()) == {0.0}
    assert set(of_source(spool, ERROR, "neumos").values()) == {0.0}


def test_threads_add_to_a_zero(spool: Path) -> None:
    sms("""
SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
import threading
def record():
    for _ in range(1000):
        SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="dns")
threads = [threading.Thread(target=record) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
""")
    assert of_source(spool, ERROR)["dns"] == 4000.0


def test_removing_and_clearing_leave_the_zeros_in_the_spool(spool: Path) -> None:
    sms("""
for _ in range(100):
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
    SOURCES_REQUESTS_SUCCESS.remove(source_id="kexp")
    SOURCES_REQUESTS_ERROR.clear()
""")
    (file,) = run_files_of(spool)
    assert len([of for one in file.zeros for of, _ in one.series]) < 30  # none is written again
    assert set(of_source(spool, ERROR).values()) == {0.0}


@pytest.mark.usefixtures("spool")
def test_ever_new_values_begin_no_more_than_budgets_allow() -> None:
    printed = sms(
        """
for number in range(2000):
    HISTOGRAM = SOURCES_REQUEST_DURATION
    HISTOGRAM.observe(1.0, source_id=f"s{number}")
    HISTOGRAM.remove(source_id=f"s{number}")
begun = [group._begun for group in SMS._siblings.values()]
print(max(map(len, begun)), len(SOURCES_REQUESTS_ERROR.zeros) // 100)
from typedprom import LabelledGauge
from sms_metrics_generated._labels import SOURCE_ID_LABEL as LABEL
gauge = LabelledGauge(SMS, component="sources", key="g", name="g", help="g", labels=(LABEL,))
for number in range(2000):
    gauge._cell(f"g{number}").set(1.0)
    gauge._remove(f"g{number}")
print(max(map(len, begun)), os.stat(next((directory / "runs").glob("*.run"))).st_size)
""",
        errors="more than 100 values",
    )
    histogram, zeros, gauge, size = map(int, printed.split())
    assert (histogram, zeros) == (100, len(SOURCES_ERROR_TYPE_VALUES))
    assert gauge <= 101
    assert size <= 1 << 20


def test_zeros_wait_for_room_on_the_disk(spool: Path) -> None:
    done = sms(
        """
from errno import ENOSPC
def full():
    raise OSError(ENOSPC, "No space left on device")
spool._open = full
SMS.announce(source_id=["kexp"])
assert spool.waits()
assert not spool.holds_everything()
del spool._open
spool.make_up()
assert spool.holds_everything()
print("made up")
""",
        errors="No space left on device",
    )
    assert done == "made up\n"
    assert set(of_source(spool, ERROR).values()) == {0.0}


def test_zeros_are_written_again_where_the_file_was_removed(spool: Path) -> None:
    sms(
        """
SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
(path,) = (directory / "runs").glob("*.run")
path.unlink()
spool.make_up()
""",
        errors="its file was removed",
    )
    assert of_source(spool, SUCCESS) == {"kexp": 1.0}
    assert set(of_source(spool, ERROR).values()) == {0.0}


def zero(run_: Run, source: str, since: float = SINCE, kind: str = "a") -> Run:
    """Begin a series at zero, as a sibling does."""
    labels = {"source": source, "kind": kind}
    text = json.dumps(["series", ERRORS.name, labels, NEVER]).encode()
    run_.records.append(record_bytes(text, [since, 0.0]))
    return run_


def counted(run_: Run, source: str, amount: float = 1.0, kind: str = "a") -> Run:
    return run_.count(amount, ERRORS.name, source=source, kind=kind)


def shown(directory: SpoolDirectory) -> dict[str, float]:
    """The value of each series, before the runs are merged; it is the same afterwards."""
    store = SpoolStore(directory)
    before = values(store, ERRORS.name)
    store.compact()
    assert values(SpoolStore(directory), ERRORS.name) == before
    return before


def test_zeros_are_shown_while_there_is_room(directory: SpoolDirectory) -> None:
    run_ = Run().define(ERRORS)
    for number in range(5):  # the budget is three
        zero(run_, f"z{number}", SINCE + number)
    run_.write(directory)
    assert shown(directory) == {"a,z0": 0.0, "a,z1": 0.0, "a,z2": 0.0}


@pytest.mark.parametrize("is_merged_first", [True, False])
def test_zeros_make_room_for_what_is_recorded(
    is_merged_first: bool, directory: SpoolDirectory
) -> None:
    zero(zero(zero(Run().define(ERRORS), "x"), "y", SINCE + 1), "z", SINCE + 2).write(directory)
    if is_merged_first:
        SpoolStore(directory).compact()
    late = Run(SINCE + 10).define(ERRORS)
    counted(counted(late, "p"), "q").write(directory)
    assert shown(directory) == {"a,p": 1.0, "a,q": 1.0, "a,x": 0.0}


def test_a_zero_is_later_than_what_was_recorded_before_it(directory: SpoolDirectory) -> None:
    """Its own first recording counts, not when it began."""
    first = zero(Run().define(ERRORS), "x")
    first.placed(SINCE + 20, ERRORS.name, {"source": "x", "kind": "a"}, SINCE, 7.0)
    first.write(directory)
    second = Run(SINCE + 1).define(ERRORS)
    for number in range(3):
        counted(second, f"r{number}")
    second.write(directory)
    found = shown(directory)
    assert found == {"a,r0": 1.0, "a,r1": 1.0, "a,r2": 1.0, "a,_overflow": 7.0}


def test_a_zero_keeps_when_it_began_once_it_is_recorded(directory: SpoolDirectory) -> None:
    zero(Run().define(ERRORS), "x").write(directory)
    counted(Run(SINCE + 50).define(ERRORS), "x").write(directory)
    for _ in range(2):
        store = SpoolStore(directory)
        (family,) = [one for one in store.collect() if one.definition.name == ERRORS.name]
        assert [*family.series.values()] == [[SINCE, 1.0]]
        store.compact()


def test_zeros_have_no_place_that_is_told_or_freed(directory: SpoolDirectory) -> None:
    run_ = zero(counted(Run().define(ERRORS), "x"), "y")
    run_.write(directory)
    store = SpoolStore(directory)
    store.compact()
    (budget,) = [one for one in store.status().budgets if one.label == "source"]
    assert (budget.held, budget.folded) == (1, 0)
    deleted = store.delete_series(f'{ERRORS.name}{{source="x"}}')
    assert len(deleted.removed) == 1
    assert [one.held for one in store.status().budgets if one.label == "source"] in ([], [0])
    assert shown(directory) == {"a,y": 0.0}


def test_zeros_of_a_living_process_count_and_are_held(directory: SpoolDirectory) -> None:
    with holder(directory) as held:
        with (directory.runs / f"{held.run}.run").open("ab") as file:
            file.write(b"".join(zero(counted(Run().define(ERRORS), "x"), "y").records))
        expected = {"a,x": 1.0, "a,y": 0.0}
        assert shown(directory) == expected
        deleted = SpoolStore(directory).delete_series(ERRORS.name)
        assert (len(deleted.removed), len(deleted.held)) == (0, 2)
        held.kill()
        assert shown(directory) == expected


def test_zeros_under_a_budget_of_series(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    few = ERRORS._replace(budget=2)
    run_ = counted(Run().define(few), "x")
    zero(zero(run_, "x", SINCE + 1, "b"), "x", SINCE + 2, "c").write(directory)
    assert shown(directory) == {"a,x": 1.0, "b,x": 0.0}
    SpoolStore(directory).compact()
    counted(Run(SINCE + 9).define(few), "y").write(directory)
    assert shown(directory) == {"a,x": 1.0, "a,y": 1.0}


SOURCES = st.sampled_from("abcdef")
EVENTS = st.lists(
    st.tuples(st.sampled_from(["zero", "count", "merge", "read"]), SOURCES, st.integers(0, 3)),
    max_size=20,
)


@settings(max_examples=150, deadline=None)
@given(EVENTS, st.integers(1, 3), st.sampled_from([None, 2]))
def test_what_is_recorded_is_shown_alike_with_and_without_zeros(
    events: list[tuple[str, str, int]], budget: int, most: int | None
) -> None:
    """However runs are read and merged, and zeros never are more than the budgets allow."""
    source = LabelDefinition("source", budget=budget)
    definition = ERRORS._replace(labels=(source, ERRORS.labels[1]), budget=most)
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        with_zeros, without = prepared(Path(one)), prepared(Path(other))
        stores = SpoolStore(with_zeros), SpoolStore(without)
        for number, (event, of, amount) in enumerate(events):
            since = SINCE + 10 * number
            if event == "zero":
                zero(Run(since).define(definition), of, since, "ab"[amount % 2]).write(with_zeros)
                Run(since).define(definition).write(without)
            elif event == "count":
                for directory in (with_zeros, without):
                    run_ = Run(since).define(definition)
                    counted(run_, of, amount, "ab"[amount % 2]).write(directory)
            elif event == "merge":
                for store in stores:
                    store.compact()
            else:
                check(*stores, budget, most)
        check(*stores, budget, most)
        check(SpoolStore(with_zeros), SpoolStore(without), budget, most)


def check(with_zeros: SpoolStore, without: SpoolStore, budget: int, most: int | None) -> None:
    shown_, expected = (values(store, ERRORS.name) for store in (with_zeros, without))
    counts = ({key: value for key, value in all_.items() if value} for all_ in (shown_, expected))
    assert len({tuple(sorted(count.items())) for count in counts}) == 1
    own_ = [key for key in shown_ if "_overflow" not in key]
    assert len({key.rpartition(",")[2] for key in own_}) <= budget
    assert most is None or len(own_) <= most
