"""Budgets across processes: nothing that was shown is folded later, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spool.holders import holder
from tests.spool.run_files import DEPTH, ERRORS, JOBS, SINCE, Run, prepared, values
from typedprom.metrics.definition import Combine, Definition, LabelDefinition
from typedprom.spool import listing
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore

OPEN = JOBS._replace(labels=(LabelDefinition("source", budget=3),))
FEW = JOBS._replace(labels=(LabelDefinition("a"), LabelDefinition("b")), budget=2)


def counted(created: float, definition: Definition = OPEN, **sources: float) -> Run:
    run = Run(created).define(definition)
    for source, amount in sources.items():
        run.count(amount, source=source)
    return run


def test_values_that_began_first_are_kept(directory: SpoolDirectory) -> None:
    counted(SINCE + 2, c=1, d=2, e=3).write(directory)
    counted(SINCE + 1, a=4, b=5).write(directory)
    assert values(SpoolStore(directory)) == {"a": 4, "b": 5, "c": 1, "_overflow": 5}


def test_what_stands_for_others_takes_no_budget(directory: SpoolDirectory) -> None:
    counted(SINCE, _invalid=1, _overflow=2, a=3, b=4, c=5).write(directory)
    expected = {"_invalid": 1, "_overflow": 2, "a": 3, "b": 4, "c": 5}
    assert values(SpoolStore(directory)) == expected


def test_what_was_admitted_stays_when_earlier_ones_come(directory: SpoolDirectory) -> None:
    counted(SINCE + 5, a=1, b=1, c=1).write(directory)
    assert SpoolStore(directory).compact() == 1
    counted(SINCE, d=7, a=1).write(directory)
    assert values(SpoolStore(directory)) == {"a": 2, "b": 1, "c": 1, "_overflow": 7}


@pytest.mark.parametrize(
    ("combine", "expected"), [("last", 6.0), ("sum", 15.0), ("min", 4.0), ("max", 6.0)]
)
def test_gauges_fold_by_their_rule(
    combine: Combine, expected: float, directory: SpoolDirectory
) -> None:
    definition = DEPTH._replace(labels=OPEN.labels, combine=combine)
    run = Run().define(definition)
    for number in range(1, 7):
        run.series(DEPTH.name, {"source": f"s{number}"}, SINCE + number, number)
    run.write(directory)
    found = values(SpoolStore(directory), DEPTH.name)
    assert found == {"s1": 1, "s2": 2, "s3": 3, "_overflow": expected}


def test_series_over_the_budget_become_one(directory: SpoolDirectory) -> None:
    run = Run().define(FEW)
    for number in range(5):
        run.count(number, a=f"a{number}", b="b")
    run.write(directory)
    found = values(SpoolStore(directory))
    assert found == {"a0,b": 0, "a1,b": 1, "_overflow,_overflow": 9}


def test_constant_labels_are_not_folded(directory: SpoolDirectory) -> None:
    constant = FEW._replace(constant=(("zone", "1"),), budget=1)
    Run().define(constant).count(1, a="1", b="1").count(1, a="2", b="2").write(directory)
    assert values(SpoolStore(directory)) == {"1,1,1": 1, "_overflow,_overflow,1": 1}


def test_a_budget_that_comes_later_takes_nothing_away(directory: SpoolDirectory) -> None:
    unlimited = OPEN._replace(labels=(LabelDefinition("source"),))
    counted(SINCE, unlimited, a=1, b=1, c=1, d=1).write(directory)
    SpoolStore(directory).compact()
    limited = OPEN._replace(budget=2)
    counted(SINCE + 1, limited, a=1, d=1, e=1).write(directory)
    assert values(SpoolStore(directory)) == {"a": 2, "b": 1, "c": 1, "d": 2, "_overflow": 1}


def test_what_a_store_has_shown_it_goes_on_showing(directory: SpoolDirectory) -> None:
    store = SpoolStore(directory)
    with directory.locked(0):  # nothing can be merged: all counts from the files
        counted(SINCE + 5, a=1, b=1).write(directory)
        assert values(store) == {"a": 1, "b": 1}
        counted(SINCE, x=1, y=1).write(directory)  # whose clock was behind
        assert values(store) == {"a": 1, "b": 1, "x": 1, "_overflow": 1}
    assert store.compact() == 2
    assert values(SpoolStore(directory)) == {"a": 1, "b": 1, "x": 1, "_overflow": 1}


def test_what_lives_keeps_its_place_when_others_are_merged(directory: SpoolDirectory) -> None:
    with holder(directory) as held:
        with (directory.runs / f"{held.run}.run").open("ab") as file:
            file.write(b"".join(counted(SINCE, OPEN, a=1, b=1).records))
        counted(SINCE + 1, x=1, y=1, z=1).write(directory)
        assert SpoolStore(directory).compact() == 1
        expected = {"": 5, "a": 1, "b": 1, "x": 1, "_overflow": 2}
        assert values(SpoolStore(directory)) == expected
        held.kill()
        assert values(SpoolStore(directory)) == expected


def test_two_labels_have_budgets_of_their_own(directory: SpoolDirectory) -> None:
    both = ERRORS._replace(
        labels=(LabelDefinition("source", budget=1), LabelDefinition("kind", budget=2))
    )
    run = Run().define(both)
    for number in range(3):
        run.count(1, ERRORS.name, source=f"s{number}", kind=f"k{number}")
    run.write(directory)
    found = values(SpoolStore(directory), ERRORS.name)
    assert found == {"k0,s0": 1, "k1,_overflow": 1, "_overflow,_overflow": 1}


def late() -> Run:
    """A run that began first, and got a place for its series last."""
    run = Run(SINCE).define(OPEN._replace(budget=2))
    return run.placed(SINCE + 50, JOBS.name, {"source": "late"}, SINCE, 5)


def two(created: float = SINCE + 10, budget: int = 2) -> Run:
    return counted(created, limited(budget), a=1, b=2)


def limited(budget: int) -> Definition:
    return OPEN._replace(labels=(LabelDefinition("source", budget=budget),))


def everywhere(directory: SpoolDirectory) -> dict[str, float]:
    """The values that all readers see: one that remembers, others that do not."""
    found = values(SpoolStore(directory))
    with directory.locked(0):
        assert values(SpoolStore(directory)) == found
    return found


def test_what_got_a_place_late_pushes_nothing_out(directory: SpoolDirectory) -> None:
    with directory.locked(0):
        two().write(directory)
        store = SpoolStore(directory)
        assert values(store) == {"a": 1, "b": 2}
        late().write(directory)
        for reader in (store, SpoolStore(directory), SpoolStore(directory)):
            assert values(reader) == {"a": 1, "b": 2, "_overflow": 5}
    assert everywhere(directory) == {"a": 1, "b": 2, "_overflow": 5}


def test_a_budget_that_is_raised_unfolds_nothing(directory: SpoolDirectory) -> None:
    before = {"a": 1, "b": 2, "_overflow": 7}
    after = before | {"d": 1}
    later = Run(SINCE + 30).define(limited(10))
    later.placed(SINCE + 31, JOBS.name, {"source": "d"}, SINCE + 31, 1)
    with directory.locked(0):
        two().write(directory)
        counted(SINCE + 20, limited(2), c=7).write(directory)
        assert values(SpoolStore(directory)) == before
        later.write(directory)
        assert values(SpoolStore(directory)) == after
        counted(SINCE + 40, limited(2), e=1).write(directory)  # the old version once more
        assert values(SpoolStore(directory)) == after | {"_overflow": 8}
    assert everywhere(directory) == after | {"_overflow": 8}
    counted(SINCE + 50, limited(10), c=100).write(directory)  # what is counted from now on
    assert everywhere(directory) == after | {"_overflow": 8, "c": 100}


def test_a_budget_of_series_that_is_raised_unfolds_nothing(directory: SpoolDirectory) -> None:
    old = FEW._replace(budget=1)
    with directory.locked(0):
        run = Run().define(old).count(1, a="1", b="1").count(2, a="2", b="2")
        run.write(directory)
        before = {"1,1": 1, "_overflow,_overflow": 2}
        assert values(SpoolStore(directory)) == before
        Run(SINCE + 1).define(FEW).count(4, a="2", b="2").write(directory)
        assert values(SpoolStore(directory)) == before | {"2,2": 4}
    assert everywhere(directory) == before | {"2,2": 4}


@pytest.mark.parametrize("definition", [limited(2), OPEN._replace(budget=2)])
def test_what_lives_and_was_folded_stays_so(
    definition: Definition, directory: SpoolDirectory
) -> None:
    with holder(directory) as held:
        path = directory.runs / f"{held.run}.run"
        with path.open("ab") as file:
            file.write(b"".join(counted(SINCE + 20, definition, c=7).records))
        counted(SINCE + 10, definition, a=1, b=2).write(directory)
        before = {"": 5, "a": 1, "b": 2, "_overflow": 7}
        store = SpoolStore(directory)
        assert values(store) == before
        deleted = SpoolStore(directory).delete_series('x_jobs_total{source="a"}')
        assert deleted.removed == [(JOBS.name, (("source", "a"),))]
        del before["a"]
        for reader in (store, SpoolStore(directory)):
            assert values(reader) == before
        counted(SINCE + 60, definition, n=3).write(directory)
        now = values(SpoolStore(directory))
        assert now["_overflow"] == 7
        held.kill()
        assert values(SpoolStore(directory)) == now
    counted(SINCE + 70, definition, n=1).write(directory)
    assert everywhere(directory) == now | {"n": 4}


def test_decisions_are_alike_however_many_runs_are_added_at_once(
    directory: SpoolDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        run = Run(SINCE + number).define(limited(3))
        run.placed(SINCE + 100 - number, JOBS.name, {"source": f"s{number}"}, SINCE, 1)
        run.write(directory)
    expected = {"s5": 1, "s4": 1, "s3": 1, "_overflow": 3}
    with directory.locked(0):
        assert values(SpoolStore(directory)) == expected
        with monkeypatch.context() as patched:
            patched.setattr(listing, "BATCH_BYTES", 1)
            assert values(SpoolStore(directory)) == expected
    assert everywhere(directory) == expected


def test_two_readers_in_turns_never_disagree(directory: SpoolDirectory) -> None:
    """Live and ended runs of two versions, in every order of ending."""
    runs = [
        counted(SINCE + 1, limited(2), a=1),
        Run(SINCE + 2).define(limited(2)).placed(SINCE + 9, JOBS.name, {"source": "x"}, SINCE, 2),
        counted(SINCE + 3, limited(4), b=3, c=4),
        counted(SINCE + 12, limited(2), d=5, a=6),
    ]
    expected = {"a": 7, "b": 3, "c": 4, "x": 2, "_overflow": 5}
    with directory.locked(0):
        for run in runs:
            run.write(directory)
        assert values(SpoolStore(directory)) == expected
    for run in runs:
        (directory.runs / f"{run.run}.run").unlink()
    with holder(directory) as held:
        path = directory.runs / f"{held.run}.run"
        with path.open("ab") as file:
            file.write(b"".join(runs[1].records))
        for run in (runs[0], runs[2], runs[3]):
            run.write(directory)
        assert everywhere(directory) == expected | {"": 5}


runs = st.lists(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 5), min_size=1), max_size=6
)


@settings(deadline=None, max_examples=60)
@given(runs, st.sampled_from([OPEN, OPEN._replace(budget=2)]), st.data())
def test_no_series_goes_backwards_and_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory,
    runs: list[dict[str, int]],
    definition: Definition,
    data: st.DataObject,
) -> None:
    directory = prepared(tmp_path_factory.mktemp("spool"))
    before: dict[str, float] = {}
    everything = 0
    for counts in runs:
        created = SINCE + data.draw(st.integers(0, 100))
        counted(created, definition, **counts).write(directory)
        everything += sum(counts.values())
        now = values(SpoolStore(directory))
        assert sum(now.values()) == everything
        assert all(now[source] >= value for source, value in before.items())
        assert len(now.keys() - {"_overflow"}) <= 3
        before = now
