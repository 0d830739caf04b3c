"""A parsed query: everything that it refers to, with positions. `parser.py` makes it."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql_old import keywords
from typedprom_codegen.promql_old.lexer import Extent, Token


@dataclass(frozen=True, slots=True)
class LabelName:
    """The name of a label in a query."""

    name: str
    extent: Extent


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition of a selector: `source_id=~"k.*"`."""

    label: LabelName
    operator: str
    value: str
    extent: Extent


@dataclass(frozen=True, slots=True)
class Selector:
    """A vector selector, with its range if it has one.

    `name` is None if it is not fixed: a pattern, or a Grafana variable.
    """

    extent: Extent
    name: str | None
    name_extent: Extent
    matchers: tuple[Matcher, ...]
    insert_at: int  # offset for another matcher
    insert_as: str  # its text, with `{}` for the matcher
    window: Extent | None  # the text between the range's brackets


@dataclass(frozen=True, slots=True)
class Grouping:
    """A list of labels after by, without, on, ignoring, group_left or group_right."""

    keyword: str
    labels: tuple[LabelName, ...]
    scope: Extent  # contains the series that have these labels


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function or an aggregation."""

    name: str
    arguments: Extent
    strings: tuple[str, ...]  # the string arguments
    grouping: Grouping | None

    @property
    def is_aggregation(self) -> bool:
        """Whether it is an aggregation, also one that selects series."""
        return self.name in keywords.AGGREGATIONS


@dataclass(frozen=True, slots=True)
class Query:
    """A query and everything in it that refers to something."""

    text: str
    tokens: tuple[Token, ...]
    selectors: tuple[Selector, ...]  # in order
    calls: tuple[Call, ...]  # innermost first
    groupings: tuple[Grouping, ...]

    def innermost_call(self, extent: Extent) -> Call | None:
        """The innermost call that contains this part of the query."""
        return next((call for call in self.calls if extent in call.arguments), None)
