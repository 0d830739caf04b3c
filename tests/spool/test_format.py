"""The bytes of a run file: whole, cut off anywhere, with any bit wrong."""

from __future__ import annotations

import json
import struct
from zlib import crc32

import pytest

from tests.spool.run_files import JOBS, SINCE, Run, of_version
from typedprom.spool.format import (
    COPIES,
    HEADER_BYTES,
    HEADER_NUMBERS,
    HEADER_NUMBERS_AT,
    MARK,
    VERSION,
    Damage,
    FormatError,
    Header,
    OtherVersionError,
    Record,
    header_bytes,
    header_damage,
    read_header,
    record_bytes,
    records,
    size,
    vote,
)

HEADER = Header("0" * 32, 7, 8, "boot", "pid:[1]", SINCE)
DATA = Run().define(JOBS).count(3).count(4, kind="é").data


def found(data: bytes) -> list[Record]:
    return [record for record in records(data) if isinstance(record, Record)]


def test_a_header_is_read_as_it_was_written() -> None:
    assert read_header(header_bytes(HEADER)) == HEADER
    assert len(header_bytes(HEADER)) == HEADER_BYTES


def test_a_header_that_is_too_long_is_refused() -> None:
    with pytest.raises(FormatError, match="too long"):
        header_bytes(Header("0" * 500, 7, 8, "", "", SINCE))


def test_records_are_read_as_they_were_written() -> None:
    record = record_bytes(b'["odd"]', [1.5, -2.0])
    assert len(record) == size(b'["odd"]', 2)
    (read,) = records(header_bytes(HEADER) + record)
    assert isinstance(read, Record)
    assert (read.text, read.numbers) == ('["odd"]', 2)
    numbers = struct.unpack_from("=6d", header_bytes(HEADER) + record, read.first * 8)
    assert numbers == COPIES * (1.5, -2.0)


@pytest.mark.parametrize(
    ("copies", "holds", "is_damage"),
    [
        ("aaa", "a", False),
        ("baa", "a", False),  # a process may have been killed after each step
        ("aab", "a", False),
        ("aba", "a", True),
        ("abc", None, True),
    ],
)
def test_what_two_copies_agree_on_holds(copies: str, holds: str | None, is_damage: bool) -> None:
    numbers, damage = vote(*(b"12345678" + 8 * copy.encode() for copy in copies))
    assert numbers == (None if holds is None else b"12345678" + 8 * holds.encode())
    assert bool(damage) == is_damage


@pytest.mark.parametrize("bit", range(8 * len(MARK)))
def test_a_wrong_bit_in_a_mark_is_noticed_and_does_no_harm(bit: int) -> None:
    unfinished = bytearray(record_bytes(b'["one"]', [1.0]))
    unfinished[: len(MARK)] = bytes(len(MARK))
    marked = bytearray(record_bytes(b'["two"]', [2.0]))
    marked[bit // 8] ^= 1 << bit % 8
    for before in (b"", bytes(unfinished), b"damaged!"):
        for after in (b"", record_bytes(b'["three"]', [3.0])):
            data = header_bytes(HEADER) + before + bytes(marked) + after
            assert [one.text for one in found(data)] == ['["two"]', '["three"]'][: 1 + bool(after)]
            assert any(isinstance(one, Damage) for one in records(data))


def test_a_file_cut_off_anywhere_has_the_records_before_that() -> None:
    for end in range(len(DATA)):
        whole = [record for record in found(DATA) if record.end <= end]
        assert found(DATA[:end]) == whole


def test_a_wrong_bit_costs_one_record_at_most() -> None:
    for place in range(HEADER_BYTES, len(DATA)):
        data = bytearray(DATA)
        data[place] ^= 1 << place % 8
        assert len(found(bytes(data))) >= len(found(DATA)) - 1


def test_a_wrong_bit_in_the_header_is_noticed_and_does_no_harm() -> None:
    for place in range(HEADER_BYTES):
        data = bytearray(header_bytes(HEADER))
        data[place] ^= 1 << place % 8
        assert read_header(bytes(data)) == HEADER
        is_last = place >= HEADER_BYTES - HEADER_NUMBERS * 8  # as a process that was killed leaves
        is_first = 0 <= place - HEADER_NUMBERS_AT < HEADER_NUMBERS * 8
        assert (header_damage(bytes(data), 0) is None) == (is_first or is_last)


def test_a_record_without_its_mark_was_never_finished() -> None:
    unfinished = bytearray(record_bytes(b'["one"]', [1.0]))
    unfinished[: len(MARK)] = bytes(len(MARK))
    data = header_bytes(HEADER) + bytes(unfinished) + record_bytes(b'["two"]', [2.0])
    (record,) = records(data)
    assert isinstance(record, Record)
    assert record.text == '["two"]'


def test_bytes_that_are_no_record_are_damage() -> None:
    (damage,) = records(header_bytes(HEADER) + b"x" * 64)
    assert isinstance(damage, Damage)
    assert damage.offset == HEADER_BYTES


def test_another_version_and_another_byte_order_are_told_from_damage() -> None:
    data = bytearray(header_bytes(HEADER))
    with pytest.raises(OtherVersionError, match=f"version 9, this reads {VERSION}: upgrade"):
        read_header(of_version(9, bytes(data)))
    data[12:16] = data[15:11:-1]
    data[HEADER_NUMBERS_AT // 2 :] = bytes(len(data) - HEADER_NUMBERS_AT // 2)
    with pytest.raises(FormatError, match="byte order"):
        read_header(bytes(data))


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b"{}",
        b"[" * 400,
        b'{"run": 1}',
        b'{"run":"","pid":1,"started":1,"boot":"","pid_namespace":"","created":1'
        + b"0" * 350
        + b"}",
        b"\xff",
    ],
)
def test_a_header_that_somebody_made_up_is_refused(text: bytes) -> None:
    data = header_bytes(HEADER)[:16] + struct.pack("=III", VERSION, crc32(text), len(text)) + text
    with pytest.raises(FormatError):
        read_header(data.ljust(HEADER_BYTES, b"\0"))


def test_the_header_says_what_is_wrong() -> None:
    text = json.dumps({"run": 1}).encode()
    data = header_bytes(HEADER)[:16] + struct.pack("=III", VERSION, crc32(text), len(text)) + text
    with pytest.raises(FormatError, match="its header cannot be read: `run` is not a string"):
        read_header(data.ljust(HEADER_BYTES, b"\0"))
