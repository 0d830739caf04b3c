"""The text of numbers, labels and headers, as both text formats write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typedprom.exposition.negotiation import Syntax
    from typedprom.metrics.exemplars import Exemplar

LARGE: Final = 1e6  # from here on Go, and with it the format, writes an exponent
_LEGACY_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def is_legacy_name(name: str) -> bool:
    """Whether no format has to escape the name."""
    return _LEGACY_NAME.fullmatch(name) is not None


def number(value: float) -> str:
    """`value` as Go writes it."""
    if -inf < value < LARGE:
        return repr(value)
    if value == inf:
        return "+Inf"
    if value == -inf:
        return "-Inf"
    return _large(repr(value)) if value == value else "NaN"


def _large(text: str) -> str:
    point = text.find(".")
    if point < 0 or "e" in text:
        return text
    return f"{text[0]}.{text[1:point]}{text[point + 1 :]}".rstrip("0.") + f"e+{point - 1:02d}"


def timestamp(value: float) -> str:
    """A Unix time as `number` writes it, in a third of the time between 2004 and 2038.

    There a float is a whole number and 22 bits, so that all that is computed here is exact, and
    the shortest text that reads back as the float has six decimals, or is the nearest with seven.
    """
    if not 2.0**30 <= value < 2.0**31:
        return number(value)
    whole = int(value)
    part = value - whole
    digits = whole * 1_000_000 + round(part * 1e6)
    if digits / 1e6 != value:
        digits = whole * 10_000_000 + round(part * 1e7)
    text = str(digits)
    return f"{text[0]}.{text[1:]}".rstrip("0.") + "e+09"


def pair(name: str, value: str) -> str:
    """One label, its value escaped."""
    if "\\" in value or "\n" in value or '"' in value:
        value = value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
    return f'{name}="{value}"'


def in_braces(pairs: Sequence[str]) -> str:
    """The labels as they follow a name; nothing where there is no label."""
    return f"{{{','.join(pairs)}}}" if pairs else ""


def with_exemplar(exemplar: Exemplar) -> str:
    """What follows the number of a series that has an exemplar."""
    pairs = ",".join(pair(*label) for label in sorted(exemplar.labels.items()))
    return f" # {{{pairs}}} {number(exemplar.value)} {exemplar.timestamp}"


def help_and_type(name: str, help: str, kind: str, syntax: Syntax) -> str:
    """The lines that say what the series after them are."""
    help = help.replace("\\", r"\\").replace("\n", r"\n")
    if syntax == "openmetrics":
        help = help.replace('"', r"\"")
    return f"# HELP {name} {help}\n# TYPE {name} {kind}\n"
