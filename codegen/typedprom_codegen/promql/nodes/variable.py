"""A Grafana variable that stands for a whole expression."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression


@dataclass(slots=True, eq=False)
class Variable(Expression):
    """A Grafana variable, or a word with one: a number, a duration, or any other expression."""

    text: str
