"""Finds the position of each key and value in TOML, which tomllib does not return."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from typedprom_codegen.diagnostics import Span

KeyPath = tuple[str, ...]

_TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n]* )
    | (?P<text> \"{3} (?: \\. | [^\\] )*? \"{3,5} | '{3} .*? '{3,5}
              | " (?: \\. | [^"\\] )* "         | ' [^']* ' )
    | (?P<bare> [A-Za-z0-9_+:-]+ )
    | (?P<mark> [\[\]{}=,.\n] )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class SettingPlace:
    """The position of a setting: its key, and its value or, for a table, its header."""

    key: Span
    value: Span


@dataclass(frozen=True, slots=True)
class _TomlToken:
    kind: str
    text: str
    start: int
    end: int


def places(path: str, text: str) -> dict[KeyPath, SettingPlace]:
    """The position of every table and key of `text`, which must be valid TOML."""
    return _Scanner(path, text).scan()


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at `offset`."""
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1


class _Scanner:
    """Scans the tokens of valid TOML: headers, keys and values."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self._tokens = list(_tokens(text))
        self._at = 0
        self._found: dict[KeyPath, SettingPlace] = {}

    def scan(self) -> dict[KeyPath, SettingPlace]:
        table: KeyPath = ()
        while (token := self._peek()) is not None:
            if token.text == "\n":
                self._at += 1
            elif token.text == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._found

    def _header(self) -> KeyPath:
        """`[a.b]` or `[[a.b]]`."""
        first = last = self._take()
        while self._looking_at("["):
            self._take()
        path = self._key(())
        while self._looking_at("]"):
            last = self._take()
        span = self._span(first, last)
        self._found[path] = SettingPlace(span, span)
        return path

    def _pair(self, table: KeyPath) -> None:
        """`a.b = value`."""
        first = self._at
        path = self._key(table)
        key = self._span(self._tokens[first], self._tokens[self._at - 1])
        self._take()  # the equals sign
        self._found[path] = SettingPlace(key, self._value(path))

    def _key(self, table: KeyPath) -> KeyPath:
        """A dotted key. Tables that it defines implicitly have their position here."""
        path = table
        while True:
            token = self._take()
            path = (*path, _name(token))
            span = self._span(token, token)
            self._found.setdefault(path, SettingPlace(span, span))
            if not self._looking_at("."):
                return path
            self._take()

    def _value(self, path: KeyPath) -> Span:
        first = self._take()
        if first.text == "{":
            while not self._looking_at("}"):
                if self._looking_at(",", "\n"):
                    self._take()
                else:
                    self._pair(path)
            return self._span(first, self._take())
        if first.text == "[":
            while not self._looking_at("]"):
                if self._looking_at(",", "\n"):
                    self._take()
                else:
                    self._value((*path, ""))
            return self._span(first, self._take())
        last = first
        while not self._looking_at(",", "]", "}", "\n") and self._peek() is not None:
            last = self._take()  # a number with a point, a date with a space
        return self._span(first, last)

    def _peek(self) -> _TomlToken | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _looking_at(self, *texts: str) -> bool:
        token = self._peek()
        return token is not None and token.kind == "mark" and token.text in texts

    def _take(self) -> _TomlToken:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _span(self, first: _TomlToken, last: _TomlToken) -> Span:
        return Span(self._path, *self._position(first.start), *self._position(last.end))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _tokens(text: str) -> Iterator[_TomlToken]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup is not None and match.lastgroup != "comment":
            yield _TomlToken(match.lastgroup, match.group(), match.start(), match.end())


def _name(token: _TomlToken) -> str:
    """A part of a key, without quotes."""
    if token.kind == "bare":
        return token.text
    name: str = tomllib.loads(f"key = {token.text}")["key"]
    return name
