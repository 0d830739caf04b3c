"""Queries inside of Go templates: `query "…"` in the labels and annotations of alerts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.source_query import Place

_STRING: Final = r'"(?:[^"\\\n]|\\.)*+"|`[^`]*+`'
_ACTION: Final = re.compile(
    rf'\{{\{{-?\s*(?:/\*.*?\*/|((?:{_STRING}|(?!\}}\}})[^"`])*+))\}}\}}', re.DOTALL
)
"""An open quote ends no action, as in Go."""
_TOKEN: Final = re.compile(rf"{_STRING}|[\w.$]+|\S")
_ESCAPE: Final = re.compile(
    r"\\(?:([abfnrtv\\'\"])|([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))"
)
_NAMED: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_QUERY: Final = "query"
_BEFORE: Final = frozenset({"", "(", "=", "with", "range", "if"})
"""What can stand before a string that is piped into `query`."""


@dataclass(frozen=True, slots=True)
class TemplateQuery:
    """A query in a template."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class _StringInTemplate:
    """The place of a string of a template, given the place of the template."""

    template: Place
    characters: tuple[Extent, ...]  # of the string, in the template
    end: int

    def span(self, extent: Extent) -> Span:
        """The part of the file with this part of the string."""
        inside = self.characters[extent.start : extent.end]
        if not inside:
            rest = self.characters[extent.start : extent.start + 1]
            start = rest[0].start if rest else self.end
            return self.template.span(Extent(start, start))
        return self.template.span(Extent(inside[0].start, inside[-1].end))


def template_queries(template: str, place: Place) -> Iterator[TemplateQuery]:
    """The queries that are strings; what `printf` makes is not known before it runs."""
    for action in _actions(template):
        if action[1] is None or _QUERY not in action[1]:
            continue
        for string in _queried(list(_TOKEN.finditer(template, *action.span(1)))):
            characters = _characters(string)
            if characters is not None:
                text = "".join(character for character, _ in characters)
                extents = tuple(extent for _, extent in characters)
                yield TemplateQuery(text, _StringInTemplate(place, extents, string.end() - 1))


def _actions(template: str) -> Iterator[re.Match[str]]:
    """What is in double braces, up to the first that is not closed."""
    at = template.find("{{")
    while at >= 0 and (action := _ACTION.match(template, at)) is not None:
        yield action
        at = template.find("{{", action.end())


def _queried(tokens: list[re.Match[str]]) -> Iterator[re.Match[str]]:
    """The strings that are the whole argument of `query`."""
    words = ["", *(token[0] for token in tokens), "", ""]
    for index, token in enumerate(tokens, 1):
        if words[index][0] not in '"`':
            continue
        is_piped = words[index + 1 : index + 3] == ["|", _QUERY]
        if words[index - 1] == _QUERY or (is_piped and words[index - 1] in _BEFORE):
            yield token


def _characters(string: re.Match[str]) -> list[tuple[str, Extent]] | None:
    """The characters of a string with their extents; None if it has a wrong escape."""
    text, at, last = string.string, string.start() + 1, string.end() - 1
    is_raw = text[string.start()] == "`"
    found: list[tuple[str, Extent]] = []
    while at < last:
        end, character = at + 1, text[at]
        if character == "\\" and not is_raw:
            escape = _ESCAPE.match(text, at)
            character = _unescaped(escape) if escape else ""
            if escape is None or not character:
                return None
            end = escape.end()
        found.append((character, Extent(at, end)))
        at = end
    return found


def _unescaped(escape: re.Match[str]) -> str:
    """The character of an escape; empty for what is only a byte of one, or no character."""
    named, octal, byte, *code = escape.groups()
    if named is not None:
        return _NAMED.get(named, named)
    if octal or byte:
        value = int(octal, 8) if octal else int(byte, 16)
        return chr(value) if value < 0x80 else ""
    value = int(code[0] or code[1], 16)
    return chr(value) if value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF else ""
