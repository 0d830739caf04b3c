"""The labels: types and values of closed labels, and the label objects."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, TypeGuard

from typedprom import ClosedLabel, PatternLabel

Kind: TypeAlias = Literal[
    'say "hi"',
    "it's",
    "back\\slash",
    "{{ 7 * 7 }}",
    "日本語",
    "line\nbreak",
    "tab\there",
    "%s {x}",
    "\u202eright to left",
    "é",
]
r"""'''single''' and "double" \N{BULLET}"""

KIND_VALUES: Final[tuple[Kind, ...]] = (
    'say "hi"',
    "it's",
    "back\\slash",
    "{{ 7 * 7 }}",
    "日本語",
    "line\nbreak",
    "tab\there",
    "%s {x}",
    "\u202eright to left",
    "é",
)


def is_kind(value: str) -> TypeGuard[Kind]:
    """Whether `value` is one of `KIND_VALUES`; narrows its type."""
    return value in KIND_VALUES


KIND_LABEL: Final = ClosedLabel(
    "kind",
    help="'''single''' and \"double\" \\N{BULLET}",
    values=KIND_VALUES,
)

PATH_LABEL: Final = PatternLabel(
    "path",
    help='ends with a quote"',
    pattern="[\"'\\\\/\\w]+",
    budget=10,
)
