"""Regular expressions of matchers: what Prometheus' RE2 refuses, and which texts they match."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Final

LONGEST: Final = 10_000
"""Characters of a pattern that is looked at; Prometheus compiles longer ones."""

_PYTHON_ONLY: Final = re.compile(r"\(\?(?:[=!#(]|<[=!]|P=|>)|\\(?:[1-7](?![0-7])|[89])")
_RE2_ONLY: Final = re.compile(
    r"\\[pPQEzCa]|\[\[:|\(\?[a-zA-Z]*-?[a-zA-Z]*[:)]|\\x\{|\(\?<\w|(?:[$^]|\\[bB])[*+?{]"
)
_POSSESSIVE: Final = re.compile(r"(?:[*+?]|\{\d*,?\d*\})\+|[*+?]{2}[*+?]|\*\*|\?\*|\+\*")


@lru_cache(maxsize=4096)
def problem(pattern: str) -> str:
    """Why Prometheus refuses a pattern; empty where it does not, or where that is not known."""
    if pattern.isalnum() or len(pattern) > LONGEST:
        return ""
    plain = re.sub(r"\\\\|\[(?:[^\]\\]|\\.)*\]", "", pattern)
    if (python_only := _PYTHON_ONLY.search(plain)) is not None:
        return f"`{python_only[0]}` is not part of RE2, Prometheus' regular expressions"
    if _RE2_ONLY.search(pattern) or _POSSESSIVE.search(plain):
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return error.msg if isinstance(error, re.error) else ""
    return ""


def matches_whole(pattern: str, text: str) -> bool | None:
    """Whether a pattern matches a whole text, as in a matcher; None if that is not known.

    Only for patterns that Python reads like RE2, and cannot take long over.
    """
    compiled = _compiled(pattern)
    if compiled is None or float(len(text)) ** sum(map(pattern.count, "*+?{")) > _MOST_STEPS:
        return None
    return compiled.fullmatch(text) is not None


_MOST_STEPS: Final = 1e6
"""Each repetition of a pattern can begin and end anywhere in the text."""

_NESTED: Final = re.compile(r"[*+}]\)?[*+{]|\)[*+{]")
_ASSERTIONS: Final = re.compile(r"\\[bBAZzGsS]|[$^]|\(\?")
"""What Python reads in another way, or not at the same places."""


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    if len(pattern) > 1000 or _RE2_ONLY.search(pattern) or _PYTHON_ONLY.search(pattern):
        return None
    if (
        _NESTED.search(pattern)
        or pattern.count("*") + pattern.count("+") > 8
        or _ASSERTIONS.search(pattern.removeprefix("^").removesuffix("$"))
    ):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern, re.DOTALL | re.ASCII)
    except (re.error, OverflowError, RecursionError):
        return None
