"""The queries that a catalog declares: read, and their parts found again in the YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from typedprom_codegen import ir
from typedprom_codegen.diagnostics import Code, Diagnostic, Span
from typedprom_codegen.promql.lexer import Extent, QuerySyntaxError
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.reader import read

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
"""How a query can be written on one line: the width of a quote, and of each character."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A query of the catalog, on the panel of a metric."""

    metric: ir.Metric
    query: ir.Query

    def diagnostic(self, code: Code, message: str, extent: Extent, *, help: str) -> Diagnostic:
        """A finding about a stretch of the query."""
        return Diagnostic(code, message, place(self.query, extent), help, metric=self.metric.key)


def declared_queries(catalog: ir.Catalog) -> Iterator[Declared]:
    """Every query of every metric, in file order."""
    for metric in catalog.metrics():
        for query in metric.dashboard.queries:
            yield Declared(metric, query)


def readable_queries(catalog: ir.Catalog) -> Iterator[tuple[Declared, Query]]:
    """The queries that can be read, each with what was read. The others are another rule's."""
    for declared in declared_queries(catalog):
        try:
            yield declared, read(declared.query.expr)
        except QuerySyntaxError:
            continue


def place(query: ir.Query, extent: Extent) -> Span:
    """The span of a stretch of a query.

    It is exact for a query that stands on one line, plain or quoted. The YAML style is told by
    how many columns the query takes there; where that leaves it open, and for a query of several
    lines, the span is that of the whole query.
    """
    whole = query.expr_span
    if whole.line != whole.end_line:
        return whole
    found = {columns for style in _STYLES if (columns := _columns(query, extent, *style))}
    if len(found) != 1:
        return whole
    start, end = found.pop()
    return Span(whole.path, whole.line, start, whole.line, end)


def _columns(query: ir.Query, extent: Extent, quote: int, width: _Width) -> tuple[int, int] | None:
    """The columns of `extent` if the query were written like this; nothing if it cannot be."""
    whole = query.expr_span
    offsets = [0, *accumulate(map(width, query.expr))]
    if whole.end_column - whole.column != offsets[-1] + 2 * quote:
        return None
    start = whole.column + quote + offsets[extent.start]
    end = whole.column + quote + offsets[extent.end]
    return start, max(end, start + 1)
