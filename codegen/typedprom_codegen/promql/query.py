"""What a query refers to, with the place of each reference. `reader.py` finds it."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql import vocabulary as words
from typedprom_codegen.promql.lexer import Extent, Token


@dataclass(frozen=True, slots=True)
class LabelName:
    """A label where it is written in a query."""

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
    """A vector selector, with the range behind it if it has one.

    `name` is nothing where the query does not fix it: a pattern, or a Grafana variable.
    """

    extent: Extent
    name: str | None
    name_extent: Extent
    matchers: tuple[Matcher, ...]
    insert_at: int  # where a further matcher goes
    insert_as: str  # how, with `{}` in the place of it
    window: Extent | None  # the text between the range's brackets


@dataclass(frozen=True, slots=True)
class Grouping:
    """A list of labels behind by, without, on, ignoring, group_left or group_right."""

    keyword: str
    labels: tuple[LabelName, ...]
    scope: Extent  # where the series stand whose labels these are


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an aggregation, and what it is applied to."""

    name: str
    arguments: Extent
    strings: tuple[str, ...]  # those among its arguments
    grouping: Grouping | None

    @property
    def is_aggregation(self) -> bool:
        """Whether it merges series, or picks some of them."""
        return self.name in words.AGGREGATIONS


@dataclass(frozen=True, slots=True)
class Query:
    """A query that can be read, and everything in it that refers to something."""

    text: str
    tokens: tuple[Token, ...]
    selectors: tuple[Selector, ...]  # in order
    calls: tuple[Call, ...]  # innermost first
    groupings: tuple[Grouping, ...]

    def innermost_call(self, extent: Extent) -> Call | None:
        """The nearest call around a stretch of the query."""
        return next((call for call in self.calls if extent in call.arguments), None)
