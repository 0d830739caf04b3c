"""What a panel shows, whatever its type: title, description, queries, thresholds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.dashboard_panels import panel_key
from typedprom_codegen.emit.grafana import model, series_count, text, unit_names
from typedprom_codegen.emit.grafana.default_queries import MetricContext, PanelQuery
from typedprom_codegen.emit.grafana.query_units import with_unit
from typedprom_codegen.ir import Combine, MetricType, Threshold

NOTHING: Final = "0"  # shown where no event was ever counted


@dataclass(frozen=True, slots=True)
class PanelContent:
    """What a panel shows: its queries, and facts about their values."""

    key: str
    title: str
    description: str
    queries: tuple[PanelQuery, ...]
    lines: int  # how many series it can have
    thresholds: tuple[Threshold, ...] = ()
    minimum: float | None = 0  # of the axis; None if values can be negative
    no_value: str | None = None  # shown where there are no series
    links: tuple[model.Link, ...] = ()
    every: int = 0  # seconds between the runs that it counts; 0 if there are no runs


def panel_content(context: MetricContext, key: str, found: Iterable[PanelQuery]) -> PanelContent:
    """The content of a panel of this metric with these queries."""
    metric = context.metric
    queries = tuple(with_unit(query, context.known) for query in found)
    signed = (
        metric.type is MetricType.GAUGE
        and metric.unit in unit_names.MAY_BE_NEGATIVE
        and metric.combine
        is not Combine.LIVE_SUM  # counts of things that exist: tasks, connections
    )
    return PanelContent(
        key=panel_key(metric, key),
        title=_title(context),
        description=text.shown(metric.help, context.filters.variables),
        queries=queries,
        lines=sum(series_count.count(metric, query.labels) for query in queries),
        minimum=None if signed or any(query.may_be_negative for query in queries) else 0,
        no_value=NOTHING if metric.type is MetricType.COUNTER else None,
        every=context.births.every if context.births else 0,
    )


def combined(key: str, title: str, parts: Iterable[PanelContent]) -> PanelContent:
    """Several metrics on one panel, each with one line or one number."""
    each = list(parts)
    return PanelContent(
        key=key,
        title=title,
        description="\n\n".join(f"{shown.title}: {shown.description}" for shown in each),
        queries=tuple(query for shown in each for query in shown.queries),
        lines=sum(shown.lines for shown in each),
        no_value=NOTHING,
        every=max(shown.every for shown in each),
    )


def _title(context: MetricContext) -> str:
    title = text.title(context.metric)
    if not context.metric.is_timestamp:
        return title
    return f"Time since {title[:1].lower()}{title[1:].removesuffix(' timestamp')}"
