"""A query with the type of each of its parts: what the rules on queries work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A query, its types, and where it is used."""

    query: Query
    types: Mapping[Expression, Type]  # of all of `query.nodes`
    parents: Mapping[Expression, Expression]  # of all but the root
    source: SourceQuery
    known: KnownSeries
    options: QueryOptions

    def type(self, node: Expression) -> Type:
        """The type of a node."""
        return self.types[node]
