"""Reading a run file in which anything may be: what is intact counts, and nothing else happens."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.spool.run_files import JOBS, SINCE, Run
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import HEADER_BYTES, FormatError
from typedprom.spool.run_reader import RunReading

hostile = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@hostile
@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(directory: SpoolDirectory, data: bytes) -> None:
    path = directory.runs / "x.run"
    path.write_bytes(data)
    with pytest.raises(FormatError):
        RunReading(path)


@hostile
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_between_records_do_no_harm(
    directory: SpoolDirectory, before: bytes, after: bytes
) -> None:
    run = Run()
    run.records.append(before + bytes(-len(before) % 8))
    run.define(JOBS).count(3)
    run.records.append(after)
    assert [numbers for _, _, numbers in RunReading(run.write(directory)).series()] == [
        [SINCE, 3.0]
    ]


@hostile
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_wrong_bits_cost_only_what_they_hit(
    directory: SpoolDirectory, seed: int, flips: int
) -> None:
    run = Run().define(JOBS)
    for number in range(20):
        run.count(number, n=str(number))
    starts = [HEADER_BYTES]
    for record in run.records:
        starts.append(starts[-1] + len(record))
    data, chance = bytearray(run.data), random.Random(seed)  # noqa: S311
    hit: set[int] = set()
    for _ in range(flips):
        place = chance.randrange(starts[1], len(data))
        data[place] ^= 1 << chance.randrange(8)
        hit.add(max(index for index, start in enumerate(starts) if start <= place) - 1)
    path = directory.runs / f"{run.run}.run"
    path.write_bytes(data)
    values = {dict(labels)["n"]: numbers for _, labels, numbers in RunReading(path).series()}
    for number in range(20):
        if number not in hit:
            assert values[str(number)] == [SINCE, float(number)]


@hostile
@given(st.integers(0, 3000))
def test_a_file_cut_off_anywhere_has_what_is_before(directory: SpoolDirectory, end: int) -> None:
    run = Run().define(JOBS)
    for number in range(20):
        run.count(number, n=str(number))
    path = run.write(directory)
    os.truncate(path, min(end, len(run.data)))
    try:
        found = [numbers[1] for _, _, numbers in RunReading(path).series()]
    except FormatError:
        assert end < HEADER_BYTES
    else:
        assert found == [float(number) for number in range(len(found))]
