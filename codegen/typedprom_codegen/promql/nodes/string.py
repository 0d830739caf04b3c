"""A string in quotes."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression


@dataclass(slots=True, eq=False)
class String(Expression):
    """A string: an argument of a function."""

    value: str
