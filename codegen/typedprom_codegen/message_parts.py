"""Parts of messages: quoted text, articles, lists of words, suggestions of similar words."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

LONGEST_QUOTE: Final = 60
"""Characters of the catalog's text that a message repeats at most."""

EMPTY: Final = "empty text"
"""How a message quotes text without characters."""


def quoted(text: str) -> str:
    """Text of the catalog in a message: in backticks, and shortened if it is long."""
    if not text:
        return EMPTY
    return f"`{text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + '…'}`"


def article(noun: str) -> str:
    """A noun with its article: `a counter`, `an open domain`."""
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"


def one_of(words: Iterable[str]) -> str:
    """A list of alternatives: `counter, gauge or histogram`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def listed(words: Iterable[str]) -> str:
    """A list of words: `counter, gauge and histogram`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def sentence(text: str) -> str:
    """The first sentence of a description as a help line: in lower case, without full stop."""
    first = text.split(". ")[0].rstrip(".")
    return first[:1].lower() + first[1:]


def similar(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """The known words that are spelled most like `word`, the nearest first; empty if none is.

    Words that differ in upper and lower case alone are alike.
    """
    words = sorted(known)
    found = get_close_matches(word, words, n=most, cutoff=0.7)
    return found or [each for each in words if each.casefold() == word.casefold()][:most]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean `x`?` with the known word nearest to `word`; empty if none is near."""
    return suggestion(next(iter(similar(word, known, most=1)), None))


def suggestion(word: str | None) -> str:
    """`; did you mean `word`?`, or empty without a word."""
    return f"; did you mean `{word}`?" if word else ""
