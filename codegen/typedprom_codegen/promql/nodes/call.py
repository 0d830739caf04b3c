"""A call of a function: `rate(http_requests_total[5m])`."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.expression import Expression


@dataclass(slots=True, eq=False)
class Call(Expression):
    """A call of a function. `name` can contain a Grafana variable; else `functions` has it."""

    name: str
    arguments: tuple[Expression, ...]
    name_extent: Extent

    def parts(self) -> tuple[Expression, ...]:
        return self.arguments
