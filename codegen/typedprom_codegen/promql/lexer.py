"""Splits a query into tokens with positions. Grafana's variables are tokens as well."""

from __future__ import annotations

import re
from typing import Final

from typedprom_codegen.message_parts import quoted
from typedprom_codegen.promql.extent import Extent, QuerySyntaxError

VARIABLE: Final = r"(?:\$\w+|\$\{\w+[^{}]*\}|\[\[\w+(?::\w+)?\]\])"
"""A Grafana variable: `$name`, `${name}`, `${name:format}`, `[[name]]`."""

WORD: Final = "word"
NUMBER: Final = "number"
DURATION: Final = "duration"
STRING: Final = "string"
END: Final = ""
"""Kinds of tokens. The kind of a symbol is the symbol."""

_SKIPPED = r"(?:[ \t\r\n]++|\#[^\n\r]*+)*+"
_STRING = r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)"""
_DURATION = (
    r"((?=\d+[a-z])(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?"
    r"(?![\w.$]))"
)
_DIGITS = r"\d+(?:_\d+)*"
_NUMBER = (
    rf"((?:0[xX]_?[\da-fA-F]+(?:_[\da-fA-F]+)*|(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})"
    rf"(?:[eE][+-]?{_DIGITS})?)(?![\w.]))"
)
_SYMBOL = r"(=~|!~|!=|==|>=|<=|</|>/|[-+*/%^<>=(){}\[\],:@])"
_KINDS: Final = ("", WORD, NUMBER, DURATION, STRING)
_SYMBOL_GROUP: Final = len(_KINDS)


def _tokens(letters: str) -> re.Pattern[str]:
    word = rf"((?:[{letters}]|{VARIABLE})(?:[{letters}\d]|{VARIABLE})*)"
    return re.compile(
        _SKIPPED + "(?:" + "|".join((word, _NUMBER, _DURATION, _STRING, _SYMBOL)) + ")", re.ASCII
    )


_OUTSIDE: Final = _tokens("a-zA-Z_:")
_IN_BRACKETS: Final = _tokens("a-zA-Z_")  # where a colon separates a subquery's range from its step
_VARIABLE: Final = re.compile(VARIABLE, re.ASCII)
_BLANK: Final = re.compile(_SKIPPED)


class Tokens:
    """The tokens of a query: three lists of the same length, which end with the kind END.

    White space and comments are no tokens. Keywords are words: most can also be names.
    """

    __slots__ = ("kinds", "starts", "text", "texts")

    def __init__(self, text: str) -> None:
        """Raises QuerySyntaxError for what begins no token."""
        self.text = text
        self.kinds: list[str] = []
        self.texts: list[str] = []
        self.starts: list[int] = []
        self._split()

    def _split(self) -> None:
        text, kinds, texts, starts = self.text, self.kinds, self.texts, self.starts
        at, pattern = 0, _OUTSIDE
        while (match := pattern.match(text, at)) is not None:
            group = match.lastindex
            if group is None:  # never: every branch is a group
                break
            start, at = match.span(group)
            found = text[start:at]
            texts.append(found)
            starts.append(start)
            if group < _SYMBOL_GROUP:
                kinds.append(_KINDS[group])
                continue
            kinds.append(found)
            if found == "[":
                pattern = _IN_BRACKETS
            elif found == "]":
                pattern = _OUTSIDE
        blank = _BLANK.match(text, at)
        end = at if blank is None else blank.end()
        if end < len(text):
            raise _unreadable(text, end)
        kinds.append(END)
        texts.append("")
        starts.append(len(text))

    def variables(self) -> tuple[str, ...]:
        """The Grafana variables outside of strings, in order."""
        found: list[str] = []
        for kind, text in zip(self.kinds, self.texts, strict=True):
            if kind == WORD and has_variable(text):
                found += _VARIABLE.findall(text)
        return tuple(found)

    def extent(self, index: int) -> Extent:
        """Where a token stands."""
        start = self.starts[index]
        return Extent(start, start + len(self.texts[index]))


def has_variable(word: str) -> bool:
    """Whether a word contains a Grafana variable, so that its text is not final."""
    return "$" in word or "[" in word


def is_templated(text: str) -> bool:
    """Whether the text of a string contains a Grafana variable. A `$` alone is none."""
    return ("$" in text or "[[" in text) and _VARIABLE.search(text) is not None


def _unreadable(text: str, at: int) -> QuerySyntaxError:
    character = text[at]
    if character in "\"'`":
        return QuerySyntaxError(
            f"this string is not closed with {character}", Extent(at, len(text))
        )
    if character == ".":
        message = "unexpected `.`: a name with a dot is written in braces and quotes"
        return QuerySyntaxError(message, Extent(at, at + 1))
    if character.isdigit():
        word = re.compile(r"[\w.]+").match(text, at)
        end = word.end() if word else at + 1
        message = f"{quoted(text[at:end])} is neither a number nor a duration"
        return QuerySyntaxError(message, Extent(at, end))
    return QuerySyntaxError(f"unexpected character `{character}`", Extent(at, at + 1))
