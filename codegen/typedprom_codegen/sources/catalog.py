"""The queries that a catalog declares."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen import ir
from typedprom_codegen.sources.source_query import SourceQuery, Use


def catalog_queries(catalog: ir.Catalog) -> Iterator[SourceQuery]:
    """Every query of every metric's panel, in file order."""
    for metric in catalog.metrics():
        for query in metric.dashboard.queries:
            yield SourceQuery(
                query.expr,
                Use.PANEL,
                query.place,
                metric=metric.key,
                is_heatmap=metric.dashboard.panel is ir.PanelType.HEATMAP,
                is_generated=True,
            )
