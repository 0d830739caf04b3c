"""A Grafana variable that stands for a whole expression."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.reader import Reader


@dataclass(slots=True, eq=False)
class Variable(Expression):
    """A Grafana variable, or a word with one: a number, a duration, or any other expression."""

    text: str


def read_variable(reader: Reader) -> bool:
    """Read a word with a variable."""
    at = reader.at
    text, start = reader.texts[at], reader.starts[at]
    reader.at = at + 1
    reader.push(Variable(start, start + len(text), Kind.ANY, text))
    return True
