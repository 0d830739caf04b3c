"""Where each character of a YAML scalar's value stands in the text, in every style."""

from __future__ import annotations

import re
from typing import Final

from typedprom_codegen.load.file_text import LINE_BREAK
from typedprom_codegen.promql.extent import Extent

_PROPERTIES: Final = re.compile(r"(?:[&!]\S*(?:\s+|#[^\n\r]*)*)*")
"""An anchor and a tag before the scalar itself."""

_FOLD: Final = re.compile("[ \t]*(?:\r\n|[\n\r\x85\u2028\u2029])[ \t\r\n\x85\u2028\u2029]*")
"""White space with a line break in it."""

_BLANKS: Final = " \t\r\n\x85\u2028\u2029"
_BLANK_LINES: Final = re.compile(f"[{_BLANKS}]*")
_NEWLINES: Final = re.compile("\n*")
_ESCAPE_WIDTHS: Final = {"x": 4, "u": 6, "U": 10}
_HEADER: Final = re.compile(r"[|>][^\n\r\x85\u2028\u2029]*(?:\r\n|[\n\r\x85\u2028\u2029])?")


_Units = list[tuple[int, int]]


def characters(text: str, start: int, value: str) -> list[tuple[int, int]]:
    """The start and end in `text` of each character of the scalar that begins at `start`.

    Empty if the text there does not say `value`.
    """
    properties = _PROPERTIES.match(text, start)
    start = properties.end() if properties else start
    try:
        units = _found(text, start, value)
    except IndexError:
        return []
    return units if len(units) == len(value) else []


def part_of(found: list[tuple[int, int]], value: str, extent: Extent) -> tuple[int, int] | None:
    """Where a part of a scalar starts and ends, given its characters; None if it has none.

    White space at the end of the value is often on no line that anybody sees: a part in it is
    behind the last word.
    """
    last = len(value.rstrip())
    if not found or not last:
        return None
    if extent.start >= last:
        return (found[last - 1][1],) * 2
    if extent.start >= extent.end:
        return (found[extent.start][0],) * 2
    return found[extent.start][0], found[min(extent.end, last) - 1][1]


def _found(text: str, start: int, value: str) -> _Units:
    """Like `characters`, of a scalar without properties; fewer, or an error, if it differs."""
    mark = text[start : start + 1]
    if mark in {"|", ">"}:
        return _of_block(text, start, value)
    if mark in {"'", '"'}:
        return _of_line(text, start + 1, mark, value)
    return _of_line(text, start, "", value)


def _of_line(text: str, at: int, quote: str, value: str) -> _Units:
    """Of a plain scalar, or of one in quotes; both can continue on further lines."""
    units: _Units = []
    while len(units) < len(value):
        character = text[at]
        if character in _BLANKS and (fold := _FOLD.match(text, at)):
            breaks = list(LINE_BREAK.finditer(fold[0]))
            units += [(at + each.start(), at + each.end()) for each in breaks[1:] or breaks]
            at = fold.end()
            continue
        width = _width(text, at, quote)
        if width == 1 and character != value[len(units)]:
            return []
        if character == "\\" and quote == '"' and (broken := LINE_BREAK.match(text, at + 1)):
            blank = _BLANK_LINES.match(text, broken.end())
            at = blank.end() if blank else broken.end()
            units += [each.span() for each in LINE_BREAK.finditer(text, broken.end(), at)]
            continue
        units.append((at, at + width))
        at += width
    return units


def _width(text: str, at: int, quote: str) -> int:
    """How many characters of the file are one of the value."""
    if quote == "'" and text[at] == "'":
        return 2
    if quote == '"' and text[at] == "\\":
        return _ESCAPE_WIDTHS.get(text[at + 1], 2)
    return 1


def _of_block(text: str, start: int, value: str) -> _Units:
    """Of a literal (`|`) or folded (`>`) scalar."""
    header = _HEADER.match(text, start)
    at = header.end() if header else start
    indentation = _indentation(text, at, value)
    units: _Units = [(at, at)] * _newlines(value, 0)  # blank lines before the first with content
    while len(units) < len(value):
        at, end = _content(text, at, indentation)
        size = min(end - at, len(value) - len(units))
        if text[at : at + size] != value[len(units) : len(units) + size]:
            return []
        units += [(place, place + 1) for place in range(at, at + size)]
        at = end
        if len(units) < len(value):  # line breaks, or the space that stands for one
            units += [(end, end + 1)] * max(1, _newlines(value, len(units)))
    return units


def _newlines(value: str, at: int) -> int:
    found = _NEWLINES.match(value, at)
    return found.end() - at if found else 0


def _indentation(text: str, at: int, value: str) -> int:
    """How many spaces are before each line of a block, which begins at `at`.

    The file's first line that is not blank has as many more than the same line of the value.
    """
    lines = value.split("\n")
    for number, line in enumerate(LINE_BREAK.split(text[at:], len(lines))):
        if line.strip(" "):
            inside = lines[number] if number < len(lines) else ""
            return max(0, _spaces(line) - _spaces(inside))
    return 0


def _spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _content(text: str, at: int, indentation: int) -> tuple[int, int]:
    """Start and end of the next line of a block that has content."""
    while True:
        found = LINE_BREAK.search(text, at)
        end = found.start() if found else len(text)
        if end - at > indentation or found is None:
            return at + indentation, end
        at = found.end()
