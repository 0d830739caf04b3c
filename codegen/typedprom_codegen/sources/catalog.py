"""The queries that a catalog declares, and where their parts stand in the YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from typedprom_codegen import ir
from typedprom_codegen.diagnostics import Span
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.source_query import SourceQuery, Use

_Width = Callable[[str], int]


def catalog_queries(catalog: ir.Catalog) -> Iterator[SourceQuery]:
    """Every query of every metric's panel, in file order."""
    for metric in catalog.metrics():
        for query in metric.dashboard.queries:
            yield SourceQuery(
                query.expr,
                Use.PANEL,
                CatalogPlace(query),
                metric=metric.key,
                is_heatmap=metric.dashboard.panel is ir.PanelType.HEATMAP,
                is_generated=True,
            )


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
class CatalogPlace:
    """The place of a query of the catalog."""

    query: ir.CatalogQuery

    def span(self, extent: Extent) -> Span:
        """The span of a part of the query.

        It is exact for a query on one line, plain or quoted. The style is derived from the number
        of columns of the query; if that is ambiguous, or the query has several lines, the span is
        that of the whole query.
        """
        whole = self.query.where("expr")
        if whole.line != whole.end_line:
            return whole
        found = {
            columns for s in _STYLES if (columns := _columns(self.query.expr, whole, extent, *s))
        }
        if len(found) != 1:
            return whole
        start, end = found.pop()
        return Span(whole.path, whole.line, start, whole.line, end)


def _columns(
    text: str, whole: Span, extent: Extent, quote: int, width: _Width
) -> tuple[int, int] | None:
    """The columns of `extent` if the query is written in this style; None if it cannot be."""
    offsets = [0, *accumulate(map(width, text))]
    if whole.end_column - whole.column != offsets[-1] + 2 * quote:
        return None
    start = whole.column + quote + offsets[extent.start]
    end = whole.column + quote + offsets[extent.end]
    return start, max(end, start + 1)
