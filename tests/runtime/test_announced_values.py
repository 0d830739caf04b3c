"""Values that are announced begin at zero before anything is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from tests.runtime.sources import (
    SOURCE,
    AnnouncingCatalog,
    Sources,
    announcing,
    values,
    zeros,
)
from typedprom import Catalog, PatternLabel


@pytest.fixture
def catalog() -> AnnouncingCatalog:
    return announcing()


@pytest.fixture
def sources(catalog: AnnouncingCatalog) -> Sources:
    return Sources(catalog, SOURCE)


def test_announced_values_begin_before_anything_is_recorded(
    catalog: AnnouncingCatalog, sources: Sources
) -> None:
    parser = Sources(catalog, SOURCE, "parser")
    for _ in range(2):
        catalog.announce(source_id=["kexp", "neumos"])
    both = {**zeros("kexp"), **zeros("neumos")}
    assert values(sources.error) == values(parser.error) == both
    assert values(sources.success) == {("kexp",): 0.0, ("neumos",): 0.0}
    sources.error.clear()
    assert values(sources.error) == both


def test_one_value_may_be_announced_without_a_list(
    catalog: AnnouncingCatalog, sources: Sources
) -> None:
    catalog.announce(source_id="kexp")
    catalog.announce(source_id=(one for one in ("kexp",)))
    catalog.announce()
    assert values(sources.error) == zeros("kexp")


def test_labels_that_cannot_be_announced_are_type_errors(catalog: Catalog) -> None:
    announce: Mapping[str, list[str]] = {"sorce_id": ["kexp"]}
    with pytest.raises(TypeError, match="sorce_id"):
        catalog.announce(**announce)
    plain = Catalog(namespace="plain", title="", description="", interface=1)
    plain.announce()
    with pytest.raises(TypeError, match="sorce_id"):
        plain.announce(**announce)


WRONG: list[object] = [None, 7, ["KEXP"], [None], [b"kexp"], ["\ud800"], ["x" * 5000], [[]]]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
@pytest.mark.usefixtures("strict")
def test_wrong_values_raise_in_tests(wrong: Iterable[str], catalog: AnnouncingCatalog) -> None:
    Sources(
        catalog, PatternLabel("source_id", help="", pattern="[a-z]+", budget=9, siblings="zero")
    )
    with pytest.raises((TypeError, ValueError), match="source_id"):
        catalog.announce(source_id=wrong)


@pytest.mark.usefixtures("lenient")
def test_wrong_values_are_logged_once_elsewhere(
    catalog: AnnouncingCatalog, caplog: pytest.LogCaptureFixture
) -> None:
    label = PatternLabel("source_id", help="", pattern="[a-z]+", budget=9, siblings="zero")
    sources, other = Sources(catalog, label), Sources(catalog, label, "parser")
    for _ in range(2):
        catalog.announce(source_id=["KEXP", "kexp", "_invalid", "_overflow"])
    assert values(sources.error) == values(other.error) == zeros("kexp")
    assert [record.getMessage() for record in caplog.records] == [
        "an announced value is not a value of label `source_id`: it must match [a-z]+; "
        "it does not begin at zero (further ones are not logged)"
    ]


@pytest.mark.usefixtures("lenient")
def test_no_more_values_are_announced_than_the_budget_allows(
    catalog: AnnouncingCatalog,
    sources: Sources,
    caplog: pytest.LogCaptureFixture,
) -> None:
    catalog.announce(source_id=["a", "b", "c", "d", "e"])
    assert {source for source, _ in values(sources.error)} == {"a", "b", "c"}
    assert ["more than 3 values" in record.getMessage() for record in caplog.records] == [True]
    sources.success.inc(source_id="e")  # it has a place here, and its zeros wait for one
    assert {source for source, _ in values(sources.error)} == {"a", "b", "c"}
    sources.error.inc(source_id="e", error_type="dns")
    assert {source for source, _ in values(sources.error)} == {"e", "a", "b"}
