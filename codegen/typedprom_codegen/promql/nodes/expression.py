"""What all nodes of a syntax tree have: where they stand, and their kind of value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from typedprom_codegen.promql.extent import Extent


class Kind(Enum):
    """The kinds of values in PromQL, in the words of its errors."""

    SCALAR = "scalar"
    INSTANT = "instant vector"
    RANGE = "range vector"
    STRING = "string"
    ANY = "any value"  # a Grafana variable: known when the dashboard is shown


@dataclass(slots=True, eq=False)
class Expression:
    """A part of a query that has a value. Nodes are not changed once the query is parsed."""

    start: int
    end: int
    kind: Kind

    @property
    def extent(self) -> Extent:
        """Where it stands in the query."""
        return Extent(self.start, self.end)

    def parts(self) -> tuple[Expression, ...]:
        """The expressions whose values it needs, in the order of the text."""
        return ()
