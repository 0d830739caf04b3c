"""The type of each kind of node from the types of its parts, one file a kind."""

from __future__ import annotations

from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.query import Query
from typedprom_codegen.queries.known import KnownSeries
from typedprom_codegen.queries.types import Type


def types_of(query: Query, _: KnownSeries) -> dict[Expression, Type]:
    """The type of each node. So far only its kind."""
    return {node: Type(node.kind) for node in query.nodes}
