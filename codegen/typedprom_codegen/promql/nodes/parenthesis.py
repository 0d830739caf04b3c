"""An expression in parentheses."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression


@dataclass(slots=True, eq=False)
class Parenthesis(Expression):
    """An expression in parentheses, which has the value of what it contains."""

    expression: Expression

    def parts(self) -> tuple[Expression, ...]:
        return (self.expression,)
