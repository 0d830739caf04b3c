"""The store: totals, runs that ended and runs that live, each counted once."""

from __future__ import annotations

import logging
import os
import struct
import time
from pathlib import Path

import pytest

from tests.spool.holders import holder
from tests.spool.run_files import (
    DEPTH,
    JOBS,
    SINCE,
    Run,
    by_name,
    jobs,
    numbers_in,
    of_version,
    own,
    total,
    values,
)
from typedprom.spool import snapshot
from typedprom.spool.claims import ChangedError
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import (
    COPIES,
    ENDING,
    HEADER_NUMBERS,
    HEADER_NUMBERS_AT,
    OtherVersionError,
)
from typedprom.spool.listing import list_runs
from typedprom.spool.store import FileStatus, SpoolStore


def test_an_empty_spool_has_only_its_own_series(directory: SpoolDirectory, tmp_path: Path) -> None:
    for store in (SpoolStore(directory), SpoolStore(SpoolDirectory(tmp_path / "none"))):
        assert [family.definition.name for family in store.collect()] == [
            "typedprom_spool_damaged_files",
            "typedprom_spool_merged_runs_total",
            "typedprom_spool_runs",
        ]


def test_families_are_sorted_by_name(directory: SpoolDirectory) -> None:
    names = ("zeta_total", "alpha_total", "x_total")
    run = Run().define(*(JOBS._replace(name=name) for name in names))
    run.write(directory)
    found = [family.definition.family for family in SpoolStore(directory).collect()]
    assert found == sorted(found)
    assert {"zeta", "alpha", "x"} <= set(found)


def test_runs_that_ended_are_merged_by_whoever_reads(directory: SpoolDirectory) -> None:
    store = SpoolStore(directory)
    for amount in (1, 2, 3):
        jobs(amount).write(directory)
    assert total(store) == 6
    assert not list(directory.runs.iterdir())
    assert total(store) == 6
    assert total(SpoolStore(directory)) == 6
    jobs(4).write(directory)
    assert SpoolStore(directory).compact() == 1
    assert total(store) == 10


def test_what_lives_is_read_where_it_is(directory: SpoolDirectory) -> None:
    store = SpoolStore(directory)
    with holder(directory) as one, holder(directory):
        jobs(1).write(directory)
        assert total(store) == 11
        assert own(store, "runs") == {(("state", "dead"),): 0.0, (("state", "live"),): 2.0}
        assert store.compact() == 0
        one.kill()
        assert total(store) == 11
        assert own(store, "runs")[(("state", "live"),)] == 1.0
        assert own(store, "merged_runs_total") == {(): 2.0}


def test_numbers_of_the_living_are_new_at_every_reading(directory: SpoolDirectory) -> None:
    store = SpoolStore(directory)
    with holder(directory) as held:
        assert total(store) == 5
        path = directory.runs / f"{held.run}.run"
        with path.open("r+b") as file:
            file.seek(numbers_in(path.read_bytes()))
            data = jobs(9).data
            file.write(data[numbers_in(data) :][:48])
        assert total(store) == 9
        run = Run().count(30, kind="new")
        with path.open("ab") as file:
            file.write(run.records[0])
        assert values(store) == {"": 9, "new": 30}


def test_a_run_that_is_about_to_end_counts_as_ended(directory: SpoolDirectory) -> None:
    store = SpoolStore(directory)
    with holder(directory) as held:
        path = directory.runs / f"{held.run}.run"
        live = Run().define(DEPTH._replace(combine="live_sum")).series(DEPTH.name, {}, SINCE, 7.0)
        with path.open("ab") as file:
            file.write(b"".join(live.records))
        assert values(store, DEPTH.name) == {"": 7.0}
        with path.open("r+b") as file:
            for copy in range(COPIES):
                file.seek(HEADER_NUMBERS_AT + 8 * (copy * HEADER_NUMBERS + ENDING))
                file.write(struct.pack("=d", 1.0))
        found = by_name(store.collect())
        assert DEPTH.name not in found
        assert found[JOBS.name][()][1] == 5.0
        assert path.exists()
        assert own(store, "runs")[(("state", "live"),)] == 1.0


def test_a_merge_in_the_middle_of_a_cut_is_noticed(
    directory: SpoolDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs(1).write(directory)
    store, other = SpoolStore(directory), SpoolStore(directory)
    jobs(2).write(directory)
    merges = iter(range(2))

    def late(place: SpoolDirectory, merged: frozenset[str], deadline: float) -> object:
        listing = list_runs(place, merged, deadline)
        if next(merges, None) is not None:
            jobs(3).write(directory)
            other.compact()
        return listing

    monkeypatch.setattr(snapshot, "list_runs", late)
    assert (
        store._reader.read(store._reader.take_inventory(), float("inf"))
        .sums.parts.popitem()[1]
        .series[()][1]
        == 9.0
    )
    merges = iter(range(1))
    jobs(1).write(directory)
    with pytest.raises(ChangedError):
        store._reader.read_once(store._reader.take_inventory(), float("inf"))


def test_a_deadline_ends_reading_and_merging(directory: SpoolDirectory) -> None:
    jobs(1).write(directory)
    store = SpoolStore(directory)
    with pytest.raises(TimeoutError):
        store.compact(deadline=time.monotonic() - 1)
    with pytest.raises(TimeoutError):
        store.collect(deadline=time.monotonic() - 1)
    with directory.locked(0), pytest.raises(TimeoutError):
        store.collect(deadline=time.monotonic() - 1)
    assert total(store) == 1


def test_while_somebody_else_merges_all_counts_from_the_files(directory: SpoolDirectory) -> None:
    jobs(1).write(directory)
    with directory.locked(0):
        assert total(SpoolStore(directory)) == 1
        assert own(SpoolStore(directory), "runs") == {
            (("state", "dead"),): 1.0,
            (("state", "live"),): 0.0,
        }


def test_files_that_are_damaged_are_set_aside_and_counted(
    directory: SpoolDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    run = jobs(3)
    run.records.append(b"damaged!")
    run.write(directory)
    (directory.runs / "foreign.run").write_text("something else")
    (directory.runs / "notes.txt").write_text("not ours")
    store = SpoolStore(directory)
    with caplog.at_level(logging.WARNING):
        assert total(store) == 3
        assert total(store) == 3
    assert own(store, "damaged_files") == {(): 2.0}
    assert [path.name for path in directory.runs.iterdir()] == ["notes.txt"]
    assert len(caplog.messages) == 1
    assert "is damaged" in caplog.messages[0]
    whys = {file.name: file.why for file in store.status().damaged}
    assert whys["foreign.run"] == "it has 14 bytes, too few for a header"
    assert "there is something that is not a record" in whys[f"{run.run}.run"]


def test_a_file_of_another_version_is_left_to_it(
    directory: SpoolDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    path = jobs(3).write(directory)
    path.write_bytes(of_version(1, path.read_bytes()))
    store = SpoolStore(directory)
    assert total(store) == 0
    assert path.exists()
    assert [file.name for file in store.status().skipped] == [path.name]
    assert "left out: its format is version 1" in caplog.text


def test_totals_of_another_version_are_not_replaced(directory: SpoolDirectory) -> None:
    jobs(3).write(directory)
    newer = b'{"typedprom_totals": 4, "crc32": 0}\n'
    directory.totals.write_bytes(newer)
    for call in (SpoolStore(directory).collect, SpoolStore(directory).compact):
        with pytest.raises(OtherVersionError):
            call()
    assert directory.totals.read_bytes() == newer


def test_totals_that_are_damaged_are_restored_from_their_copy(directory: SpoolDirectory) -> None:
    jobs(3).write(directory)
    store = SpoolStore(directory)
    assert total(store) == 3
    directory.totals.write_bytes(b"x")
    jobs(2).write(directory)
    assert total(store) == 5
    assert directory.totals.read_bytes() == directory.totals_copy.read_bytes()
    directory.totals.unlink()
    assert total(store) == 5
    assert total(SpoolStore(directory)) == 5
    assert (directory.damaged / "totals").read_bytes() == b"x"


def test_totals_that_are_lost_begin_anew_and_say_so(
    directory: SpoolDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    jobs(3).write(directory)
    SpoolStore(directory).compact()
    directory.totals.write_bytes(b"x")
    directory.totals_copy.write_bytes(b"y")
    store = SpoolStore(directory)
    assert total(store) == 0
    assert [file.name for file in store.status().damaged] == ["totals", "totals.copy"]
    assert f"{directory.totals} is damaged" in caplog.text
    jobs(1).write(directory)
    assert total(store) == 1


def test_files_that_were_never_finished_go_after_an_hour(directory: SpoolDirectory) -> None:
    old, new = (directory.runs / f".{name}.new" for name in ("old", "young"))
    for path in (old, new):
        path.touch()
    os.utime(old, (SINCE, SINCE))
    SpoolStore(directory).collect()
    assert list(directory.runs.iterdir()) == [new]


def test_a_metric_that_changed_its_type_is_reported(
    directory: SpoolDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    Run().define(JOBS).count(1).write(directory)
    gauge = JOBS._replace(type="gauge")
    Run(SINCE + 1).define(gauge).series(JOBS.name, {}, SINCE, 5.0).write(directory)
    store = SpoolStore(directory)
    assert total(store) == 5.0
    assert "1 series of the counter `x_jobs_total` are kept and not shown" in caplog.text
    assert [hidden.type for hidden in store.status().hidden] == ["counter"]


def test_the_status_reads_no_reason_that_is_no_file_or_too_long(directory: SpoolDirectory) -> None:
    for name in ("pipe", "long"):
        (directory.damaged / name).touch()
    os.mkfifo(directory.damaged / "pipe.why")
    (directory.damaged / "long.why").write_text("x" * 100_000)
    whys = {file.name: file.why for file in SpoolStore(directory).status().damaged}
    assert whys == {"long": "x" * 4096, "pipe": ""}


def test_a_clock_that_was_in_the_future_once_decides_nothing(directory: SpoolDirectory) -> None:
    jobs(1, created=time.time() + 3e8).write(directory)
    new = JOBS._replace(help="New.")
    Run().define(new).count(2).write(directory)
    for store in (SpoolStore(directory), SpoolStore(directory)):
        found = {family.definition.name: family for family in store.collect()}
        assert found[JOBS.name].definition == new
        assert found[JOBS.name].series == {(): [0.0, 3.0]}


def test_the_status_tells_everything(directory: SpoolDirectory) -> None:
    store = SpoolStore(directory)
    jobs(3).write(directory)
    store.compact()
    words = "# It was refused, with these words: it: is odd\npayload\n"
    (directory.refused / "1.txt").write_text(words)
    os.mkfifo(directory.refused / "2.txt")
    waiting = jobs(1)
    waiting.write(directory)
    with holder(directory) as held:
        status = store.status()
        (live,), (dead,) = status.live, status.dead
        assert (live.run, live.pid, live.series) == (held.run, held.process.pid, 1)
        assert (dead.run, dead.since, dead.bytes) == (waiting.run, SINCE, len(waiting.data))
    assert (status.totals.series, status.totals.runs) == (1, 1)
    assert status.totals.bytes == directory.totals.stat().st_size
    assert abs(status.totals.written - time.time()) < 600
    assert status.refused == [FileStatus("1.txt", "it: is odd"), FileStatus("2.txt", "")]
    assert (status.damaged, status.skipped, status.hidden) == ([], [], [])
    assert status.directory == str(directory.path)
