"""An operation whose operator is a Grafana variable: `a $operator b`."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression


@dataclass(slots=True, eq=False)
class UnknownOperation(Expression):
    """Any operation on two expressions. Nothing is known about its result."""

    left: Expression
    right: Expression

    def parts(self) -> tuple[Expression, ...]:
        """The expressions whose values it needs."""
        return (self.left, self.right)
