"""Resolves plain scalars as YAML 1.2 does, and marks those that YAML 1.1 reads differently."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

LONGEST_INTEGER: Final = 300
"""Longer integers are read as infinity; the range of floats ends there as well."""


@dataclass(frozen=True, slots=True)
class AmbiguousScalar:
    """A plain scalar that YAML 1.1 and 1.2 read differently, or null. No field accepts it."""

    reads_as: str  # "a boolean", "a date", "null"


NULL: Final = "null"

Scalar = str | int | float | bool | AmbiguousScalar

_FIRST: Final = frozenset("+-.0123456789~nNtTfFyYoO")
"""The first characters of plain scalars that can be anything but a string."""

_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), AmbiguousScalar(NULL)),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{
        form: AmbiguousScalar("a boolean")
        for word in ("y", "n", "yes", "no", "on", "off")
        for form in (word, word.capitalize(), word.upper())
    },
}

_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL: Final = re.compile(r"([-+]?)\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_AMBIGUOUS: Final = (
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?"), "a date"),
    (re.compile(r"[-+]?(0o[0-7]+|0[0-7_]+)"), "an octal number"),
    (re.compile(r"[-+]?0x[0-9a-fA-F_]+"), "a hexadecimal number"),
    (re.compile(r"[-+]?0b[01_]+"), "a binary number"),
    (re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"), "a sexagesimal number"),
    (re.compile(r"[-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?"), "a number"),
)


def resolve_plain(text: str) -> Scalar:
    """The value of a scalar without quotes."""
    if text and text[0] not in _FIRST:
        return text
    if (word := _WORDS.get(text)) is not None:
        return word
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= LONGEST_INTEGER else math.inf
    if _FLOAT.fullmatch(text):
        return float(text)
    if special := _SPECIAL.fullmatch(text):
        return math.nan if special[3] else float(special[1] + "inf")
    return next((AmbiguousScalar(what) for form, what in _AMBIGUOUS if form.fullmatch(text)), text)


def describe(value: object) -> str:
    """The type of a value, with its article: "a number", "a list"."""
    match value:
        case AmbiguousScalar():
            return value.reads_as
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "a mapping"
