"""Reading a run file: everything intact counts, whatever else is in it."""

from __future__ import annotations

import os
import socket
import struct
from math import inf, nan

import pytest

from tests.spool.holder_program import VALUES
from tests.spool.holders import holder
from tests.spool.run_files import DEPTH, ERRORS, JOBS, SECONDS, SINCE, Run, jobs, numbers_in
from typedprom.metrics.definition import Definition, Labels, Numbers
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import (
    HEADER_BYTES,
    HEADER_NUMBERS_AT,
    LARGEST_BYTES,
    FormatError,
    record_bytes,
)
from typedprom.spool.run_reader import RunReading

PHASE = Definition("x_phase", "stateset", "Phase.", states=("one", "two"))


def read(run: Run, directory: SpoolDirectory) -> list[tuple[str, Labels, Numbers]]:
    file = RunReading(run.write(directory))
    return [(definition.name, labels, numbers) for definition, labels, numbers in file.series()]


def test_every_series_is_read(directory: SpoolDirectory) -> None:
    run = Run().define(JOBS, ERRORS, SECONDS).count(2)
    run.count(3, ERRORS.name, source="é\n", kind="a")
    run.series(SECONDS.name, {}, SINCE, 1.0, 2.0, 3.0, 4.0, 5.5)
    assert read(run, directory) == [
        ("x_jobs_total", (), [SINCE, 2.0]),
        ("x_errors_total", (("kind", "a"), ("source", "é\n")), [SINCE, 3.0]),
        ("x_seconds", (), [SINCE, 1.0, 2.0, 3.0, 4.0, 5.5]),
    ]
    file = RunReading(run.write(directory))
    assert file.layout.definitions == {
        "x_jobs_total": JOBS,
        "x_errors_total": ERRORS,
        "x_seconds": SECONDS,
    }
    assert not file.damage


def test_constant_labels_of_the_newest_definition_are_on_every_series(
    directory: SpoolDirectory,
) -> None:
    constant = (("region", "eu"), ("zone", "1"))
    run = Run().define(JOBS).count(1).define(JOBS._replace(constant=constant)).count(2, region="eu")
    assert [labels for _, labels, _ in read(run, directory)] == [constant, constant]


def test_series_keep_the_shape_that_they_were_recorded_with(directory: SpoolDirectory) -> None:
    wider = SECONDS._replace(buckets=(1.0, 8.0, 16.0, 32.0))
    run = Run().define(SECONDS).series(SECONDS.name, {}, SINCE, *range(5))
    run.define(wider).series(SECONDS.name, {}, SINCE, *range(6))
    file = RunReading(run.write(directory))
    assert [definition for definition, _, _ in file.series()] == [SECONDS, wider]
    assert file.layout.definitions == {SECONDS.name: wider}


@pytest.mark.parametrize(
    ("definition", "numbers"),
    [
        (DEPTH, (0.0, 5.0)),
        (PHASE, (0.0, 1.0)),
        (Definition("x_info", "info", "Info."), (0.0, 1.0)),
    ],
)
def test_what_was_never_set_or_was_removed_is_no_series(
    definition: Definition, numbers: tuple[float, ...], directory: SpoolDirectory
) -> None:
    run = Run().define(definition).series(definition.name, {}, *numbers)
    assert read(run, directory) == []
    assert not RunReading(run.write(directory)).damage


def test_before_1970_is_a_time_too(directory: SpoolDirectory) -> None:
    run = Run(-9.0).define(DEPTH, JOBS).series(DEPTH.name, {}, -1.0, 5.0).count(2)
    assert [numbers for _, _, numbers in read(run, directory)] == [[-1.0, 5.0], [-9.0, 2.0]]


@pytest.mark.parametrize("value", [nan, inf, -inf, -3.0])
def test_a_gauge_may_be_anything(value: float, directory: SpoolDirectory) -> None:
    ((_, _, numbers),) = read(Run().define(DEPTH).series(DEPTH.name, {}, 9.0, value), directory)
    assert struct.pack("d", numbers[1]) == struct.pack("d", value)


@pytest.mark.parametrize(
    ("definition", "numbers"),
    [
        (JOBS, (nan, 1.0)),
        (JOBS, (inf, 1.0)),
        (JOBS, (SINCE, nan)),
        (JOBS, (SINCE, -1.0)),
        (JOBS, (SINCE, 1.0, 1.0)),
        (JOBS, ()),
        (SECONDS, (SINCE, 1.0, nan, 0.0, 0.0, 1.0)),
        (SECONDS, (SINCE, 1.0, -1.0, 0.0, 0.0, 1.0)),
        (SECONDS, (SINCE, inf, -inf, 0.0, 0.0, 1.0)),
        (SECONDS, (SINCE, 1.0, inf, 0.0, 0.0, 1.0)),
        (SECONDS, (SINCE, 1.0)),
        (DEPTH, (nan, 1.0)),
        (DEPTH, (inf, 1.0)),
        (PHASE, (SINCE, 2.0)),
        (PHASE, (SINCE, 0.5)),
        (PHASE, (SINCE, nan)),
    ],
)
def test_numbers_that_no_process_records_are_damage(
    definition: Definition, numbers: tuple[float, ...], directory: SpoolDirectory
) -> None:
    run = Run().define(definition, ERRORS).series(definition.name, {}, *numbers)
    run.count(1, ERRORS.name, source="intact")
    file = RunReading(run.write(directory))
    assert [definition.name for definition, _, _ in file.series()] == [ERRORS.name]
    assert len(file.damage) == 1


def test_the_sum_of_a_histogram_may_be_anything(directory: SpoolDirectory) -> None:
    for total in (-5.0, inf, -inf, nan):
        run = Run().define(SECONDS).series(SECONDS.name, {}, SINCE, 1.0, 0.0, 0.0, 0.0, total)
        assert len(read(run, directory)) == 1
        assert not RunReading(run.write(directory)).damage


def test_a_counter_may_be_infinite(directory: SpoolDirectory) -> None:
    assert read(Run().define(JOBS).count(inf), directory) == [(JOBS.name, (), [SINCE, inf])]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[]",
        b'["other", 1]',
        b"[" * 100_000,
        b'["series", "x_jobs_total", {"a": 1}]',
        b'["series", "x_jobs_total", {"a b": "1"}]',
        b'["series", "x_unknown_total", {}]',
        b'["series", "x_jobs_total", {}, now]',
        b'["series", "x_jobs_total", {}, 1, 2]',
        b'["metrics", [{}]]',
        b'["metrics", [{"name": "x y", "type": "counter", "help": ""}]]',
        b'["metrics", [{"name": "x", "type": "histogram", "help": "", "buckets": [2, 1]}]]',
        b'["metrics", [{"name": "x", "type": "histogram", "help": "", "buckets": [1e999]}]]',
        b'["metrics", [{"name": "x", "type": "histogram", "help": "", "buckets": [1'
        + b"0" * 400
        + b"]}]]",
        b'["metrics", [{"name": "x", "type": "gauge", "help": "", "combine": "average"}]]',
        b'["metrics", [{"name": "x", "type": "untyped", "help": ""}]]',
        b"\xff\xfe",
    ],
)
def test_a_record_that_says_nothing_is_damage(text: bytes, directory: SpoolDirectory) -> None:
    run = jobs(1)
    run.records.insert(1, record_bytes(text, [SINCE, 1.0]))
    file = RunReading(run.write(directory))
    assert len(list(file.series())) == 1
    assert len(file.damage) == 1


def test_a_record_says_when_it_was_placed(directory: SpoolDirectory) -> None:
    run = Run().define(JOBS).placed(SINCE + 0.25, JOBS.name, {"a": ",1]", "b": "x"}, SINCE, 1.0)
    for text in (
        b'["series", "x_jobs_total", {}]',
        b'["series", "x_jobs_total", {"a": "1, 2]"}]',
        b'["series", "x_jobs_total", {}, NaN]',
        b'["series", "x_jobs_total", {}, -1e300]',
    ):
        run.records.append(record_bytes(text, [SINCE, 1.0]))
    file = RunReading(run.write(directory))
    (recorded,) = file.metrics
    assert [labels for labels, _ in recorded.series] == [
        (("a", ",1]"), ("b", "x")), (), (("a", "1, 2]"),), (), (),
    ]  # fmt: skip
    assert recorded.placed == [SINCE + 0.25, SINCE, SINCE, SINCE, SINCE]
    assert not file.damage


def test_label_values_can_always_be_encoded(directory: SpoolDirectory) -> None:
    ((_, labels, _),) = read(Run().define(JOBS).count(1, a="\ud800x", b="\U0001f600"), directory)
    assert labels == (("a", "?x"), ("b", "\U0001f600"))


def test_a_definition_that_is_damaged_is_taken_from_a_later_one(directory: SpoolDirectory) -> None:
    run = Run().count(1).define(JOBS)
    assert len(read(run, directory)) == 1


@pytest.mark.parametrize("size", [0, 1, 100, HEADER_BYTES - 1])
def test_a_file_without_a_header_is_refused(size: int, directory: SpoolDirectory) -> None:
    path = directory.runs / "x.run"
    path.write_bytes(jobs(1).data[:size])
    with pytest.raises(FormatError, match="too few"):
        RunReading(path)


def test_a_file_under_the_name_of_another_run_is_refused(directory: SpoolDirectory) -> None:
    path = jobs(1).write(directory)
    with pytest.raises(FormatError, match="it was written as"):
        RunReading(path.rename(path.with_name("copy.run")))


@pytest.mark.parametrize("created", [nan, inf])
def test_a_file_that_was_created_never_is_refused(
    created: float, directory: SpoolDirectory
) -> None:
    with pytest.raises(FormatError, match="`created` is not a timestamp"):
        RunReading(jobs(1, created=created).write(directory))


def test_what_is_not_a_regular_file_is_refused(directory: SpoolDirectory) -> None:
    target = jobs(1).write(directory)
    places = [directory.runs / f"{name}.run" for name in ("pipe", "folder", "link", "socket")]
    os.mkfifo(places[0])
    places[1].mkdir()
    places[2].symlink_to(target)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(places[3]))
        for path in places:
            with pytest.raises(FormatError, match="not a regular file"):
                RunReading(path)


def test_a_file_that_is_too_large_is_refused(directory: SpoolDirectory) -> None:
    path = jobs(1).write(directory)
    os.truncate(path, LARGEST_BYTES + 1)
    with pytest.raises(FormatError, match="more than any run file"):
        RunReading(path)


def test_a_file_that_is_missing_is_an_error_of_the_system(directory: SpoolDirectory) -> None:
    with pytest.raises(FileNotFoundError):
        RunReading(directory.runs / "x.run")


def test_the_layout_is_found_again_only_when_a_record_was_added(directory: SpoolDirectory) -> None:
    run = jobs(1)
    path = run.write(directory)
    first = RunReading(path)
    assert RunReading(first.path, first.layout).layout is first.layout
    with path.open("r+b") as file:  # a number changes
        file.seek(numbers_in(run.data))
        file.write(struct.pack("=6d", SINCE, 7.0, SINCE, 7.0, SINCE, 7.0))
    second = RunReading(first.path, first.layout)
    assert second.layout is first.layout
    assert [numbers for _, _, numbers in second.series()] == [[SINCE, 7.0]]
    with path.open("r+b") as file:  # another record is finished, where there was room
        file.seek(HEADER_NUMBERS_AT)
        file.write(struct.pack("=d", 1.0))
    assert RunReading(second.path, second.layout).layout is not second.layout


def test_no_number_is_torn(directory: SpoolDirectory) -> None:
    with holder(directory, "writes") as held:
        path = directory.runs / f"{held.run}.run"
        seen = {numbers[1] for _ in range(3000) for _, _, numbers in RunReading(path).series()}
        assert seen <= {5.0, *VALUES}
