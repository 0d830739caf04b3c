"""`offset`, `@`, `anchored` and `smoothed` after a selector, while they are being read."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.promql.durations import check_duration, check_timestamp
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.nodes.timed import Timed
from typedprom_codegen.promql.reader import Reader, fail

EXTENSIONS: Final = frozenset({"anchored", "smoothed"})


class _OpenModifier:
    """An `offset` or `@` whose time is being read."""

    __slots__ = ("base", "mark", "timed")

    is_single = True

    def __init__(self, reader: Reader, timed: Timed) -> None:
        self.base = len(reader.pending)
        self.mark = len(reader.nodes)
        self.timed = timed
        reader.at += 1

    def time(self, reader: Reader) -> tuple[Expression, list[Expression]]:
        """The time that was read, and all nodes of it, which are no values of the query."""
        reader.reduce_to(self.base)
        reader.frames.pop()
        nodes = reader.nodes[self.mark :]
        del reader.nodes[self.mark :]
        self.timed.end = reader.end()
        return reader.operands.pop(), nodes


class OpenOffset(_OpenModifier):
    """An `offset` whose duration is being read."""

    __slots__ = ()

    def go_on(self, reader: Reader) -> bool:
        """Add the offset to what it moves."""
        duration, nodes = self.time(reader)
        check_duration(nodes)
        self.timed.offset = duration
        return True


class OpenAt(_OpenModifier):
    """An `@` whose timestamp is being read."""

    __slots__ = ()

    def go_on(self, reader: Reader) -> bool:
        """Add the timestamp to what it moves."""
        timestamp, _ = self.time(reader)
        check_timestamp(timestamp)
        self.timed.at = timestamp
        return True


def open_offset(reader: Reader) -> bool:
    """Read `offset`."""
    timed = _timed(reader, "offset")
    if timed.offset is not None:
        fail("a second `offset`", reader.extent(reader.at))
    reader.frames.append(OpenOffset(reader, timed))
    return False


def open_at(reader: Reader) -> bool:
    """Read `@`."""
    timed = _timed(reader, "@")
    if timed.at is not None:
        fail("a second `@`", reader.extent(reader.at))
    reader.frames.append(OpenAt(reader, timed))
    return False


def read_extension(reader: Reader) -> bool:
    """Read `anchored` or `smoothed`."""
    word = reader.texts[reader.at].lower()
    timed = _timed(reader, word)
    if isinstance(timed, Subquery):
        fail(f"`{word}` is not allowed after a subquery", reader.extent(reader.at))
    if timed.extension not in {"", word}:
        fail("`anchored` and `smoothed` exclude each other", reader.extent(reader.at))
    timed.extension = word
    reader.at += 1
    timed.end = reader.end()
    return True


def _timed(reader: Reader, word: str) -> Timed:
    operand = reader.operands[-1]
    if not isinstance(operand, Timed):
        where = reader.extent(reader.at)
        fail(f"`{word}` is only allowed after a selector, a range or a subquery", where)
    return operand
