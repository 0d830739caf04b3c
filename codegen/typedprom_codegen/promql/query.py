"""A parsed query: its text and its syntax tree."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression


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
