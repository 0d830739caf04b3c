"""Combining: by type, by each gauge's rule, across definitions that changed."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spool.run_files import DEPTH, ERRORS, JOBS, SECONDS, SINCE, Run, prepared
from typedprom.metrics.definition import (
    Combine,
    Definition,
    LabelDefinition,
    Labels,
    Numbers,
    zero_series,
)
from typedprom.spool.aggregation import Sums, combined
from typedprom.spool.claims import claims_of
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.run_reader import RunReading
from typedprom.spool.snapshot import HiddenMetric, VisibleFamilies, visible_families

NOW = SINCE + 1_000_000.0
CLOSED = (LabelDefinition("kind", values=("a", "b")),)


def files(directory: SpoolDirectory, runs: Sequence[Run]) -> list[RunReading]:
    return [RunReading(run.write(directory)) for run in runs]


def added(directory: SpoolDirectory, *ended: Run, live: Sequence[Run] = ()) -> Sums:
    sums = Sums()
    add_ended(sums, files(directory, ended))
    add_live(sums, files(directory, live))
    return sums


def add_ended(sums: Sums, runs: Sequence[RunReading]) -> None:
    sums.admit(claims_of(run.layout for run in runs))
    sums.add_ended(runs, NOW)


def add_live(sums: Sums, runs: Sequence[RunReading]) -> None:
    sums.admit(claims_of(run.layout for run in runs))
    sums.add_live(runs, NOW)


def seen(sums: Sums) -> VisibleFamilies:
    return visible_families(sums.parts.values())


def series(sums: Sums) -> dict[str, dict[Labels, Numbers]]:
    return {family.definition.name: family.series for family in seen(sums).families}


def gauge(combine: Combine, value: float, timestamp: float, created: float = SINCE) -> Run:
    definition = DEPTH._replace(combine=combine)
    return Run(created).define(definition).series(DEPTH.name, {}, timestamp, value)


def seconds(*counts: float, bounds: tuple[float, ...], created: float) -> Run:
    definition = SECONDS._replace(buckets=bounds)
    return Run(created).define(definition).series(SECONDS.name, {}, created, *counts, sum(counts))


def test_counters_add_up_since_the_first(directory: SpoolDirectory) -> None:
    runs = [Run(SINCE + later).define(JOBS).count(count) for later, count in ((5, 2), (1, 3))]
    runs.append(Run(SINCE + 9).define(JOBS).count(1).count(4))  # one series in two records
    assert series(added(directory, *runs)) == {JOBS.name: {(): [SINCE + 1, 10.0]}}
    assert series(added(directory, runs[0], live=runs[1:])) == {JOBS.name: {(): [SINCE + 1, 10.0]}}


def test_histograms_add_up_bucket_by_bucket(directory: SpoolDirectory) -> None:
    one = Run().define(SECONDS).series(SECONDS.name, {}, SINCE, 1.0, 2.0, 0.0, 4.0, 9.5)
    two = Run().define(SECONDS).series(SECONDS.name, {}, SINCE + 1, 1.0, 0.0, 5.0, 0.0, -1.0)
    expected = [SINCE, 2.0, 2.0, 5.0, 4.0, 8.5]
    assert series(added(directory, one, two)) == {SECONDS.name: {(): expected}}


@pytest.mark.parametrize(
    ("combine", "expected"),
    [("last", 3.0), ("sum", 16.0), ("min", 3.0), ("max", 8.0), ("live_sum", 11.0)],
)
def test_gauges_combine_as_their_rule_says(
    combine: Combine, expected: float, directory: SpoolDirectory
) -> None:
    ended = gauge(combine, 5.0, SINCE + 1)
    live = [gauge(combine, 8.0, SINCE + 2), gauge(combine, 3.0, SINCE + 3)]
    found = series(added(directory, ended, live=live))
    assert found == {DEPTH.name: {(): [SINCE + 3, expected]}}


@pytest.mark.parametrize("combine", ["last", "sum", "min", "max"])
def test_the_last_value_of_a_run_counts_once(combine: Combine, directory: SpoolDirectory) -> None:
    run = gauge(combine, 5.0, SINCE + 2).series(DEPTH.name, {}, SINCE + 1, 7.0)
    run.series(DEPTH.name, {}, -1.0, 100.0)
    assert series(added(directory, run)) == {DEPTH.name: {(): [SINCE + 2, 5.0]}}


def test_of_what_was_set_at_once_the_later_one_counts(directory: SpoolDirectory) -> None:
    runs = [gauge("last", 1.0, SINCE + 5), gauge("last", 2.0, SINCE + 5)]
    assert series(added(directory, *runs)) == {DEPTH.name: {(): [SINCE + 5, 2.0]}}


def test_nobody_knows_when_that_was_what_was_set_in_the_future(directory: SpoolDirectory) -> None:
    runs = [gauge("last", 1.0, NOW + 500), gauge("last", 2.0, NOW)]
    assert series(added(directory, *runs)) == {DEPTH.name: {(): [NOW, 2.0]}}
    counted = Run(NOW + 500).define(JOBS, ERRORS).count(1)
    assert series(added(directory, counted)) == {JOBS.name: {(): [0.0, 1.0]}}


def test_a_definition_of_the_future_is_the_oldest(directory: SpoolDirectory) -> None:
    old, new = JOBS._replace(help="Old."), JOBS._replace(help="New.")
    runs = [Run(NOW + 500).define(old), Run().define(new)]
    for order in (runs, runs[::-1]):
        (family,) = seen(added(directory, *order)).families
        assert family.definition == new
    (family,) = seen(added(directory, runs[0])).families
    assert family.series == {(): [0.0, 0.0]}


@pytest.mark.parametrize("rule", ["min", "max"])
def test_nan_is_neither_least_nor_greatest(rule: Combine) -> None:
    assert combined([1.0, nan], [2.0, 5.0], rule) == [2.0, 5.0]
    assert combined([1.0, 5.0], [2.0, nan], rule) == [2.0, 5.0]
    assert isnan(combined([1.0, nan], [2.0, nan], rule)[1])


def test_what_the_dead_had_vanishes_when_only_the_living_count(directory: SpoolDirectory) -> None:
    sums = added(directory, gauge("last", 5.0, SINCE + 1))
    add_live(sums, files(directory, [gauge("live_sum", 2.0, SINCE + 9, SINCE + 5)]))
    assert series(sums) == {DEPTH.name: {(): [SINCE + 9, 2.0]}}


def test_the_newest_rule_counts(directory: SpoolDirectory) -> None:
    runs = [gauge("last", 5.0, SINCE + 1), gauge("sum", 2.0, SINCE + 2, SINCE + 1)]
    assert series(added(directory, *runs)) == {DEPTH.name: {(): [SINCE + 2, 7.0]}}
    assert series(added(directory, *reversed(runs))) == {DEPTH.name: {(): [SINCE + 2, 7.0]}}


def test_the_last_state_counts_by_its_name(directory: SpoolDirectory) -> None:
    old = Definition("x_phase", "stateset", "Phase.", states=("one", "two"))
    new = old._replace(states=("two", "three"))
    first = Run().define(old).series("x_phase", {}, SINCE + 5, 1.0)
    second = Run(SINCE + 1).define(new).series("x_phase", {}, SINCE + 4, 1.0)
    assert series(added(directory, first, second)) == {"x_phase": {(): [SINCE + 5, 0.0]}}
    gone = Run().define(old).series("x_phase", {}, SINCE + 6, 0.0)
    assert series(added(directory, gone, second)) == {"x_phase": {(): [SINCE + 6, -1.0]}}
    invalid = Run().define(old).series("x_phase", {}, SINCE + 7, -1.0)
    assert series(added(directory, invalid, second)) == {"x_phase": {(): [SINCE + 7, -1.0]}}


def test_an_info_says_one_thing(directory: SpoolDirectory) -> None:
    info = Definition(
        "x_build_info",
        "info",
        "Build.",
        labels=(LabelDefinition("part", budget=5),),
        info_labels=("version",),
    )
    runs = [
        Run(SINCE + timestamp).define(info).series(info.name, labels, SINCE + timestamp, 1.0)
        for timestamp, labels in (
            (3, {"part": "a", "version": "3"}),
            (2, {"part": "a", "version": "2"}),
            (1, {"part": "b", "version": "1"}),
        )
    ]
    assert series(added(directory, *runs)) == {
        info.name: {
            (("part", "a"), ("version", "3")): [SINCE + 3, 1.0],
            (("part", "b"), ("version", "1")): [SINCE + 1, 1.0],
        }
    }


def test_closed_series_begin_at_zero(directory: SpoolDirectory) -> None:
    closed = ERRORS._replace(labels=CLOSED, constant=(("zone", "1"),))
    runs = [Run(SINCE + 2).define(closed, SECONDS, DEPTH), Run(SINCE + 1).define(closed)]
    runs[0].count(4, ERRORS.name, kind="b")
    assert series(added(directory, *runs)) == {
        ERRORS.name: {
            (("kind", "a"), ("zone", "1")): [SINCE + 1, 0.0],
            (("kind", "b"), ("zone", "1")): [SINCE + 1, 4.0],
        },
        SECONDS.name: {(): [SINCE + 2, 0.0, 0.0, 0.0, 0.0, 0.0]},
    }


def test_large_products_and_open_labels_do_not_begin_at_zero(directory: SpoolDirectory) -> None:
    digits = tuple(map(str, range(101)))
    large = JOBS._replace(
        labels=(LabelDefinition("a", values=digits), LabelDefinition("b", values=digits))
    )
    assert series(added(directory, Run().define(large, ERRORS))) == {}


def test_a_large_budget_makes_no_zeros_of_large_products() -> None:
    digits = tuple(map(str, range(1000)))
    labels = tuple(LabelDefinition(name, values=digits) for name in "abc")
    large = JOBS._replace(labels=labels, budget=2_000_000_000)
    assert zero_series(large) == ()
    assert zero_series(large._replace(labels=labels[:1], budget=999)) == ()
    assert len(zero_series(large._replace(labels=labels[:1], budget=1000))) == 1000


def test_the_newest_run_defines(directory: SpoolDirectory) -> None:
    old, new = JOBS._replace(help="Old."), JOBS._replace(help="New.", unit="x")
    runs = [Run(SINCE + 5).define(new).count(1), Run(SINCE + 1).define(old).count(1)]
    for order in (runs, runs[::-1]):
        (family,) = seen(added(directory, *order)).families
        assert family.definition == new
        assert family.series == {(): [SINCE + 1, 2.0]}


def test_series_with_other_labels_are_kept_as_they_are(directory: SpoolDirectory) -> None:
    new = JOBS._replace(labels=(LabelDefinition("queue", budget=5),))
    runs = [Run().define(JOBS).count(1), Run(SINCE + 1).define(new).count(2, queue="q")]
    found = series(added(directory, *runs))[JOBS.name]
    assert found == {(): [SINCE, 1.0], (("queue", "q"),): [SINCE + 1, 2.0]}


def test_observations_move_to_the_least_bucket_that_holds_them(directory: SpoolDirectory) -> None:
    old = seconds(1, 2, 4, 8, bounds=(1.0, 2.0, 3.0), created=SINCE)
    new = seconds(0, 0, 0, 0, bounds=(2.0, 2.5, 10.0), created=SINCE + 1)
    expected = [SINCE, 3.0, 0.0, 4.0, 8.0, 15.0]
    assert series(added(directory, old, new)) == {SECONDS.name: {(): expected}}
    assert series(added(directory, new, old)) == {SECONDS.name: {(): expected}}


bounds = st.sets(st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), min_size=1).map(
    lambda found: tuple(sorted(found))
)


@settings(deadline=None)
@given(st.lists(bounds, min_size=2, max_size=6), st.data())
def test_cumulative_counts_at_common_bounds_never_go_backwards(
    tmp_path_factory: pytest.TempPathFactory, layouts: list[tuple[float, ...]], data: st.DataObject
) -> None:
    directory = prepared(tmp_path_factory.mktemp("spool"))
    sums = Sums()
    highest: dict[float, float] = {}
    observed = 0.0
    for number, layout in enumerate(layouts):
        counts = data.draw(
            st.lists(st.integers(0, 9), min_size=len(layout) + 1, max_size=len(layout) + 1)
        )
        run = seconds(*map(float, counts), bounds=layout, created=SINCE + number)
        add_ended(sums, files(directory, [run]))
        observed += sum(counts)
        (family,) = seen(sums).families
        ((_, *buckets, total),) = family.series.values()
        assert (sum(buckets), total) == (observed, observed)
        assert family.definition.buckets == layout
        for place, bound in enumerate(layout):
            cumulative = sum(buckets[: place + 1])
            if all(bound in other for other in layouts):
                assert cumulative >= highest.get(bound, 0.0)
                highest[bound] = cumulative


def test_a_type_that_changed_hides_the_old_one_and_keeps_it(directory: SpoolDirectory) -> None:
    old = Definition("x_jobs", "gauge", "Jobs.")
    new = old._replace(type="histogram", buckets=(1.0,))
    runs = [
        Run().define(old).series("x_jobs", {}, SINCE, 5.0),
        Run(SINCE + 1).define(new).series("x_jobs", {}, SINCE + 1, 1.0, 0.0, 1.0),
    ]
    sums = added(directory, *runs)
    assert seen(sums).hidden == [HiddenMetric("x_jobs", "gauge", "x_jobs", "histogram", 1)]
    assert series(sums) == {"x_jobs": {(): [SINCE + 1, 1.0, 0.0, 1.0]}}
    add_ended(sums, files(directory, [Run(SINCE + 2).define(old)]))  # rolled back
    assert series(sums) == {"x_jobs": {(): [SINCE, 5.0]}}


def test_a_family_is_shown_once(directory: SpoolDirectory) -> None:
    other = Definition("x_jobs", "gauge", "Jobs.")
    run = Run(SINCE + 1).define(other).series("x_jobs", {}, SINCE, 5.0)
    found = seen(added(directory, Run().define(JOBS).count(1), run))
    assert [family.definition.type for family in found.families] == ["gauge"]
    assert found.hidden == [HiddenMetric("x_jobs_total", "counter", "x_jobs", "gauge", 1)]


def test_adding_leaves_what_was_copied_alone(directory: SpoolDirectory) -> None:
    sums = added(directory, Run().define(JOBS).count(1))
    before = series(sums)[JOBS.name][()]
    add_ended(sums.copy(), files(directory, [Run().define(JOBS, ERRORS).count(1)]))
    assert before == [SINCE, 1.0]
    assert series(sums) == {JOBS.name: {(): before}}
