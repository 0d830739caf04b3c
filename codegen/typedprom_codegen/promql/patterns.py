"""Regular expressions of matchers: what Prometheus' RE2 refuses, and which texts they match."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Final

LONGEST: Final = 10_000
"""Characters of a pattern that is looked at; Prometheus compiles longer ones."""

_SETS: Final = re.compile(r"\\\\|\[\^?\]?(?:\[:\w+:\]|[^\]\\]|\\.)*+(?:\]|$)", re.DOTALL)
_PYTHON_ONLY: Final = re.compile(r"\(\?(?:[=!#(]|<[=!]|P=|>)|\\(?:[1-7](?![0-7])|[89])")
_RE2_ONLY: Final = re.compile(
    r"\\[pPQEzCa]|\\[1-7][0-7]|\[\[:|\(\?[a-zA-Z]*-?[a-zA-Z]*[:)]|\\x\{|\(\?<\w|\{,"
    r"|(?:[$^]|\\[bB])[*+?{]"
)
_ESCAPE: Final = re.compile(r"\\(?:[xpP]\{[^}]*\}|.)", re.DOTALL)
_REPEATED: Final = re.compile(
    r"(?:[*+?]|\{\d+(?:,\d*)?\})(?:[*+]|\?[*+?]|\??\{\d+(?:,\d*)?\})",
)
"""A repetition of a repetition, or what Python takes for a possessive one."""


@lru_cache(maxsize=4096)
def problem(pattern: str) -> str:
    """Why Prometheus refuses a pattern; empty where it does not, or where that is not known."""
    if pattern.isalnum() or len(pattern) > LONGEST:
        return ""
    plain = _SETS.sub("", pattern)
    if "\\Q" in plain:
        return ""
    if (python_only := _PYTHON_ONLY.search(plain)) is not None:
        return f"`{python_only[0]}` is not part of RE2, Prometheus' regular expressions"
    if (repeated := _REPEATED.search(_ESCAPE.sub("x", plain))) is not None:
        return f"`{repeated[0]}` repeats a repetition"
    if _RE2_ONLY.search(pattern):
        return ""
    try:
        _compile(pattern)
    except re.error as error:
        return error.msg
    except (OverflowError, RecursionError):
        return ""
    return ""


def _compile(pattern: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a set in a set, which RE2 does not have either
        return re.compile(pattern, re.DOTALL | re.ASCII)


def matches_whole(pattern: str, text: str) -> bool | None:
    """Whether a pattern matches a whole text, as in a matcher; None if that is not known.

    Only for patterns that Python reads like RE2, and cannot take long over.
    """
    compiled = _compiled(pattern)
    repetitions = min(sum(map(pattern.count, "*+?{")), _MOST_REPETITIONS)
    if compiled is None or len(text) ** repetitions > _MOST_STEPS:
        return None
    return compiled.fullmatch(text) is not None


_MOST_REPETITIONS: Final = 20
_MOST_STEPS: Final = 1_000_000
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
        return _compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
