"""A query with the type of each of its parts: what the rules on queries work on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.query import Query
from typedprom_codegen.queries.known import KnownSeries
from typedprom_codegen.queries.types import Type
from typedprom_codegen.sources.source_query import SourceQuery


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """What the project states about its Prometheus."""

    version: tuple[int, int] | None = None  # (2, 42); None: the newest
    features: frozenset[str] = frozenset()  # feature flags that are on
    scrape_interval: float = 15.0  # seconds
    evaluation_interval: int = 60  # seconds between evaluations of our rules


@dataclass(frozen=True)
class CheckedQuery:
    """A query, its types, and where it is used."""

    query: Query
    types: Mapping[Expression, Type]  # of all of `query.nodes`
    source: SourceQuery
    known: KnownSeries
    options: QueryOptions

    @cached_property
    def parents(self) -> Mapping[Expression, Expression]:
        """What each node is a part of; the root is not in it."""
        return {part: node for node in self.query.nodes for part in node.parts()}

    def above(self, node: Expression) -> Iterator[Expression]:
        """What a node is a part of, and what that is a part of, up to the root."""
        parents = self.parents
        while (parent := parents.get(node)) is not None:
            yield parent
            node = parent

    def type(self, node: Expression) -> Type:
        """The type of a node."""
        return self.types[node]
