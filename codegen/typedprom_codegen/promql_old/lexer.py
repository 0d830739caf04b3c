"""Splits a query into tokens with positions. Grafana's variables are tokens as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final


@dataclass(frozen=True, slots=True, order=True)
class Extent:
    """A part of a query: offsets in characters, from 0, the end exclusive."""

    start: int
    end: int

    def __contains__(self, other: Extent) -> bool:
        return self.start <= other.start and other.end <= self.end


class QuerySyntaxError(ValueError):
    """A syntax error in a query, with its position."""

    def __init__(self, message: str, extent: Extent) -> None:
        super().__init__(message)
        self.message = message
        self.extent = extent


class TokenKind(Enum):
    """The kind of a token. Keywords are words: most can also be names of metrics and labels."""

    WORD = "word"
    NUMBER = "number"
    DURATION = "duration"
    STRING = "string"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a query. White space and comments are not tokens."""

    kind: TokenKind
    text: str
    extent: Extent

    @property
    def varies(self) -> bool:
        """Whether this word contains a Grafana variable, so that its text is not final."""
        return self.kind is TokenKind.WORD and ("$" in self.text or "[" in self.text)

    @property
    def keyword(self) -> str:
        """The word in lower case, because Prometheus ignores the case of keywords; else empty."""
        return self.text.lower() if self.kind is TokenKind.WORD else ""


VARIABLE: Final = r"(?:\$\w+|\$\{\w+[^{}]*\}|\[\[\w+(?::\w+)?\]\])"
"""A Grafana variable: `$name`, `${name}`, `${name:format}`, `[[name]]`."""

_SKIPPED = r"(?P<skipped>[ \t\r\n]+|\#[^\n]*)"
_STRING = r"""(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)"""
_DURATION = (
    r"(?P<duration>(?=\d+[a-z])(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?"
    r"(?![\w.]))"
)
_NUMBER = r"(?P<number>(?:0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.]))"
_SYMBOL = r"(?P<symbol>=~|!~|!=|==|>=|<=|[-+*/%^<>=(){}\[\],:@])"


def _tokens(letters: str) -> re.Pattern[str]:
    word = rf"(?P<word>(?:[{letters}]|{VARIABLE})(?:[{letters}\d]|{VARIABLE})*)"
    return re.compile("|".join((_SKIPPED, _STRING, _DURATION, _NUMBER, word, _SYMBOL)), re.ASCII)


_OUTSIDE = _tokens("a-zA-Z_:")
_IN_BRACKETS = _tokens("a-zA-Z_")  # where a colon separates a subquery's range from its step

_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"])|([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))"
)
_NAMED_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def tokenize(text: str) -> tuple[Token, ...]:
    """All tokens of a query, the last one of kind END. Raises QuerySyntaxError."""
    return tuple(_scan(text))


def unquote(token: Token) -> str:
    """The text of a string token. Raises QuerySyntaxError for an escape that PromQL rejects."""
    body = token.text[1:-1]
    if token.text[0] == "`" or "\\" not in body:
        return body
    out: list[str] = []
    at = 0
    while (slash := body.find("\\", at)) >= 0:
        escape = _ESCAPE.match(body, slash)
        character = _unescaped(escape, token.text[0]) if escape else None
        if escape is None or character is None:
            raise _bad_escape(token, slash)
        out += body[at:slash], character
        at = escape.end()
    return "".join([*out, body[at:]])


def _scan(text: str) -> Iterator[Token]:
    at, pattern = 0, _OUTSIDE
    while at < len(text):
        match = pattern.match(text, at)
        if match is None or match.lastgroup is None:
            raise _unreadable(text, at)
        at = match.end()
        if match.lastgroup == "skipped":
            continue
        token = Token(TokenKind(match.lastgroup), match[0], Extent(*match.span()))
        if token.text == "[":
            pattern = _IN_BRACKETS
        elif token.text == "]":
            pattern = _OUTSIDE
        yield token
    yield Token(TokenKind.END, "", Extent(len(text), len(text)))


def _unreadable(text: str, at: int) -> QuerySyntaxError:
    character = text[at]
    if character in "\"'`":
        return QuerySyntaxError(
            f"this string is not closed with {character}", Extent(at, len(text))
        )
    if character.isdigit():
        word = re.match(r"[\w.]+", text[at:])
        end = at + (word.end() if word else 1)
        message = f"`{text[at:end]}` is neither a number nor a duration"
        return QuerySyntaxError(message, Extent(at, end))
    return QuerySyntaxError(f"unexpected character `{character}`", Extent(at, at + 1))


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


def _bad_escape(token: Token, slash: int) -> QuerySyntaxError:
    start = token.extent.start + 1 + slash
    sequence = token.text[slash + 1 : slash + 3]
    message = (
        f"`{sequence}` is not an escape of PromQL: double the backslash, or quote with backticks"
    )
    return QuerySyntaxError(message, Extent(start, start + len(sequence)))
