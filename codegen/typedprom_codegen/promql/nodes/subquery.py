"""An expression evaluated again and again over a range of time: `max(x)[1h:5m]`."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.timed import Timed


@dataclass(slots=True, eq=False)
class Subquery(Timed):
    """A subquery; without a step it is Prometheus' evaluation interval."""

    expression: Expression
    duration: Expression
    step: Expression | None

    def parts(self) -> tuple[Expression, ...]:
        """The expressions whose values it needs."""
        return (self.expression,)
