"""An aggregation over series: `sum by (source_id) (x)`, `topk(3, x)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.selector import LabelName


class Grouping(NamedTuple):
    """The labels that an aggregation keeps (`by`) or drops (`without`)."""

    keyword: str  # "by" or "without"
    labels: tuple[LabelName, ...]
    extent: Extent


@dataclass(slots=True, eq=False)
class Aggregation(Expression):
    """An aggregation. Without a grouping it makes one series of all."""

    name: str  # in lower case: "sum"
    parameter: Expression | None  # of topk, quantile, count_values, …
    expression: Expression
    grouping: Grouping | None
    name_extent: Extent

    def parts(self) -> tuple[Expression, ...]:
        if self.parameter is None:
            return (self.expression,)
        return (self.parameter, self.expression)
