"""Strings of PromQL: their escapes, and where each character of a value stands in the query."""

from __future__ import annotations

import re
from typing import Final

from typedprom_codegen.promql.extent import Extent, QuerySyntaxError

_ESCAPE: Final = re.compile(
    r"\\(?:([abfnrtv\\'\"])|([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))"
)
_NAMED_ESCAPES: Final = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


def unquote(text: str, start: int) -> str:
    """The value of a string as written, which begins at `start` of its query.

    Raises QuerySyntaxError for an escape that PromQL does not have.
    """
    if text[0] == "`" or "\\" not in text:
        return text[1:-1]
    return "".join(character for character, _ in _characters(text, start))


def offsets(text: str) -> list[int]:
    """Where each character of the value begins in the string as written; then where it ends."""
    if text[0] == "`" or "\\" not in text:
        return [*range(1, len(text))]
    return [*(at for _, at in _characters(text, 0)), len(text) - 1]


def _characters(text: str, start: int) -> list[tuple[str, int]]:
    """The characters of a value, and where each begins."""
    found: list[tuple[str, int]] = []
    at, end = 1, len(text) - 1
    while at < end:
        character, length = text[at], 1
        if character == "\\":
            escape = _ESCAPE.match(text, at, end)
            unescaped = _unescaped(escape, text[0]) if escape else None
            if escape is None or unescaped is None:
                raise _bad_escape(text[at : min(at + 2, end)], start + at)
            character, length = unescaped, len(escape[0])
        found.append((character, at))
        at += length
    return found


def _unescaped(escape: re.Match[str], quote: str) -> str | None:
    """The character of an escape; None if this kind of string does not have the escape."""
    named, *codes = escape.groups()
    if named is not None:
        other_quote = named in "\"'" and named != quote
        return None if other_quote else _NAMED_ESCAPES.get(named, named)
    octal, *hexadecimal = codes
    code = int(octal, 8) if octal else int(next(filter(None, hexadecimal)), 16)
    limit = 0xFF if octal else 0x10FFFF
    return chr(code) if code <= limit and not 0xD800 <= code <= 0xDFFF else None


def _bad_escape(sequence: str, start: int) -> QuerySyntaxError:
    message = (
        f"`{sequence}` is not an escape of PromQL: double the backslash, or quote with backticks"
    )
    return QuerySyntaxError(message, Extent(start, start + len(sequence)))
