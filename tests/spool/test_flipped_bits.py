"""Bits of a spool that flip: what was recorded is known exactly, or what is not known is told."""

from __future__ import annotations

import random
import shutil
from itertools import count, pairwise
from pathlib import Path

import pytest

from tests.spool.programs import BEGIN
from tests.spool.run_files import by_name, jobs, prepared, total
from tests.support.programs import run_python
from typedprom.core.misuse import forget
from typedprom.metrics.definition import Labels
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import HEADER_BYTES, Record, records
from typedprom.spool.run_reader import RunReading
from typedprom.spool.store import SpoolStore

Recorded = dict[tuple[str, Labels], list[float]]
PROGRAM = """
record()
BY.labels(source="b").inc(5)
LEVELS.labels(source="b").set(1)
LEVELS.labels(source="c").set(1)
LEVELS.remove(source="b")
"""
ENDS = {"killed": "os.kill(os.getpid(), 9)", "ended": ""}


@pytest.fixture(params=ENDS)
def file(request: pytest.FixtureRequest, spool: Path) -> Path:
    """The run file of a process that has recorded into a metric of every kind."""
    run_python("-c", BEGIN + PROGRAM + ENDS[request.param])
    (path,) = (spool / "runs").iterdir()
    return path


def flipped(data: bytes, place: int, bit: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def read(path: Path) -> Recorded:
    return {(one.name, labels): numbers for one, labels, numbers in RunReading(path).series()}


def test_a_bit_of_a_number_is_outvoted(file: Path) -> None:
    data = file.read_bytes()
    recorded = read(file)
    assert len({name for name, _ in recorded}) > 6
    assert not RunReading(file).damage
    for record in records(data):
        assert isinstance(record, Record)
        size = 8 * record.numbers
        for place in range(8 * record.first, 8 * record.first + 3 * size):
            copy = (place - 8 * record.first) // size
            for bit in range(8):
                file.write_bytes(flipped(data, place, bit))
                assert read(file) == recorded
                assert bool(RunReading(file).damage) == (copy == 1)  # a kill leaves the others


def test_a_number_that_no_two_copies_agree_on_is_left_out_alone(file: Path) -> None:
    data = file.read_bytes()
    recorded = read(file)
    for record in records(data):
        assert isinstance(record, Record)
        for place in range(8 * record.first, 8 * (record.first + record.numbers)):
            wrong = flipped(flipped(data, place, 1), place + 8 * record.numbers, 3)
            file.write_bytes(wrong)
            found = read(file)
            assert len(recorded.keys() - found.keys()) == 1
            assert found.items() <= recorded.items()
            assert [one.why for one in RunReading(file).damage] == [
                "no two copies of a number agree"
            ]


def families(directory: SpoolDirectory) -> Recorded:
    found = by_name(SpoolStore(directory).collect())
    return {
        (name, labels): numbers
        for name, series in found.items()
        for labels, numbers in series.items()
        if not name.startswith("typedprom_")
    }


def is_more(found: Recorded, recorded: Recorded) -> bool:
    """Whether anything was found that was not recorded."""
    settings = {"x_level", "x_levels", "x_build_info", "x_phase"}
    for key, numbers in found.items():
        true = recorded.get(key)
        if true is None or key[0] in settings:
            if numbers != true:
                return True
        elif any(one > most for one, most in zip(numbers[1:], true[1:], strict=True)):
            return True
    return False


@pytest.mark.parametrize("spool", ["shared"], indirect=True)
def test_a_bit_anywhere_loses_nothing_silently(file: Path, tmp_path: Path) -> None:
    data = file.read_bytes()
    places = len(data.rstrip(b"\0")) + 64
    intact = prepared(tmp_path / "intact")
    shutil.copy(file, intact.runs)
    recorded = families(intact)
    chance = random.Random(7)  # noqa: S311
    for number in range(800):
        place, bit = chance.randrange(places), chance.randrange(8)
        directory = prepared(tmp_path / str(number))
        (directory.runs / file.name).write_bytes(flipped(data, place, bit))
        with_it = families(directory)
        is_told = bool(SpoolStore(directory).status().damaged)
        assert with_it == recorded or is_told, (place, bit)
        assert with_it == families(directory), (place, bit)
        assert not is_more(with_it, recorded), (place, bit)
        shutil.rmtree(directory.path.parent)
        forget()


@pytest.mark.parametrize("spool", ["shared"], indirect=True)
def test_records_that_are_gone_are_told(file: Path) -> None:
    data = file.read_bytes()
    found = [record for record in records(data) if isinstance(record, Record)]
    starts = [HEADER_BYTES, *(record.end for record in found)]
    for end in starts[:-1]:  # cut off between two records
        file.write_bytes(data[:end])
        assert "are missing" in RunReading(file).damage[0].why
    for start, end in pairwise(starts):  # overwritten with zeros
        file.write_bytes(data[:start] + bytes(end - start) + data[end:])
        assert RunReading(file).damage


MADE = count()


def merged(path: Path, *amounts: float) -> SpoolDirectory:
    """A spool whose totals have runs that count so many jobs."""
    directory = prepared(path / str(next(MADE)))
    for amount in amounts:
        jobs(amount).write(directory)
        SpoolStore(directory).compact()
    return directory


def edited(data: bytes, chance: random.Random) -> bytes:
    """The data with one fault."""
    place = chance.randrange(data.index(b"\n") + 1 if chance.random() < 0.5 else len(data))
    other = bytes([chance.choice(b'0123456789.,x" \n{}')])
    return chance.choice(
        [
            flipped(data, place, chance.randrange(8)),
            data[:place] + other + data[place + 1 :],
            data[:place],
            data[:place] + data[place + 1 :],
            data[:place] + other + data[place:],
        ]
    )


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("which", ["totals", "totals.copy", "totals beside an older copy"])
def test_an_edit_of_totals_loses_nothing(which: str, seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311
    directory = merged(tmp_path, 1, 2)
    if which == "totals beside an older copy":  # a process died before it had replaced both
        older = prepared(tmp_path / "older")
        jobs(1).write(older)
        SpoolStore(older).compact()
        last = jobs(2).write(older)
        shutil.copy(older.totals, directory.totals_copy)
        shutil.copy(last, directory.runs)
        SpoolStore(older).compact()
        shutil.copy(older.totals, directory.totals)
    path = directory.totals_copy if which == "totals.copy" else directory.totals
    before = path.read_bytes()
    path.write_bytes(edited(before, chance))
    is_edited = path.read_bytes() != before
    for expected in (3, 10, 17):
        assert total(SpoolStore(directory)) == expected
        jobs(7).write(directory)
    names = [file.name for file in SpoolStore(directory).status().damaged]
    assert names == ([path.name] if is_edited else [])
    assert directory.totals.read_bytes() == directory.totals_copy.read_bytes()


def test_what_both_totals_have_lost_is_told_and_counting_begins_anew(tmp_path: Path) -> None:
    directory = merged(tmp_path, 1, 2)
    for path in (directory.totals, directory.totals_copy):
        path.write_bytes(flipped(path.read_bytes(), 100, 3))
    jobs(7).write(directory)
    for _ in range(2):
        assert total(SpoolStore(directory)) == 7
        damaged = SpoolStore(directory).status().damaged
        assert [file.name for file in damaged] == ["totals", "totals.copy"]
