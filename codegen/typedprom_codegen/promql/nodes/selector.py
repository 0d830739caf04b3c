"""A selector: `http_requests_total{code="200"}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.timed import Timed


class LabelName(NamedTuple):
    """The name of a label in a query. It can contain a Grafana variable."""

    name: str
    extent: Extent


class Matcher(NamedTuple):
    """One condition of a selector: `source_id=~"k.*"`. The value can contain Grafana variables."""

    label: LabelName
    operator: str  # = != =~ !~
    value: str  # without quotes and escapes
    extent: Extent
    value_extent: Extent  # with its quotes


@dataclass(slots=True, eq=False)
class Selector(Timed):
    """An instant vector selector. A quoted name in the braces is its name as well."""

    name: str | None  # None: not fixed, a pattern or a word with a Grafana variable
    matchers: tuple[Matcher, ...]  # one for `__name__` only where it is written as one
    alternatives: tuple[tuple[Matcher, ...], ...]  # groups of matchers after `or`
    is_open: bool  # whether a Grafana variable stands for more matchers
    name_extent: Extent  # empty where no name is written
    insert_at: int  # offset for another matcher
    insert_as: str  # its text, with `{}` for the matcher
