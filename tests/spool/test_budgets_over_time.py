"""Budgets that values exhaust over time: what is folded is told, and idle values make room."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

import pytest

from tests.spool.holders import holder
from tests.spool.run_files import DEPTH, JOBS, SINCE, Run, by_name, values
from typedprom.metrics.definition import Definition, LabelDefinition
from typedprom.spool import listing
from typedprom.spool.budget_status import BudgetStatus
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.run_reader import RunReading
from typedprom.spool.store import SpoolStore
from typedprom.spool.totals import load

DAY = 24 * 3600.0
RELEASES = JOBS._replace(labels=(LabelDefinition("release", budget=3),))
FEW_SERIES = JOBS._replace(labels=(LabelDefinition("release"),), budget=3)
OVERFLOW = "typedprom_label_overflow_total"


@dataclass
class Clock:
    """The time that the code is shown."""

    now: float = SINCE

    def run(self, definition: Definition = RELEASES, **amounts: float) -> Run:
        """A run that begins and ends now, a second after all before."""
        self.now += 1
        run = Run(self.now).define(definition)
        for release, amount in amounts.items():
            run.count(amount, release=release)
        return run


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: clock.now)
    return clock


def everywhere(directory: SpoolDirectory) -> dict[str, float]:
    """What all readers see: one that remembers, others that do not, before and after merging."""
    store = SpoolStore(directory)
    with directory.locked(0):
        found = values(store)
        assert values(store) == values(SpoolStore(directory)) == found
    assert values(SpoolStore(directory)) == values(store) == found
    return found


def overflow(directory: SpoolDirectory) -> dict[tuple[str, ...], list[float]]:
    """The series of the metric that counts what is folded, by label and metric."""
    families = by_name(SpoolStore(directory).collect())
    found = families.get(OVERFLOW, {}).items()
    return {tuple(value for _, value in labels): numbers for labels, numbers in found}


def full(directory: SpoolDirectory, clock: Clock, definition: Definition = RELEASES) -> None:
    """Three releases, a day apart, each in a run of its own that is merged."""
    for day, release in enumerate(("v1", "v2", "v3")):
        clock.now = SINCE + day * DAY
        clock.run(definition, **{release: day + 1}).write(directory)
        SpoolStore(directory).compact()


def test_what_is_folded_is_logged_once_counted_and_shown(
    directory: SpoolDirectory, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    full(directory, clock)
    assert overflow(directory) == {}
    assert caplog.messages == []
    clock.run(v4=4).write(directory)
    began = clock.now
    clock.run(v5=5).write(directory)
    with directory.locked(0):
        for _ in range(2):
            assert overflow(directory) == {("release", "x_jobs_total"): [began, 2.0]}
    assert everywhere(directory) == {"v1": 1, "v2": 2, "v3": 3, "_overflow": 9}
    assert overflow(directory) == {("release", "x_jobs_total"): [began, 2.0]}
    assert SpoolStore(directory).status().budgets == [
        BudgetStatus("x_jobs_total", "release", budget=3, held=3, folded=2)
    ]
    (message,) = caplog.messages
    assert message == (
        "label `release` of `x_jobs_total` has more than 3 values over all runs of the spool; 'v4' "
        "is added up as `_overflow`, as are all further ones: raise the budget in the catalog, or "
        "remove what is no longer needed with `typedprom-spool retire` (further ones are not "
        "logged)"
    )
    clock.run(v4=1).write(directory)
    assert overflow(directory) == {("release", "x_jobs_total"): [began, 3.0]}


def test_it_is_counted_beside_what_processes_have_counted(
    directory: SpoolDirectory, clock: Clock
) -> None:
    full(directory, clock)
    own = Definition(
        OVERFLOW, "counter", "h", labels=(LabelDefinition("metric"), LabelDefinition("label"))
    )
    run = clock.run(v4=1).define(own)
    for metric in (JOBS.name, "x_other"):
        run.count(10, OVERFLOW, metric=metric, label="release")
    run.write(directory)
    for _ in range(2):
        found = {labels: numbers[1] for labels, numbers in overflow(directory).items()}
        assert found == {("release", JOBS.name): 11.0, ("release", "x_other"): 10.0}


def test_what_live_processes_have_is_counted_once(directory: SpoolDirectory, clock: Clock) -> None:
    full(directory, clock)
    store = SpoolStore(directory)
    series = ("release", "x_jobs_total")
    with holder(directory) as held:
        path = directory.runs / f"{held.run}.run"
        before = path.read_bytes()
        live = clock.run(v1=1, v4=4, v5=5)
        path.write_bytes(before + b"".join(live.records))
        assert overflow(directory)[series][1] == status(store) == 2
        clock.run(v4=1, v1=1).write(directory)
        store.collect()
        assert overflow(directory)[series][1] == status(store) == 3
        path.write_bytes(before)  # it removes them: what was counted stays so
        clock.run(v1=1).write(directory)
        store.collect()
        assert overflow(directory)[series][1] == 3
        path.write_bytes(before + b"".join(live.records))
        held.kill()
        assert overflow(directory)[series][1] == status(store) == 3
    clock.run(v5=1).write(directory)
    assert overflow(directory)[series][1] == status(store) == 4


def status(store: SpoolStore) -> int:
    """How many are folded, as `typedprom-spool status` shows it."""
    (status,) = store.status().budgets
    return status.folded


def test_a_backlog_is_counted_exactly(
    directory: SpoolDirectory, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(directory, clock)
    for number in range(20):
        clock.run(RELEASES, **{f"w{number}": 1.0, "v1": 1.0}).write(directory)
    with holder(directory) as held:
        path = directory.runs / f"{held.run}.run"
        with path.open("ab") as file:
            file.write(b"".join(clock.run(now=1).records))
        monkeypatch.setattr(listing, "BATCH_BYTES", 1)
        assert overflow(directory)["release", "x_jobs_total"][1] == 21
    assert everywhere(directory)["_overflow"] == 21
    assert overflow(directory)["release", "x_jobs_total"][1] == 21


def test_a_metric_that_is_retired_leaves_no_count(directory: SpoolDirectory, clock: Clock) -> None:
    full(directory, clock)
    clock.run(v4=4).write(directory)
    assert len(overflow(directory)) == 1
    assert len(SpoolStore(directory).delete_series('x_jobs_total{release="v1"}').removed) == 1
    assert len(overflow(directory)) == 1
    assert len(SpoolStore(directory).delete_series(JOBS.name).removed) == 3
    assert overflow(directory) == {}
    assert SpoolStore(directory).status().budgets == []


@pytest.mark.parametrize("definition", [RELEASES, FEW_SERIES])
def test_the_one_idle_longest_makes_room(
    definition: Definition,
    directory: SpoolDirectory,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    full(directory, clock, definition)
    clock.now = SINCE + 29 * DAY
    clock.run(definition, v1=0, v2=0).write(directory)  # zeros are no recording
    clock.run(definition, v2=10).write(directory)
    before = {"v1": 1, "v2": 12, "v3": 3}
    assert everywhere(directory) == before
    shown = "_overflow"
    clock.run(definition, v4=4).write(directory)
    assert everywhere(directory) == before | {shown: 4}  # it is only 29 days
    clock.now = SINCE + 33 * DAY
    clock.run(definition, v3=0, v4=40).write(directory)
    now = {"v2": 12, "v3": 3, "v4": 40, shown: 4}
    assert everywhere(directory) == now
    assert "'v1'" in caplog.text
    assert "of which nothing was recorded for 30 days, is no longer delivered" in caplog.text
    clock.run(definition, v5=5, v3=0).write(directory)
    now = {"v2": 12, "v4": 40, "v5": 5, shown: 4}
    assert everywhere(directory) == now
    clock.run(definition, v6=6).write(directory)  # nothing else is idle
    assert everywhere(directory) == now | {shown: 10}
    (status,) = SpoolStore(directory).status().budgets[-1:]
    assert (status.budget, status.held, status.folded) == (3, 3, 2)


def test_one_that_comes_back_begins_anew(directory: SpoolDirectory, clock: Clock) -> None:
    full(directory, clock)
    clock.now = SINCE + 40 * DAY
    clock.run(v4=4).write(directory)
    assert "v1" not in everywhere(directory)
    clock.run(v1=7).write(directory)
    assert everywhere(directory) == {"v1": 7, "v3": 3, "v4": 4}
    series = by_name(SpoolStore(directory).collect())[JOBS.name]
    assert series[("release", "v1"),] == [clock.now, 7.0]


def test_without_need_nothing_makes_room(directory: SpoolDirectory, clock: Clock) -> None:
    full(directory, clock)
    clock.now = SINCE + 400 * DAY
    clock.run(v3=1).write(directory)
    clock.run(v4=0).write(directory)  # nor for zeros
    assert everywhere(directory) == {"v1": 1, "v2": 2, "v3": 4, "_overflow": 0}
    assert overflow(directory) == {}


def test_what_a_live_process_has_recorded_makes_no_room(
    directory: SpoolDirectory, clock: Clock
) -> None:
    full(directory, clock)
    with holder(directory) as held:
        path = directory.runs / f"{held.run}.run"
        live = clock.run(v1=10, v2=0)
        with path.open("ab") as file:
            file.write(b"".join(live.records))
        clock.now = SINCE + 50 * DAY
        clock.run(v4=4).write(directory)
        now = {"v1": 11, "v3": 3, "v4": 4}
        assert clean(everywhere(directory)) == now
        held.kill()
        assert clean(everywhere(directory)) == now
        clock.run(v5=5).write(directory)
        assert clean(everywhere(directory)) == {"v1": 11, "v4": 4, "v5": 5}


def clean(found: dict[str, float]) -> dict[str, float]:
    """Without the jobs of the holder itself, and without zeros."""
    return {name: value for name, value in found.items() if name and value}


def test_what_a_live_process_declares_gets_a_place_when_it_records(
    directory: SpoolDirectory, clock: Clock
) -> None:
    """A handle is made at the import, and the first recording comes much later."""
    full(directory, clock)
    clock.now = SINCE + 50 * DAY
    with holder(directory) as held:
        path = directory.runs / f"{held.run}.run"
        live = clock.run(v4=0)
        with path.open("ab") as file:
            file.write(b"".join(live.records))
        store = SpoolStore(directory)
        assert clean(values(store)) == {"v1": 1, "v2": 2, "v3": 3}
        (series,) = (
            (metric.layout.offsets[index], labels)
            for metric in RunReading(path).metrics
            for index, (labels, _) in enumerate(metric.series)
            if labels
        )
        with path.open("r+b") as file:
            for copy in range(3):
                file.seek(series[0] + 16 * copy + 8)
                file.write(b"\0\0\0\0\0\0\x14\x40")  # 5.0
        for reader in (store, store, SpoolStore(directory)):
            assert clean(values(reader)) == {"v2": 2, "v3": 3, "v4": 5}
    assert "v1" not in directory.totals.read_text()  # where it was not merged yet


def test_totals_keep_no_list_of_what_is_folded(directory: SpoolDirectory, clock: Clock) -> None:
    for _ in range(3):
        clock.run(RELEASES, **{f"folded{number}": 1.0 for number in range(500)}).write(directory)
    kept = everywhere(directory)
    assert len(kept) == 4
    clock.run(folded7=1).write(directory)
    assert sum(everywhere(directory).values()) == 1501
    assert directory.totals.stat().st_size < 2000
    (status,) = SpoolStore(directory).status().budgets
    assert status.folded in (3 * 497, 3 * 497 + 1)  # each value once for each run


def test_a_gauge_makes_room_too(directory: SpoolDirectory, clock: Clock) -> None:
    definition = DEPTH._replace(labels=RELEASES.labels)
    for number in range(3):
        run = clock.run(definition)
        run.series(DEPTH.name, {"release": f"v{number}"}, clock.now, 0.0).write(directory)
    SpoolStore(directory).compact()
    clock.now += 31 * DAY
    run = clock.run(definition)
    run.series(DEPTH.name, {"release": "v9"}, clock.now, 9.0).write(directory)
    assert values(SpoolStore(directory), DEPTH.name) == {"v1": 0.0, "v2": 0.0, "v9": 9.0}


def test_a_record_of_the_future_makes_nothing_idle(directory: SpoolDirectory, clock: Clock) -> None:
    full(directory, clock)
    store = SpoolStore(directory)
    clock.run().placed(clock.now + 900 * DAY, JOBS.name, {"release": "v4"}, clock.now, 4).write(
        directory
    )
    with directory.locked(0):
        assert values(store)["_overflow"] == 4
    assert everywhere(directory) == {"v1": 1, "v2": 2, "v3": 3, "_overflow": 4}
    SpoolStore(directory).delete_series('x_jobs_total{release="v2"}')
    clock.run(v5=5).write(directory)  # and keeps nothing away that comes later
    assert everywhere(directory) == {"v1": 1, "v3": 3, "v5": 5, "_overflow": 4}


def test_a_record_of_the_future_keeps_nothing_away(directory: SpoolDirectory, clock: Clock) -> None:
    full(directory, clock)
    store = SpoolStore(directory)
    with holder(directory) as held:
        run = clock.run().placed(clock.now + 900 * DAY, JOBS.name, {"release": "v4"}, SINCE, 4)
        with (directory.runs / f"{held.run}.run").open("ab") as file:
            file.write(b"".join(run.records))
        assert values(store)["_overflow"] == 4
        clock.now += 40 * DAY
        with directory.locked(0):
            clock.run(v5=5).write(directory)
            found = clean(values(store))
            assert found["v5"] == 5
            assert found == clean(values(SpoolStore(directory)))


@pytest.mark.parametrize("wrong", [0.0, SINCE + 9000 * DAY])
def test_a_wrong_clock_pins_nothing_and_makes_nothing_idle(
    wrong: float, directory: SpoolDirectory, clock: Clock
) -> None:
    full(directory, clock)
    right, clock.now = clock.now, wrong
    clock.run(v1=1, v2=1, v3=1, v0=1).write(directory)
    SpoolStore(directory).compact()
    clock.now = right
    clock.run(v4=4).write(directory)
    assert everywhere(directory)["_overflow"] == 5  # nothing is idle
    clock.now = right + 31 * DAY
    clock.run(v5=5).write(directory)
    assert everywhere(directory)["v5"] == 5


def test_what_was_recorded_before_the_new_value_keeps_its_place(
    directory: SpoolDirectory, clock: Clock
) -> None:
    full(directory, clock)
    store = SpoolStore(directory)
    with directory.locked(0):
        clock.now += 40 * DAY
        clock.run(v4=0).write(directory)
        clock.run(v1=5, v2=5, v3=5).write(directory)
        assert clean(values(store)) == {"v1": 6, "v2": 7, "v3": 8}
        clock.run(v4=4).write(directory)  # its zero was placed before all
    assert everywhere(directory) == {"v1": 6, "v2": 7, "v3": 8, "_overflow": 4}


def test_everything_is_in_a_series_or_was_dropped(directory: SpoolDirectory, clock: Clock) -> None:
    """One release after the other, each for some days, with rollbacks; by two readers in turns."""
    chance = random.Random(1)  # noqa: S311
    recorded: dict[str, int] = {}
    stores = [SpoolStore(directory), SpoolStore(directory)]
    before: dict[str, float] = {}
    counted = dropped = 0.0
    for number in range(120):
        clock.now += chance.choice((1, 10)) * DAY
        release = f"v{max(number // 4 - chance.choice((0, 0, 0, 1, 9)), 0)}"
        amount = chance.randrange(4)
        clock.run(RELEASES, **{release: amount}).write(directory)
        recorded[release] = recorded.get(release, 0) + amount
        store = chance.choice(stores)
        if chance.random() < 0.3:
            with directory.locked(0):
                now = values(store)
        else:
            now = values(store)
        gone = {name: value for name, value in before.items() if name not in now}
        dropped += sum(gone.values())
        assert all(now[name] >= value for name, value in before.items() if name not in gone)
        assert sum(now.values()) + dropped == sum(recorded.values())
        assert len(now.keys() - {"_overflow"}) <= 3
        (status,) = store.status().budgets
        assert status.folded >= counted
        before, counted = now, status.folded
    assert dropped > 0
    assert counted > 0
    assert len(load(directory).totals.sums.admitted[JOBS.name].values["release"].admitted) <= 3
