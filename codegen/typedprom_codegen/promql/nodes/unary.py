"""A sign: `-x`."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression


@dataclass(slots=True, eq=False)
class Unary(Expression):
    """An expression with a sign. A minus drops the metric's name."""

    sign: str  # "+" or "-"
    expression: Expression

    def parts(self) -> tuple[Expression, ...]:
        return (self.expression,)
