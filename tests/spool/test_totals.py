"""The totals file: whole, exact, replaced in one step, with a copy at hand."""

from __future__ import annotations

import json
import os
import struct
import time
from math import inf, nan
from pathlib import Path
from zlib import crc32

import pytest

from tests.spool.run_files import DEPTH, ERRORS, JOBS, SECONDS, SINCE, Run, jobs
from typedprom.spool.aggregation import Sums
from typedprom.spool.claims import claims_of
from typedprom.spool.decisions import Decisions, MetricDecisions
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import FormatError, OtherVersionError
from typedprom.spool.run_reader import RunReading
from typedprom.spool.store import SpoolStore
from typedprom.spool.totals import Totals, head, load, read, totals_bytes


def add(sums: Sums, *runs: RunReading) -> None:
    sums.admit(claims_of(run.layout for run in runs))
    sums.add_ended(runs, SINCE + 9)


def some(directory: SpoolDirectory) -> Totals:
    run = Run().define(JOBS, ERRORS, SECONDS, DEPTH).count(0.1 + 0.2)
    run.count(5e-324, ERRORS.name, source='é"\n', kind="a").count(1e308, ERRORS.name, other="x")
    run.series(SECONDS.name, {}, SINCE, 1.0, 2.0, 3.0, 4.0, inf)
    for value in (nan, inf, -inf):
        run.series(DEPTH.name, {"v": str(value)}, SINCE, value)
    sums = Sums()
    add(sums, RunReading(run.write(directory)))
    sums.admitted["x"] = MetricDecisions(
        {
            "a": Decisions(
                {"1": SINCE, "é": SINCE + 0.3}, {"1": SINCE + 0.1}, SINCE + 0.2, 3, most=4
            )
        },
        Decisions({(("a", "1"),): SINCE}, {(("a", "1"),): SINCE + 1.5}),
    )
    return Totals(sums, frozenset(("b" * 32, "a" * 32)), 7, 8, SINCE, SINCE + 5, 3)


def exact(totals: Totals) -> str:
    """Everything, doubles bit by bit: NaN is not equal to itself."""
    return repr(totals_bytes(totals)) + repr(
        [
            struct.pack(f"{len(n)}d", *n)
            for p in totals.sums.parts.values()
            for n in p.series.values()
        ]
    )


def test_what_is_written_is_read(directory: SpoolDirectory) -> None:
    totals = some(directory)
    totals.write(directory)
    for path in (directory.totals, directory.totals_copy):
        assert exact(read(path)) == exact(totals)
        assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in directory.path.iterdir()) == [
        "damaged", "refused", "runs", "totals", "totals.copy",
    ]  # fmt: skip


def test_without_totals_there_is_nothing(directory: SpoolDirectory) -> None:
    assert load(directory).totals == Totals()
    assert head(directory.totals) == b""


def test_every_writing_has_another_head(directory: SpoolDirectory) -> None:
    totals = Totals()
    heads = set()
    for generation in range(3):
        totals.generation = generation
        totals.write(directory)
        heads.add(head(directory.totals))
    assert len(heads) == 3


def test_a_wrong_bit_or_a_missing_end_is_noticed(directory: SpoolDirectory) -> None:
    data = totals_bytes(some(directory))
    for place in (*range(data.index(b"\n") + 1), *range(0, len(data), 7)):
        wrong = bytearray(data)
        wrong[place] ^= 1 << place % 8
        for damaged in (bytes(wrong), data[:place]):
            directory.totals.write_bytes(damaged)
            with pytest.raises(FormatError):
                read(directory.totals)


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n{}", b"[" * 100_000, b"\xff\n"])
def test_something_else_is_damage(content: bytes, directory: SpoolDirectory) -> None:
    directory.totals.write_bytes(content)
    with pytest.raises(FormatError):
        read(directory.totals)


@pytest.mark.parametrize(
    ("version", "remedy"),
    [(2, "the older typedprom can deliver it"), (4, "upgrade typedprom here")],
)
def test_totals_of_another_version_are_left_alone(
    version: int, remedy: str, directory: SpoolDirectory
) -> None:
    data = b'{"typedprom_totals": %d, "crc32": 0}\n' % version
    directory.totals.write_bytes(data)
    jobs(1).write(directory)
    store = SpoolStore(directory)
    for action in (lambda: load(directory), store.collect, store.compact, store.status):
        with pytest.raises(OtherVersionError) as raised:
            action()
        words = f"the totals are of version {version}, this reads 3: {remedy}"
        assert str(raised.value) == words
    assert directory.totals.read_bytes() == data
    assert len([*directory.runs.iterdir()]) == 1


def test_a_version_that_is_damaged_is_taken_from_the_copy(directory: SpoolDirectory) -> None:
    totals = some(directory)
    totals.write(directory)
    directory.totals.write_bytes(directory.totals.read_bytes().replace(b"3", b"9", 1))
    loaded = load(directory)
    assert exact(loaded.totals) == exact(totals)
    assert [why for _, why in loaded.damage] == [
        "the totals are of version 9, this reads 3: upgrade typedprom here"
    ]


@pytest.mark.parametrize("name", ["totals", "totals.copy"])
def test_totals_that_are_huge_are_damaged_and_not_read(
    name: str, directory: SpoolDirectory
) -> None:
    totals = some(directory)
    totals.write(directory)
    os.truncate(directory.path / name, 1 << 40)
    with pytest.raises(FormatError, match="the totals have 10995"):
        read(directory.path / name)
    assert exact(load(directory).totals) == exact(totals)
    SpoolStore(directory).compact()
    assert (directory.damaged / name).stat().st_size == 1 << 40
    assert directory.totals.read_bytes() == directory.totals_copy.read_bytes()


@pytest.mark.parametrize("name", ["merged", "retirements"])
def test_a_number_that_no_process_writes_is_damage(name: str, directory: SpoolDirectory) -> None:
    first, body = totals_bytes(some(directory)).splitlines()
    forged = json.dumps({**json.loads(body), name: 10**400}).encode() + b"\n"
    fields = {**json.loads(first), "bytes": len(forged)}
    del fields["crc32"]
    begin = json.dumps(fields).encode().removesuffix(b"}")
    checksum = crc32(forged, crc32(begin))
    directory.totals.write_bytes(b'%b, "crc32": %d}\n%b' % (begin, checksum, forged))
    with pytest.raises(FormatError, match=f"`{name}` is too large"):
        read(directory.totals)


def test_totals_that_are_damaged_are_taken_from_the_copy(directory: SpoolDirectory) -> None:
    totals = some(directory)
    totals.write(directory)
    directory.totals.write_bytes(b"x")
    loaded = load(directory)
    assert exact(loaded.totals) == exact(totals)
    assert loaded.source == directory.totals_copy
    assert [path for path, _ in loaded.damage] == [directory.totals]
    directory.totals.unlink()
    os.mkfifo(directory.totals)
    assert load(directory).source == directory.totals_copy


def test_a_failure_leaves_what_was_there(
    directory: SpoolDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    totals = some(directory)
    totals.write(directory)
    before = directory.totals.read_bytes()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        Totals().write(directory)
    assert directory.totals.read_bytes() == before
    assert not list(directory.path.glob("*.new"))


def test_a_link_in_the_way_is_replaced_and_not_followed(
    directory: SpoolDirectory, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    for name in ("totals", "totals.new", "totals.copy"):
        (directory.path / name).symlink_to(target)
    Totals(generation=4).write(directory)
    assert read(directory.totals).generation == 4
    assert target.read_text() == "precious"


def test_jobs_are_kept_to_the_last_bit(directory: SpoolDirectory) -> None:
    sums = Sums()
    add(sums, *(RunReading(jobs(0.1).write(directory)) for _ in range(3)))
    Totals(sums).write(directory)
    (part,) = read(directory.totals).sums.parts.values()
    assert part.series == {(): [SINCE, 0.1 + 0.1 + 0.1]}


def test_moments_of_the_future_are_not_known(directory: SpoolDirectory) -> None:
    later = time.time() + 3e8
    sums = Sums()
    run = RunReading(Run(later).define(JOBS, DEPTH).count(2).write(directory))
    sums.admit(claims_of([run.layout]))
    sums.add_ended([run], later + 1)  # by whose clock it was not in the future
    Totals(sums).write(directory)
    found = read(directory.totals).sums.parts.values()
    assert [part.declared for part in found] == [0.0, 0.0]
    assert next(iter(found)).series == {(): [0.0, 2.0]}


@pytest.mark.parametrize("name", ["began", "written"])
@pytest.mark.parametrize("timestamp", [inf, nan])
def test_a_moment_that_cannot_be_is_damage(
    name: str, timestamp: float, directory: SpoolDirectory
) -> None:
    totals = Totals()
    setattr(totals, name, timestamp)
    totals.write(directory)
    with pytest.raises(FormatError, match=f"`{name}` is not a timestamp"):
        read(directory.totals)
