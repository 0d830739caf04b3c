"""Small pieces of sentences that messages are put together from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

LONGEST_QUOTE: Final = 60
"""Characters of a catalog's text that a message repeats."""


EMPTY: Final = "empty text"


def quoted(text: str) -> str:
    """Text of the catalog inside a message: in backticks, shortened; empty text as the words."""
    if not text:
        return EMPTY
    return f"`{text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + '…'}`"


def article(noun: str) -> str:
    """`a counter`, `an open domain`."""
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"


def one_of(words: Iterable[str]) -> str:
    """`counter`, `gauge` or `histogram`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def sentence(text: str) -> str:
    """The first sentence of a description as a help line: without capital and full stop."""
    first = text.split(". ")[0].rstrip(".")
    return first[:1].lower() + first[1:]
