"""The format of a run file: what one process records, readable at whatever instant it died.

    header    1024 bytes: twice the same, magic, version, CRC-32 and length of a JSON object, the
              object, zeros; in the last 72, as numbers, how often records have changed, so that
              readers know when to look again, how many there are at least, and whether the process
              is about to end
    records   anywhere behind it, each at a multiple of 8, with zeros between them

A record is

    8 bytes   the mark, written last: without it the record was never finished
    4 bytes   length of the whole record, a multiple of 8
    4 bytes   CRC-32 of the three other fields and the text
    4 bytes   length of the text
    4 bytes   how many numbers follow
    text      JSON in UTF-8, then zeros up to a multiple of 8
    numbers   doubles: all of them, then all again, then all a third time
    zeros     up to the length, which is one of a few, so that others fit where this one was

The file grows by doubling: a segment begins at `FIRST_SEGMENT_BYTES` and at each power of two times
that, and holds records from its first byte on, none of which reaches into the next segment.

Integers and doubles are in the byte order of the machine, which the magic tells. The text is
`["metrics", [{…}, …], placed]`, definitions, or `["series", name, {label: value}, placed]`, whose
numbers are those of `Numbers` in `metrics.definition`. `placed` is when that was, a Unix time in
seconds: budgets are spent in that order. Where it is missing, it was when the run began. Where it
is 0, the series is there and nothing was recorded into it: its numbers stay zeros, and once
something is recorded the series has another record. All but numbers is written once, but the record
of something that was removed loses its mark, and its numbers become zeros; after longer than
reading a file takes, its space may be used again.
Definitions are written behind all others, and series behind the last definition of their metric.
Constant labels are those of that definition, whatever labels the text of a series has.

Numbers change in place for as long as the process lives, too often for a checksum. Instead each is
written to its first, second and third place, in this order and from memory: what two of them agree
on holds. A process that dies in between leaves the first or the last one different. That the second
one alone is different, or all three are, is damage, unless the process has gone on meanwhile.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from time import time
from typing import Final, NamedTuple
from zlib import crc32

from typedprom.core import checked_json as parsed

VERSION: Final = 3
HEADER_BYTES: Final = 1024
COPIES: Final = 3  # of each number
CHANGES, RECORDS, ENDING = 0, 1, 2  # the indexes of the numbers in the header
HEADER_NUMBERS: Final = 3
HEADER_NUMBERS_AT: Final = HEADER_BYTES - 8 * COPIES * HEADER_NUMBERS
_HEADER_COPY_BYTES: Final = HEADER_NUMBERS_AT // 2
FIRST_SEGMENT_BYTES: Final = 64 * 1024  # the header is in it
LARGEST_BYTES: Final = 1 << 28  # of a file: no larger one is written or read
ALIGNMENT: Final = 8
NEVER: Final = 0.0  # when what is not set was set, or something was recorded into a zero
_DEFINITIONS_BYTES: Final = 4096  # of those that are written together

_MAGIC: Final = struct.Struct("=12sI")
_NAME: Final = b"typedprom\r\n\x1a"  # line-end conversion and truncation at control characters show
_ORDER: Final = 0x01020304
_HEADER: Final = struct.Struct("=16sIII")  # magic, version, CRC-32, length of the object
MARK: Final = b"\xf3tprec\r\n"
_FIELDS: Final = struct.Struct("=IIII")  # length, CRC-32, length of the text, numbers
_CHECKED: Final = struct.Struct("=III")
_BEFORE_TEXT: Final = len(MARK) + _FIELDS.size
_DOUBLE: Final = 8


class FormatError(Exception):
    """The bytes are not as the format says; the message tells where and why."""


class OtherVersionError(FormatError):
    """The bytes are of a version that this code does not read: another version's code will."""

    def __init__(self, what: str, version: int, ours: int) -> None:
        remedy = (
            "upgrade typedprom here" if version > ours else "the older typedprom can deliver it"
        )
        super().__init__(f"{what} {version}, this reads {ours}: {remedy}")


class Header(NamedTuple):
    """The process that writes a run file; `started` is in ticks of the system."""

    run: str
    pid: int
    started: int
    boot: str
    pid_namespace: str
    created: float  # Unix time in seconds


class Record(NamedTuple):
    """A finished record: its text, how many numbers it has, and where, as an index into doubles.

    What follows it begins at `end`.
    """

    text: str
    first: int
    numbers: int
    end: int


class Damage(NamedTuple):
    """Bytes that no process leaves behind, however it ends."""

    offset: int
    why: str


def header_bytes(header: Header) -> bytes:
    """The first bytes of the file."""
    text = json.dumps(header._asdict()).encode()
    head = _HEADER.pack(_MAGIC.pack(_NAME, _ORDER), VERSION, crc32(text), len(text)) + text
    if len(head) > _HEADER_COPY_BYTES:
        raise FormatError("the header is too long")
    return (2 * head.ljust(_HEADER_COPY_BYTES, b"\0")).ljust(HEADER_BYTES, b"\0")


def read_header(data: bytes) -> Header:
    """The header of a file that begins with these bytes: the first of the two that is intact."""
    if len(data) < HEADER_BYTES:
        raise FormatError(f"it has {len(data)} bytes, too few for a header")
    try:
        return _read_header(data[:_HEADER_COPY_BYTES])
    except FormatError as error:
        try:
            return _read_header(data[_HEADER_COPY_BYTES:HEADER_NUMBERS_AT])
        except FormatError as other:
            raise other if isinstance(other, OtherVersionError) else error from None


def header_damage(data: bytes, found: int) -> Damage | None:
    """What is wrong with a header that can be read, of a file in which so many records are."""
    if data[:_HEADER_COPY_BYTES] != data[_HEADER_COPY_BYTES:HEADER_NUMBERS_AT]:
        return Damage(0, "one of the two headers is damaged")
    numbers, damage = _header_numbers(data)
    if numbers is None or damage:
        return Damage(HEADER_NUMBERS_AT, damage)
    records = struct.unpack(f"={HEADER_NUMBERS}d", numbers)[RECORDS]
    if records > found:
        return Damage(HEADER_NUMBERS_AT, f"{records - found:g} records are missing")
    return None


def is_ending(data: bytes) -> bool:
    """Whether the process has written that it is about to end, into a file of these first bytes."""
    numbers = _header_numbers(data).numbers
    return numbers is not None and struct.unpack(f"={HEADER_NUMBERS}d", numbers)[ENDING] > 0.0


def _header_numbers(data: bytes) -> Vote:
    size = HEADER_NUMBERS * _DOUBLE
    first, second, third = (
        data[start : start + size] for start in range(HEADER_NUMBERS_AT, HEADER_BYTES, size)
    )
    return vote(first, second, third)


def _read_header(data: bytes) -> Header:
    magic, version, checksum, length = _HEADER.unpack_from(data)
    if magic != _MAGIC.pack(_NAME, _ORDER):
        theirs = magic.startswith(_NAME)
        raise FormatError("it is of another byte order" if theirs else "it is not a run file")
    if version != VERSION:
        raise OtherVersionError("its format is version", version, VERSION)
    text = data[_HEADER.size : _HEADER.size + length]
    if crc32(text) != checksum:
        raise FormatError("its header is damaged")
    try:
        fields = parsed.mapping(json.loads(text))
        return Header(
            run=parsed.text(fields, "run"),
            pid=parsed.whole(fields, "pid"),
            started=parsed.whole(fields, "started"),
            boot=parsed.text(fields, "boot"),
            pid_namespace=parsed.text(fields, "pid_namespace"),
            created=parsed.timestamp(fields, "created"),
        )
    except (ValueError, RecursionError) as error:
        raise FormatError(f"its header cannot be read: {error}") from error


def definitions_texts(definitions: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """The texts of records that define these metrics, placed now."""
    some: list[str] = []
    size = 0
    for fields in definitions:
        some.append(json.dumps(fields))
        size += len(some[-1])
        if size > _DEFINITIONS_BYTES:
            yield _definitions_text(some)
            some.clear()
            size = 0
    if some:
        yield _definitions_text(some)


def _definitions_text(definitions: list[str]) -> bytes:
    return f'["metrics", [{", ".join(definitions)}], {time()!r}]'.encode()


def series_text(name: str, labels: Mapping[str, str]) -> bytes:
    """The text of a record of a series, placed now."""
    return json.dumps(["series", name, labels, time()]).encode()


def zero_text(name: str, labels: Mapping[str, str]) -> bytes:
    """The text of a record of a series that is at zero: nothing will be recorded into this one."""
    return json.dumps(["series", name, labels, NEVER]).encode()


def size(text: bytes, numbers: int) -> int:
    """How many bytes a record takes: the least of its class, four of which double the size."""
    needed = numbers_at(text) + COPIES * numbers * _DOUBLE
    return _padded(needed, max(ALIGNMENT, 1 << (needed.bit_length() - 3)))


def numbers_at(text: bytes, start: int = 0) -> int:
    """Where the numbers of a record are that begins at `start`."""
    return start + _padded(_BEFORE_TEXT + len(text))


def record_bytes(text: bytes, numbers: list[float]) -> bytes:
    """A record as a whole. The mark, its first 8 bytes, must be written last."""
    length = size(text, len(numbers))
    checksum = crc32(text, crc32(_CHECKED.pack(length, len(text), len(numbers))))
    head = MARK + _FIELDS.pack(length, checksum, len(text), len(numbers)) + text
    values = struct.pack(f"={len(numbers)}d", *numbers)
    return (head.ljust(_padded(len(head)), b"\0") + COPIES * values).ljust(length, b"\0")


class Vote(NamedTuple):
    """The numbers that copies agree on, as bytes, and which damage that shows.

    They are None where each copy of a number is another.
    """

    numbers: bytes | None
    damage: str = ""


def vote(first: bytes, second: bytes, third: bytes) -> Vote:
    """The numbers that these copies agree on, one by one."""
    votes, damage = bytearray(second), ""
    for start in range(0, len(second), _DOUBLE):
        place = slice(start, start + _DOUBLE)
        if second[place] not in (first[place], third[place]):
            if first[place] != third[place]:
                return Vote(None, "no two copies of a number agree")
            votes[place], damage = first[place], "a copy of a number is damaged"
    return Vote(bytes(votes), damage)


def records(data: bytes, start: int = HEADER_BYTES) -> Iterator[Record | Damage]:
    """The finished records from `start` on, and whatever is damaged between them."""
    position = start
    while position < len(data):
        mark = data.find(MARK, position)
        if mark != position:
            yield from _gap(data, position, len(data) if mark < 0 else mark)
        if mark < 0:
            return
        record = _record(data, mark)
        yield record
        if isinstance(record, Record):
            position = record.end
        else:  # what follows is the rest of it, up to the next mark
            following = data.find(MARK, mark + len(MARK))
            position = len(data) if following < 0 else following
            yield from _wrongly_marked(data, mark + len(MARK), position).values()


def _record(data: bytes, offset: int) -> Record | Damage:
    if offset % ALIGNMENT or offset + _BEFORE_TEXT > len(data):
        return Damage(offset, "a record begins where none can")
    length, checksum, text_length, count = _FIELDS.unpack_from(data, offset + len(MARK))
    begin = offset + _BEFORE_TEXT
    text = data[begin : begin + text_length]
    if crc32(text, crc32(_CHECKED.pack(length, text_length, count))) != checksum:
        return Damage(offset, "the checksum of a record is wrong")
    numbers = offset + _padded(_BEFORE_TEXT + text_length)
    if offset + length > len(data):
        return Damage(offset, "the file ends inside a record")
    if length % ALIGNMENT or numbers + COPIES * count * _DOUBLE > offset + length:
        return Damage(offset, "a record is shorter than what it holds")
    return Record(text.decode(errors="replace"), numbers // _DOUBLE, count, offset + length)


def _gap(data: bytes, begin: int, end: int) -> Iterator[Record | Damage]:
    """What is between records: zeros, or records without their mark, which begin with zeros.

    And records whose mark is damaged, which do not.
    """
    found = _wrongly_marked(data, begin, end)
    start, segment = begin, FIRST_SEGMENT_BYTES
    while start < end:
        if start not in found and any(data[start : min(start + len(MARK), end)]):
            yield Damage(start, "there is something that is not a record")
        while segment <= start:
            segment *= 2
        start = segment
    for offset, record in found.items():
        yield Damage(offset, "the mark of a record is damaged")
        yield record


def _wrongly_marked(data: bytes, begin: int, end: int) -> dict[int, Record]:
    """The records of which only one half of the mark is right, by their offsets."""
    found: dict[int, Record] = {}
    for half in (0, len(MARK) // 2):
        part = MARK[half : half + len(MARK) // 2]
        at = data.find(part, begin + half, end)
        while at >= 0:
            record = _record(data, at - half)
            if isinstance(record, Record):
                found[at - half] = record
            at = data.find(part, at + 1, end)
    return dict(sorted(found.items()))


def _padded(length: int, step: int = ALIGNMENT) -> int:
    return -(-length // step) * step
