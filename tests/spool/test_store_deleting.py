"""Retiring series: what is meant, what is removed, what a live process keeps."""

from __future__ import annotations

import os

import pytest

from tests.spool.holders import holder
from tests.spool.run_files import DEPTH, ERRORS, JOBS, SINCE, Run, jobs, total, values
from typedprom.metrics.definition import LabelDefinition
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import LARGEST_BYTES, FormatError, OtherVersionError
from typedprom.spool.selector import Selector, SelectorError, parse
from typedprom.spool.store import SpoolStore

OPEN = JOBS._replace(labels=(LabelDefinition("source", budget=2),))


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("a:b_1", {}),
        (" a:b_1 { } ", {}),
        ('a:b_1{x="1"}', {"x": "1"}),
        ('a:b_1 { x = "1" , y="" , }', {"x": "1", "y": ""}),
        (r'a:b_1{x="\\ \" \n {},="}', {"x": '\\ " \n {},='}),
    ],
)
def test_a_selector_is_understood(text: str, labels: dict[str, str]) -> None:
    assert parse(text) == Selector("a:b_1", tuple(labels.items()))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "character 1: expected the name of a metric"),
        ("1a", "character 1: expected the name of a metric"),
        ("é", "character 1: expected the name of a metric"),
        ("a b", "character 3: expected the end"),
        ("a{", "character 3: expected the name of a label or `}`"),
        ("a{x}", "character 4: expected `=`"),
        ("a{x=1}", 'character 5: expected `"`'),
        ('a{x="1', 'character 7: the value has no end: expected `"`'),
        (r'a{x="\t"}', 'character 7: expected `\\`, `"` or `n` after a backslash'),
        ('a{x="1"y="2"}', "character 8: expected `}`"),
        ('a{x="1",x="2"}', "character 10: label `x` is given twice"),
        ('a{x=~"1"}', 'character 5: expected `"`'),
    ],
)
def test_what_is_no_selector_is_explained(text: str, why: str) -> None:
    with pytest.raises(SelectorError) as refused:
        parse(text)
    assert str(refused.value) == f"{text!r}, {why}"


def test_series_are_removed_for_every_reader(directory: SpoolDirectory) -> None:
    reader = SpoolStore(directory)
    Run().define(ERRORS, DEPTH).count(1, ERRORS.name, source="a").count(
        2, ERRORS.name, source="b"
    ).write(directory)
    assert values(reader, ERRORS.name) == {"a": 1, "b": 2}
    deleted = SpoolStore(directory).delete_series('x_errors_total{source="a"}')
    assert deleted.removed == [(ERRORS.name, (("source", "a"),))]
    assert deleted.held == []
    assert values(reader, ERRORS.name) == {"b": 2}
    assert SpoolStore(directory).delete_series("x_errors").removed == [
        (ERRORS.name, (("source", "b"),))
    ]
    assert values(reader, ERRORS.name) == {}
    assert SpoolStore(directory).delete_series("x_errors").removed == []


def test_what_has_just_ended_is_removed_too(directory: SpoolDirectory) -> None:
    jobs(3).write(directory)
    assert len(SpoolStore(directory).delete_series(JOBS.name).removed) == 1
    assert total(SpoolStore(directory)) == 0


def test_what_a_live_process_has_is_kept(directory: SpoolDirectory) -> None:
    store = SpoolStore(directory)
    Run().define(JOBS).count(1).count(2, kind="old").write(directory)
    store.compact()
    with holder(directory) as held:
        deleted = store.delete_series(JOBS.name)
        assert deleted.held == [(JOBS.name, ())]
        assert deleted.removed == [(JOBS.name, (("kind", "old"),))]
        assert values(store) == {"": 6}
        held.kill()
        assert store.delete_series(JOBS.name).removed == [(JOBS.name, ())]
    assert values(store) == {}


def test_what_only_a_live_process_has_is_held(directory: SpoolDirectory) -> None:
    with holder(directory):
        deleted = SpoolStore(directory).delete_series(JOBS.name)
    assert (deleted.removed, deleted.held) == ([], [(JOBS.name, ())])


def test_budgets_are_given_back(directory: SpoolDirectory) -> None:
    reader = SpoolStore(directory)
    Run().define(OPEN).count(1, source="a").count(1, source="b").write(directory)
    assert values(reader) == {"a": 1, "b": 1}
    SpoolStore(directory).delete_series('x_jobs{source="a"}')
    Run(SINCE + 1).define(OPEN).count(1, source="c").count(1, source="d").write(directory)
    assert values(reader) == {"b": 1, "c": 1, "_overflow": 1}


def test_where_it_is_not_known_what_there_is_nothing_is_removed(directory: SpoolDirectory) -> None:
    jobs(1).write(directory)
    SpoolStore(directory).compact()
    with holder(directory) as held:
        path = directory.runs / f"{held.run}.run"
        os.truncate(path, LARGEST_BYTES + 1)
        with pytest.raises(FormatError, match=held.run):
            SpoolStore(directory).delete_series(JOBS.name)
    for path in (directory.totals, directory.totals_copy):
        path.write_bytes(b'{"typedprom_totals": 4, "crc32": 0}\n')
    with pytest.raises(OtherVersionError):
        SpoolStore(directory).delete_series(JOBS.name)
