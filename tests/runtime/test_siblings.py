"""Counters begin at zero with the first recording of a value whose label says so."""

from __future__ import annotations

import threading

import pytest

from tests.runtime.reading import samples
from tests.runtime.sample._labels import JOBS_ERROR_TYPE, JobsErrorType
from tests.runtime.sample._signatures import (
    CounterByCity,
    CounterBySourceIdErrorType,
)
from tests.runtime.sources import (
    ERRORS,
    SOURCE,
    AnnouncingCatalog,
    CounterBySource,
    Sources,
    announcing,
    values,
    zeros,
)
from typedprom import ClosedLabel, OpenLabel, PatternLabel
from typedprom.metrics.labels import Label
from typedprom.metrics.siblings import SIBLINGS_LIMIT
from typedprom.testing import isolated, only_recorded, recorded, snapshot


@pytest.fixture
def catalog() -> AnnouncingCatalog:
    return announcing()


@pytest.fixture
def sources(catalog: AnnouncingCatalog) -> Sources:
    return Sources(catalog, SOURCE)


def test_a_success_begins_the_errors_of_its_source_at_zero(sources: Sources) -> None:
    sources.success.inc(source_id="kexp")
    assert values(sources.error) == zeros("kexp")
    assert values(sources.success) == {("kexp",): 1.0}


def test_a_histogram_begins_counters_and_none_begins_it(sources: Sources) -> None:
    sources.seconds.observe(0.5, source_id="kexp")
    assert values(sources.error) == zeros("kexp")
    assert values(sources.success) == {("kexp",): 0.0}
    sources.success.inc(source_id="neumos")
    assert [of for of, _ in sources.seconds.series()] == [("kexp",)]


def test_an_error_begins_the_other_errors_of_its_source(sources: Sources) -> None:
    sources.error.inc(3, source_id="kexp", error_type="dns")
    assert values(sources.error) == {**zeros("kexp"), ("kexp", "dns"): 3.0}


def test_a_zero_goes_on_when_it_is_recorded(sources: Sources) -> None:
    sources.success.inc(source_id="kexp")
    created = {of: cell.created for of, cell in sources.error.series()}
    sources.error.inc(2, source_id="kexp", error_type="dns")
    sources.error.labels(source_id="kexp", error_type="dns").inc()
    assert values(sources.error) == {**zeros("kexp"), ("kexp", "dns"): 3.0}
    assert {of: cell.created for of, cell in sources.error.series()} == created


def test_what_is_exposed_is_the_same_each_time(sources: Sources) -> None:
    exposed = set()
    for _ in range(2):
        with isolated():
            for source in ("kexp", "neumos"):
                sources.success.inc(source_id=source)
            sources.error.inc(source_id="neumos", error_type="dns")
            exposed.add(tuple(samples(sources.error)))
    assert len(exposed) == 1


def test_another_component_begins_nothing(catalog: AnnouncingCatalog, sources: Sources) -> None:
    other = Sources(catalog, SOURCE, "parser")
    sources.success.inc(source_id="kexp")
    assert values(other.error) == {}


def test_another_catalog_begins_nothing(sources: Sources) -> None:
    elsewhere = Sources(announcing("other"), SOURCE)
    sources.success.inc(source_id="kexp")
    assert values(elsewhere.error) == {}


def test_labels_that_do_not_ask_for_it_begin_nothing(catalog: AnnouncingCatalog) -> None:
    silent = Sources(catalog, OpenLabel("source_id", help="h", budget=3))
    silent.success.inc(source_id="kexp")
    assert values(silent.error) == {}


def test_a_second_open_label_begins_nothing(catalog: AnnouncingCatalog, sources: Sources) -> None:
    city = OpenLabel("city", help="h", budget=3, siblings="zero")
    both = CounterBySourceIdErrorType(
        catalog,
        component="sources",
        key="sources.both",
        name="x_both_total",
        help="h",
        labels=(SOURCE, city),
    )
    by_city = CounterByCity(
        catalog,
        component="sources",
        key="sources.city",
        name="x_city_total",
        help="h",
        labels=(city,),
    )
    sources.success.inc(source_id="kexp")
    assert values(both) == {}
    both._cell("neumos", "seattle").inc()  # it begins others of both labels
    assert values(sources.error) == {**zeros("kexp"), **zeros("neumos")}
    assert values(by_city) == {("seattle",): 0.0}


@pytest.mark.usefixtures("lenient")
def test_what_stands_for_others_begins_nothing(catalog: AnnouncingCatalog) -> None:
    label = PatternLabel("source_id", help="h", pattern="[a-z]+", budget=1, siblings="zero")
    sources = Sources(catalog, label)
    sources.success.inc(source_id="KEXP")
    sources.success.inc(source_id="kexp")
    sources.success.inc(source_id="neumos")
    sources.success.inc(source_id="_overflow")
    assert values(sources.success) == {("_invalid",): 1.0, ("kexp",): 1.0, ("_overflow",): 2.0}
    assert values(sources.error) == zeros("kexp")


@pytest.mark.usefixtures("lenient")
def test_zeros_take_no_place_in_a_budget(catalog: AnnouncingCatalog) -> None:
    sources = Sources(catalog, OpenLabel("source_id", help="h", budget=1, siblings="zero"))
    sources.success.inc(source_id="kexp")
    assert values(sources.error) == zeros("kexp")
    sources.error.inc(source_id="neumos", error_type="dns")
    # It has the place, and its siblings go with it; those of the other one would be `_overflow`.
    assert values(sources.error) == {**zeros("neumos"), ("neumos", "dns"): 1.0}
    sources.error.inc(source_id="kexp", error_type="dns")
    assert values(sources.error)["_overflow", "dns"] == 1.0


def test_zeros_take_no_place_in_a_budget_of_series(catalog: AnnouncingCatalog) -> None:
    counter = CounterBySourceIdErrorType(
        catalog,
        component="sources",
        key="sources.few",
        name="x_few_total",
        help="h",
        labels=(SOURCE, JOBS_ERROR_TYPE),
        budget=2,
    )
    counter.inc(source_id="kexp", error_type=ERRORS[0])
    assert len(values(counter)) == 2
    counter.inc(source_id="neumos", error_type=ERRORS[0])
    assert values(counter) == {("kexp", ERRORS[0]): 1.0, ("neumos", ERRORS[0]): 1.0}


@pytest.mark.parametrize(
    "source",
    [SOURCE, PatternLabel("source_id", help="h", pattern="[a-z]+", budget=3, siblings="zero")],
    ids=["open", "pattern"],
)
@pytest.mark.usefixtures("lenient")
def test_a_value_that_would_begin_too_many_begins_none(
    source: Label, catalog: AnnouncingCatalog, caplog: pytest.LogCaptureFixture
) -> None:
    many = ClosedLabel("error_type", help="h", values=tuple(map(str, range(SIBLINGS_LIMIT))))
    sources = Sources(catalog, source)
    CounterBySourceIdErrorType(
        catalog,
        component="sources",
        key="sources.many",
        name="x_many_total",
        help="h",
        labels=(source, many),
    )
    sources.success.inc(source_id="kexp")
    sources.success.inc(source_id="neumos")
    assert values(sources.error) == {}
    (record,) = caplog.records
    assert "more than 1,000: none begins there" in record.getMessage()


def test_the_zeros_of_a_value_go_with_what_was_recorded_of_it(sources: Sources) -> None:
    for source in ("kexp", "neumos"):
        sources.success.inc(source_id=source)
        sources.seconds.observe(1.0, source_id=source)
    sources.success.remove(source_id="kexp")
    assert values(sources.error) == {**zeros("kexp"), **zeros("neumos")}
    sources.seconds.remove(source_id="kexp")
    assert values(sources.error) == zeros("neumos")
    sources.seconds.observe(1.0, source_id="kexp")
    assert values(sources.error) == {**zeros("kexp"), **zeros("neumos")}


def test_a_zero_that_is_removed_stays_away(sources: Sources) -> None:
    sources.success.inc(source_id="kexp")
    sources.error.remove(source_id="kexp", error_type="dns")
    sources.success.inc(source_id="kexp")
    assert ("kexp", "dns") not in values(sources.error)
    sources.error.inc(source_id="kexp", error_type="dns")
    assert values(sources.error)["kexp", "dns"] == 1.0


def test_a_cleared_counter_is_zero_for_values_that_others_have(sources: Sources) -> None:
    sources.success.inc(source_id="kexp")
    sources.error.inc(source_id="kexp", error_type="dns")
    bound = sources.error.labels(source_id="neumos", error_type="dns")
    bound.inc()
    sources.error.clear()
    assert values(sources.error) == zeros("kexp")
    assert values(sources.success) == {("kexp",): 1.0}
    bound.inc()
    assert values(sources.error) == {**zeros("kexp"), **zeros("neumos"), ("neumos", "dns"): 1.0}


def test_zeros_are_not_what_tests_see_as_recorded(
    catalog: AnnouncingCatalog, sources: Sources
) -> None:
    before = snapshot()
    with only_recorded(sources.success), recorded(sources.error) as errors:
        sources.success.inc(source_id="kexp")
        catalog.announce(source_id=["neumos"])
    assert errors.delta == 0
    assert [change.metric for change in snapshot().changes(before)] == [sources.success]
    errors = recorded(sources.error, source_id="kexp", error_type="dns")
    assert errors.delta == 0
    sources.error.inc(source_id="kexp", error_type="dns")
    assert errors.delta == 1


def test_a_test_begins_without_zeros_and_puts_them_back(
    catalog: AnnouncingCatalog, sources: Sources
) -> None:
    catalog.announce(source_id=["kexp"])
    sources.success.inc(source_id="neumos")
    before = samples(sources.error)
    with isolated():
        assert values(sources.error) == values(sources.success) == {}
        sources.seconds.observe(1.0, source_id="kexp")
        sources.error.inc(source_id="else", error_type="dns")
        assert len(values(sources.error)) == 2 * len(ERRORS)
    assert samples(sources.error) == before
    sources.error.clear()
    assert values(sources.error) == {**zeros("kexp"), **zeros("neumos")}


def test_a_metric_that_comes_later_begins_too(catalog: AnnouncingCatalog, sources: Sources) -> None:
    sources.success.inc(source_id="kexp")
    later = CounterBySource(
        catalog,
        component="sources",
        key="sources.later",
        name="x_later_total",
        help="h",
        labels=(SOURCE,),
    )
    assert values(later) == {("kexp",): 0.0}


def test_a_reloaded_module_goes_on_with_the_zeros(
    catalog: AnnouncingCatalog, sources: Sources
) -> None:
    sources.success.inc(source_id="kexp")
    again = Sources(catalog, SOURCE)
    assert values(again.error) == zeros("kexp")
    again.error.inc(source_id="kexp", error_type="dns")
    again.success.inc(source_id="neumos")
    expected = {**zeros("kexp"), **zeros("neumos"), ("kexp", "dns"): 1.0}
    assert values(again.error) == values(sources.error) == expected


def test_labels_of_one_name_begin_what_their_own_domains_allow(catalog: AnnouncingCatalog) -> None:
    sources = Sources(catalog, OpenLabel("source_id", help="h", budget=9, siblings="zero"))
    stations = PatternLabel("source_id", help="h", pattern="k[a-z]+", budget=9, siblings="zero")
    counter = CounterBySource(
        catalog,
        component="sources",
        key="sources.stations",
        name="x_stations_total",
        help="h",
        labels=(stations,),
    )
    for source in ("kexp", "neumos"):
        sources.success.inc(source_id=source)
    assert values(counter) == {("kexp",): 0.0}


def test_threads_that_record_first_at_once_count_exactly(catalog: AnnouncingCatalog) -> None:
    sources = Sources(catalog, OpenLabel("source_id", help="h", budget=1_000, siblings="zero"))
    rounds, together = 200, threading.Barrier(4, timeout=20)

    def record(error: JobsErrorType) -> None:
        for number in range(rounds):
            together.wait()
            sources.error.inc(source_id=f"s{number}", error_type=error)

    threads = [threading.Thread(target=record, args=(error,)) for error in ERRORS[:2] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected: dict[tuple[str, ...], float] = {
        (f"s{number}", error): 2.0 if error in ERRORS[:2] else 0.0
        for number in range(rounds)
        for error in ERRORS
    }
    assert values(sources.error) == expected
    assert not {of for of in sources.error.zeros if expected[of]}


def test_a_scrape_never_misses_a_zero_that_is_being_recorded(catalog: AnnouncingCatalog) -> None:
    sources = Sources(catalog, OpenLabel("source_id", help="h", budget=1_000, siblings="zero"))
    names = [f"s{number}" for number in range(300)]
    catalog.announce(source_id=names)
    expected, stop = set(values(sources.error)), threading.Event()
    missed: list[set[tuple[str, ...]]] = []

    def scrape() -> None:
        while not stop.is_set():
            found = [of for of, _ in sources.error.series()]
            assert len(found) == len(set(found))
            if expected - set(found):
                missed.append(expected - set(found))

    scraper = threading.Thread(target=scrape)
    scraper.start()
    for name in names:
        for error in ERRORS:
            sources.error.inc(source_id=name, error_type=error)
    stop.set()
    scraper.join()
    assert not missed
