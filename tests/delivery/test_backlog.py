"""More runs that have ended than one delivery has time for: each delivery leaves fewer."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, held
from typedprom.spool import listing
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import HEADER_NUMBERS_AT, header_bytes, read_header
from typedprom.spool.store import SpoolStore


def leave(delivering: Delivering, runs: int) -> None:
    """Leave so many runs, each of which has counted five."""
    delivering.run(f"import os\n{RECORD_FIVE}\nos._exit(0)")
    folder = delivering.spool / "runs"
    (first,) = folder.glob("*.run")
    data = first.read_bytes()
    header = read_header(data)
    for number in range(1, runs):
        run = f"{number:032x}"
        copy = folder / f"{run}.run"
        head = header_bytes(header._replace(run=run, created=header.created - number))
        copy.touch(0o600)
        copy.write_bytes(head[:HEADER_NUMBERS_AT] + data[HEADER_NUMBERS_AT:])


def left(delivering: Delivering) -> int:
    """How many runs wait to be merged, or are going on."""
    return len(list((delivering.spool / "runs").glob("*.run")))


def deliver_by_jobs(delivering: Delivering, runs: int, jobs: int) -> int:
    """How many short jobs it takes until all is delivered."""
    leave(delivering, runs)
    before = runs
    for job in range(jobs):
        with delivering.start(RECORD_FIVE) as process:
            _, errors = process.communicate(timeout=60)
        assert process.returncode == 0
        now = held(delivering.port).get(KEXP)
        if now is not None:
            assert now == 5 * (runs + job + 1)  # nothing was left out
            return job + 1
        assert "runs" in errors or "was not delivered within" in errors
        assert left(delivering) < before
        before = left(delivering)
    raise AssertionError(f"{before} runs are left after {jobs} jobs")


def test_short_jobs_deliver_a_backlog_one_after_the_other(delivering: Delivering) -> None:
    hurried = replace(delivering, more={"TYPEDPROM_EXIT_SECONDS": "0.5"})
    deliver_by_jobs(hurried, 1_000, 40)


@pytest.mark.slow
def test_short_jobs_deliver_a_large_backlog(delivering: Delivering) -> None:
    deliver_by_jobs(delivering, 5_000, 30)


def test_a_process_that_stays_delivers_a_backlog(delivering: Delivering) -> None:
    leave(delivering, 1_000)
    with delivering.start("import sms_metrics_generated, time\ntime.sleep(60)") as process:
        deadline = time.monotonic() + 40
        try:
            while held(delivering.port).get(KEXP) != 5_000:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        finally:
            process.kill()
            process.communicate()


def test_what_is_merged_before_time_is_up_stays_merged(
    delivering: Delivering, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(delivering, 100)
    store = SpoolStore(SpoolDirectory(delivering.spool))
    clock = iter([0.0] * 5 + [10.0] * 1_000)
    with monkeypatch.context() as patched:
        patched.setattr(time, "monotonic", lambda: next(clock))
        with pytest.raises(TimeoutError, match="time was up after merging 32 runs"):
            store.compact(deadline=5.0)
    assert left(delivering) == 68
    assert SpoolStore(store.directory).compact() == 68


def test_all_is_merged_however_many_files_are_listed_at_a_time(
    delivering: Delivering, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(delivering, 25)
    monkeypatch.setattr(listing, "PART", 4)
    store = SpoolStore(SpoolDirectory(delivering.spool))
    (family,) = (one for one in store.collect() if one.definition.name in KEXP)
    assert [numbers[1] for numbers in family.series.values()] == [125.0]
    assert left(delivering) == 0
