"""A string in quotes."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.reader import Reader
from typedprom_codegen.promql.unquote import unquote


@dataclass(slots=True, eq=False)
class String(Expression):
    """A string: an argument of a function."""

    value: str


def read_string(reader: Reader) -> bool:
    """Read a string."""
    at = reader.at
    text, start = reader.texts[at], reader.starts[at]
    reader.at = at + 1
    reader.push(String(start, start + len(text), Kind.STRING, unquote(text, start)))
    return True
