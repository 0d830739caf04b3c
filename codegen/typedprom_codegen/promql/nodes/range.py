"""The samples of a range of time: `http_requests_total[5m]`."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.timed import Timed


@dataclass(slots=True, eq=False)
class Range(Timed):
    """A range vector selector. `offset` and the like stand here, not at the selector."""

    selector: Expression  # a Selector, or a Variable
    duration: Expression  # of scalars only: numbers, durations, variables, arithmetic, step()

    def parts(self) -> tuple[Expression, ...]:
        """The expressions whose values it needs."""
        return (self.selector,)
