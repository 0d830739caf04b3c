"""The queries that a catalog declares: of panels, of alerts and of records."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen import ir
from typedprom_codegen.sources.source_query import AlertRule, RecordedMetric, SourceQuery, Use


def catalog_queries(catalog: ir.Catalog) -> Iterator[SourceQuery]:
    """Every query of a catalog: of metrics in file order, of alerts, of records."""
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
    for alert in catalog.alerts:
        if isinstance(alert.form, ir.ExprForm):
            rule = AlertRule(alert.name, alert.hold, texts=())
            query = alert.form.query
            yield SourceQuery(
                query.expr,
                Use.ALERT,
                query.place,
                entry=alert.called,
                alert=rule,
                is_generated=True,
            )
    yield from recorded_queries(catalog)


def recorded_queries(catalog: ir.Catalog) -> Iterator[SourceQuery]:
    """The queries of the records that a catalog declares."""
    for record in catalog.records:
        yield SourceQuery(
            record.query.expr,
            Use.RECORD,
            record.query.place,
            entry=record.called,
            record=RecordedMetric(record.name, labels=()),
            is_generated=True,
        )
