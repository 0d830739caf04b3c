"""A parsed query: its text and its syntax tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from typedprom_codegen.promql.nodes.expression import Expression

_Node = TypeVar("_Node", bound=Expression)


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A query without syntax errors.

    `nodes` are all expressions that have a value, parts before what they are parts of; `root` is
    the last. Expressions inside of durations are not among them.
    """

    text: str
    root: Expression
    nodes: tuple[Expression, ...]
    variables: tuple[str, ...]  # Grafana variables outside of strings, as written

    def all(self, kind: type[_Node]) -> Iterator[_Node]:
        """Its nodes of a class."""
        return (node for node in self.nodes if isinstance(node, kind))
