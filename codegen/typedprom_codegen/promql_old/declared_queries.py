"""The queries that a catalog declares, parsed, and the spans of their parts in the YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from typedprom_codegen import ir
from typedprom_codegen.diagnostics import Code, Diagnostic, Span
from typedprom_codegen.promql_old.lexer import Extent, QuerySyntaxError
from typedprom_codegen.promql_old.parser import parse
from typedprom_codegen.promql_old.syntax import Query

_Width = Callable[[str], int]


def _plain(_: str) -> int:
    return 1


def _single_quoted(character: str) -> int:
    return 2 if character == "'" else 1


def _double_quoted(character: str) -> int:
    return 2 if character in {'"', "\\"} else 1


_STYLES: Final[tuple[tuple[int, _Width], ...]] = (
    (0, _plain),
    (1, _single_quoted),
    (1, _double_quoted),
)
"""How YAML can write a query on one line: the width of a quote, and of each character."""


@dataclass(frozen=True, slots=True)
class DeclaredQuery:
    """A query of the catalog, on the panel of a metric."""

    metric: ir.Metric
    query: ir.CatalogQuery

    def diagnostic(self, code: Code, message: str, extent: Extent, *, help: str) -> Diagnostic:
        """A diagnostic about a part of the query."""
        return Diagnostic(code, message, span_of(self.query, extent), help, metric=self.metric.key)


def declared_queries(catalog: ir.Catalog) -> Iterator[DeclaredQuery]:
    """Every query of every metric, in file order."""
    for metric in catalog.metrics():
        for query in metric.dashboard.queries:
            yield DeclaredQuery(metric, query)


def parsed_queries(catalog: ir.Catalog) -> Iterator[tuple[DeclaredQuery, Query]]:
    """The queries without syntax errors, parsed. Another rule reports the errors."""
    for declared in declared_queries(catalog):
        try:
            yield declared, parse(declared.query.expr)
        except QuerySyntaxError:
            continue


def span_of(query: ir.CatalogQuery, extent: Extent) -> Span:
    """The span of a part of a query.

    It is exact for a query on one line, plain or quoted. The style is derived from the number of
    columns of the query; if that is ambiguous, or the query has several lines, the span is that of
    the whole query.
    """
    whole = query.where("expr")
    if whole.line != whole.end_line:
        return whole
    found = {columns for style in _STYLES if (columns := _columns(query, extent, *style))}
    if len(found) != 1:
        return whole
    start, end = found.pop()
    return Span(whole.path, whole.line, start, whole.line, end)


def _columns(
    query: ir.CatalogQuery, extent: Extent, quote: int, width: _Width
) -> tuple[int, int] | None:
    """The columns of `extent` if the query is written in this style; None if it cannot be."""
    whole = query.where("expr")
    offsets = [0, *accumulate(map(width, query.expr))]
    if whole.end_column - whole.column != offsets[-1] + 2 * quote:
        return None
    start = whole.column + quote + offsets[extent.start]
    end = whole.column + quote + offsets[extent.end]
    return start, max(end, start + 1)
