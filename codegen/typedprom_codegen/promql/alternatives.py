"""The alternatives of a regular expression, and where each stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

_CLASS: Final = re.compile(r"\[\^?\]?(?:\[:\w+:\]|[^\]\\]|\\.)*\]", re.DOTALL)


class Alternative(NamedTuple):
    """One of the alternatives of a pattern, and where it begins in the pattern."""

    text: str
    start: int


_METACHARACTERS: Final = frozenset(r"\.+*?()|[]{}^$")


def is_literal(pattern: str) -> bool:
    """Whether a pattern only matches itself."""
    return not _METACHARACTERS & {*pattern}


def pattern_of(texts: Iterable[str]) -> str:
    """A pattern that matches exactly these texts."""
    return "|".join(map(_literal, texts))


def _literal(text: str) -> str:
    return "".join(f"\\{char}" if char in _METACHARACTERS else char for char in text)


def alternatives_in(pattern: str) -> list[Alternative]:
    """The alternatives that a pattern consists of, without anchors and a group around all."""
    start, end, ends = 0, len(pattern), _ends_of_groups(pattern)
    while start < end:
        if pattern[start] == "^":
            start += 1
        elif pattern[end - 1] == "$" and pattern[end - 2 : end - 1] != "\\":
            end -= 1
        elif pattern[start] == "(" and ends.get(start) == end - 1:
            start += 3 if pattern.startswith("(?:", start) else 1
            end -= 1
        else:
            break
    found: list[Alternative] = []
    at = first = start
    while at < end:
        if pattern[at] == "|":
            found.append(Alternative(pattern[first:at], first))
            first = at + 1
        at = _after(pattern, at, ends)
    return [*found, Alternative(pattern[first:end], first)]


_ESCAPED: Final = re.compile(r"\\(\W)", re.ASCII)


@lru_cache(maxsize=4096)
def fixed_texts(pattern: str) -> frozenset[str] | None:
    """The texts that a pattern matches if it lists them: those of `get|post`. Else None."""
    parts = [alternative.text for alternative in alternatives_in(pattern)]
    if not all(is_literal(_ESCAPED.sub("", part)) for part in parts):
        return None
    return frozenset(_ESCAPED.sub(r"\1", part) for part in parts)


def _after(pattern: str, at: int, ends: Mapping[int, int]) -> int:
    """Where the part that begins at `at` ends: a group, a class, an escape or a character."""
    if pattern[at] == "\\":
        return at + 2
    return ends.get(at, at) + 1


def _ends_of_groups(pattern: str) -> dict[int, int]:
    """The ends of all groups and classes by their starts."""
    ends: dict[int, int] = {}
    open_groups: list[int] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            at += 1
        elif character == "[":
            end = _CLASS.match(pattern, at)
            ends[at] = at = end.end() - 1 if end else len(pattern)
        elif character == "(":
            open_groups.append(at)
        elif character == ")" and open_groups:
            ends[open_groups.pop()] = at
        at += 1
    return ends
