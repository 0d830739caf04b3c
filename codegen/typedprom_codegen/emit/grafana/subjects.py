"""What a panel shows, before it is drawn as a graph, a number, a heatmap or a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.emit.grafana import lines, model, text, units
from typedprom_codegen.emit.grafana.queries import PanelQuery, Source
from typedprom_codegen.ir import Combine, MetricType, Threshold

NOTHING: Final = "0"  # what stands where no event was counted at all


@dataclass(frozen=True, slots=True)
class Subject:
    """What a panel shows: queries, and what to know about their values."""

    key: str
    title: str
    description: str
    queries: tuple[PanelQuery, ...]
    lines: int  # how many series it may have
    thresholds: tuple[Threshold, ...] = ()
    minimum: float | None = 0  # where the axis begins; nothing for what may be negative
    no_value: str | None = None  # what stands there where there is no series
    links: tuple[model.Link, ...] = ()


def subject(source: Source, key: str, found: Iterable[PanelQuery]) -> Subject:
    """What a panel of this metric shows by these queries."""
    metric = source.metric
    queries = tuple(found)
    signed = (
        metric.type is MetricType.GAUGE
        and metric.unit in units.MAY_BE_NEGATIVE
        and metric.combine is not Combine.LIVE_SUM  # of what is there: tasks, connections
    )
    return Subject(
        key=f"{metric.key}/{key}",
        title=_title(source),
        description=text.shown(metric.help, source.filters.variables),
        queries=queries,
        lines=sum(lines.count(metric, query.labels) for query in queries),
        minimum=None if signed or any(query.may_be_negative for query in queries) else 0,
        no_value=NOTHING if metric.type is MetricType.COUNTER else None,
    )


def together(key: str, title: str, parts: Iterable[Subject]) -> Subject:
    """Several metrics on one panel, of one line or one number each."""
    each = list(parts)
    return Subject(
        key=key,
        title=title,
        description="\n\n".join(f"{shown.title}: {shown.description}" for shown in each),
        queries=tuple(query for shown in each for query in shown.queries),
        lines=sum(shown.lines for shown in each),
        no_value=NOTHING,
    )


def _title(source: Source) -> str:
    title = text.title(source.metric)
    if not source.is_timestamp:
        return title
    return f"Time since {title[:1].lower()}{title[1:].removesuffix(' timestamp')}"
