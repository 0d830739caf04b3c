"""An operation on two expressions: `a / on (job) group_left () b`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.selector import LabelName

COMPARISONS: Final = frozenset({"==", "!=", "<", ">", "<=", ">="})
TRIMS: Final = frozenset({"</", ">/"})
"""Operators that trim the buckets of native histograms."""

SETS: Final = frozenset({"and", "or", "unless"})
"""Operators on sets of series, which do not compute with values."""


class Matching(NamedTuple):
    """How the series of the two sides find each other."""

    keyword: str  # "on" or "ignoring"; "" without: all labels
    labels: tuple[LabelName, ...]
    many: str  # "group_left" or "group_right", the side with several series; "" for one to one
    included: tuple[LabelName, ...]  # labels of the one side that the result gets
    fills: bool  # whether a missing series counts as one with a given value
    extent: Extent


@dataclass(slots=True, eq=False)
class Binary(Expression):
    """A binary operation. Word operators are in lower case."""

    operator: str
    left: Expression
    right: Expression
    returns_bool: bool  # a comparison with `bool`: 0 or 1 instead of a filter
    matching: Matching | None
    operator_extent: Extent

    def parts(self) -> tuple[Expression, ...]:
        return (self.left, self.right)
