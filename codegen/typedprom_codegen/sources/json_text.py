"""JSON text as values, and where each string stands in it, escapes included."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Sequence
from typing import Final, NoReturn

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.document import JsonData, JsonPath
from typedprom_codegen.sources.lines import Lines

DEEPEST: Final = 200
"""Levels of nesting. Grafana's deepest dashboards have about 20."""

LONGEST_INTEGER: Final = 300
"""Digits; longer integers are read as floats, as JavaScript does with all."""

_STRING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_STRING_OR_BRACKET: Final = re.compile(rf"{_STRING.pattern}|[\[\]{{}}]", re.DOTALL)
_LEVELS: Final = {"[": 1, "{": 1, "]": -1, "}": -1}
_CONSTANT: Final = re.compile(rf"{_STRING.pattern}|(-?Infinity|NaN)", re.DOTALL)
_SCALAR: Final = re.compile(r"[^\s,\[\]{}:]+")
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_CHARACTER: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u.{4}|\\.|.", re.DOTALL
)


class JsonSyntaxError(ValueError):
    """Text that is not JSON, with the offset of what is wrong."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def parsed(text: str) -> JsonData:
    """The value of JSON text. Of a key that occurs twice the last one counts, as in Grafana.

    Raises JsonSyntaxError, also for what only Python takes for JSON, and for deep nesting.
    """
    _check_depth(text)
    try:
        found: JsonData = json.loads(text, parse_int=_integer, parse_constant=_no_constant)
    except json.JSONDecodeError as problem:
        raise _explained(problem, text) from None
    except _ConstantError as problem:
        raise JsonSyntaxError(f"`{problem}` is not a number in JSON", _constant(text)) from None
    return found


def _explained(problem: json.JSONDecodeError, text: str) -> JsonSyntaxError:
    offset = min(problem.pos, len(text))
    before = text[:offset].rstrip()
    if before.endswith(",") and text[offset : offset + 1] in ("]", "}"):
        return JsonSyntaxError("a comma after the last item", len(before) - 1)
    reason = problem.msg[:1].lower() + problem.msg[1:]
    return JsonSyntaxError(reason.removesuffix(" at"), offset)


class _ConstantError(Exception):
    """NaN or Infinity, which Python's reader would accept."""


def _no_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


def _constant(text: str) -> int:
    """The offset of the first NaN or Infinity outside of strings."""
    return next((found.start() for found in _CONSTANT.finditer(text) if found[1]), 0)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else float(digits)


def _check_depth(text: str) -> None:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        depth += _LEVELS.get(found[0], 0)
        if depth > DEEPEST:
            raise JsonSyntaxError(f"nested more than {DEEPEST} levels deep", found.start())


class JsonDocument:
    """A file of JSON: its data, and the positions of its values, searched for when asked.

    Each list and mapping on the way to a value is scanned once, without recursion.
    """

    def __init__(self, path: str, text: str) -> None:
        """`path` is the file as shown in messages. Raises JsonSyntaxError."""
        self.path = path
        self.data = parsed(text)
        self._text = text
        self._lines = Lines(text)
        self._parts: dict[int, dict[str | int, int]] = {}
        self._string: tuple[int, Sequence[int]] | None = None  # the last one, by its start

    def span(self, path: JsonPath, extent: Extent | None = None) -> Span:
        """The span of the value at this path; of these characters of it, if it is a string."""
        start = self._find(path)
        if extent is None or self._text[start] != '"':
            return self._lines.span(self.path, start, self._end(start))
        return self._lines.span(self.path, *self._part_of_string(start, extent))

    def _find(self, path: JsonPath) -> int:
        """The offset of the value at this path."""
        at = _after_blank(self._text, 0)
        for part in path:
            if at not in self._parts:
                self._parts[at] = dict(self._scan(at))
            at = self._parts[at][part]
        return at

    def _scan(self, start: int) -> list[tuple[str | int, int]]:
        """The keys of a mapping, or the indices of a list, with the offsets of the values."""
        text, found = self._text, list[tuple[str | int, int]]()
        at = _after_blank(text, start + 1)
        while text[at] not in "]}":
            key: str | int = len(found)
            if text[start] == "{":
                end = self._end(at)
                key = json.loads(text[at:end])
                at = _after_blank(text, _after_blank(text, end) + 1)
            found.append((key, at))
            at = _after_blank(text, self._end(at))
            if text[at] == ",":
                at = _after_blank(text, at + 1)
        return found

    def _end(self, start: int) -> int:
        """The offset after the value that begins at `start`."""
        text = self._text
        if text[start] in "[{":
            depth = 0
            for found in _STRING_OR_BRACKET.finditer(text, start):
                depth += _LEVELS.get(found[0], 0)
                if depth == 0:
                    return found.end()
        pattern = _STRING if text[start] == '"' else _SCALAR
        match = pattern.match(text, start)
        return match.end() if match else len(text)

    def _part_of_string(self, start: int, extent: Extent) -> tuple[int, int]:
        """The offsets in the file of characters of the string that begins at `start`."""
        offsets = self._characters(start)
        last = len(offsets) - 1
        end = offsets[min(extent.end, last)]
        return (end if extent.start >= extent.end else offsets[min(extent.start, last)], end)

    def _characters(self, start: int) -> Sequence[int]:
        """The offsets of the characters of a string, and of its end; kept for the next one."""
        if self._string is None or self._string[0] != start:
            end = self._end(start) - 1
            each = _CHARACTER.finditer(self._text, start + 1, end)
            self._string = (start, array("q", [*(one.start() for one in each), end]))
        return self._string[1]


def _after_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at
