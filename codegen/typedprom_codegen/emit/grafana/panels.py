"""The panels of a metric: the one the catalog asks for, or those an expert would draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from typedprom_codegen.emit.grafana import fields, hints, look, model, queries, units
from typedprom_codegen.emit.grafana.layout import HALF, QUARTER, Drawing
from typedprom_codegen.emit.grafana.queries import PanelQuery, Source
from typedprom_codegen.emit.grafana.roles import Role, role
from typedprom_codegen.emit.grafana.subjects import Subject, subject
from typedprom_codegen.ir import MetricType
from typedprom_codegen.ir import Panel as Kind
from typedprom_codegen.promql.vocabulary import BUCKET_LABEL

STAT_HEIGHT: Final = 4
_GRAPH_HEIGHT: Final = 8
_FEW: Final = 10  # names that are read at a glance
_OF_HISTOGRAMS: Final = {Kind.TIMESERIES: 0, Kind.HEATMAP: HALF}
"""The panels that each histogram has, side by side, and their columns."""


def drawings(source: Source) -> Iterator[Drawing]:
    """All panels of one metric; a histogram has both a graph and a heatmap in any case."""
    hinted = source.metric.dashboard.panel
    if source.metric.type is not MetricType.HISTOGRAM:
        kind = hinted or _kind(source)
        yield DRAW[kind](_asked(source, kind))
        return
    first = hinted or Kind.TIMESERIES
    for kind in dict.fromkeys((*_OF_HISTOGRAMS, first)):
        shown = _asked(source, kind) if kind is first else _usual(source, kind)
        drawing = DRAW[kind](shown)
        column = _OF_HISTOGRAMS.get(kind)
        yield drawing if column is None else replace(drawing, width=HALF, column=column)


def stat(subject: Subject) -> Drawing:
    """Single numbers, one for each series: how it is now, and nothing once nobody knows.

    Asked over time, the last number would stand there long after the process died.
    """
    panel = partial(
        model.Panel,
        field_config=fields.of_numbers(subject),
        options=look.StatOptions(),
        targets=_at_the_end(subject.queries),
        type="stat",
    )
    width = {1: QUARTER, 2: HALF}.get(subject.lines, model.GRID_COLUMNS)
    return replace(_drawing(subject, panel, STAT_HEIGHT), width=width)


def timeseries(subject: Subject) -> Drawing:
    """Lines over time; one alone is filled below."""
    style = look.GraphStyle(
        axis_soft_min=0 if subject.minimum is None else None,
        fill_opacity=0 if subject.lines > 1 else 10,
        thresholds_style=look.Mode(mode="dashed" if subject.thresholds else "off"),
    )
    panel = partial(
        model.Panel,
        field_config=fields.of_lines(subject, style),
        options=look.TimeseriesOptions(legend=_legend(subject.lines)),
        targets=_targets(subject.queries),
        type="timeseries",
    )
    return _drawing(subject, panel, _GRAPH_HEIGHT)


def heatmap(subject: Subject) -> Drawing:
    """The buckets of a histogram over time: cells are counts, the axis is in the metric's unit."""
    cells = [replace(query, unit=units.COUNT, exemplar=False) for query in subject.queries]
    panel = partial(
        model.Panel,
        field_config=fields.of_lines(replace(subject, queries=tuple(cells), thresholds=())),
        options=look.HeatmapOptions(
            cell_values=look.CellValues(unit=units.COUNT),
            y_axis=look.YAxis(unit=subject.queries[0].unit),
        ),
        targets=_targets(cells, format="heatmap"),
        type="heatmap",
    )
    return _drawing(subject, panel, _GRAPH_HEIGHT)


def table(subject: Subject) -> Drawing:
    """A line for each series, the largest on top: its labels, and its value at the end."""
    columns = _columns(subject)
    organize = model.Organize(
        exclude_by_name={"Time": True},
        index_by_name={name: position for position, name in enumerate(columns)},
        rename_by_name=columns,
    )
    merge = model.Transformation(id="merge", options=model.Merge())
    values = list(columns.values())[-len(subject.queries) :]
    panel = partial(
        model.Panel,
        field_config=fields.of_numbers(subject),
        options=look.TableOptions(sort_by=(look.SortBy(display_name=values[0]),)),
        targets=_at_the_end(map(queries.occurred, subject.queries), format="table"),
        transformations=(
            *([merge] if len(subject.queries) > 1 else []),
            model.Transformation(id="organize", options=organize),
        ),
        type="table",
    )
    return _drawing(subject, panel, _GRAPH_HEIGHT)


DRAW: Final[dict[Kind, Callable[[Subject], Drawing]]] = {
    Kind.STAT: stat,
    Kind.TIMESERIES: timeseries,
    Kind.HEATMAP: heatmap,
    Kind.TABLE: table,
}


def _kind(source: Source) -> Kind:
    """The panel of a metric that the catalog asks for none of."""
    if role(source.metric) is Role.FACTS:
        return Kind.TABLE
    return Kind.STAT if source.is_timestamp else Kind.TIMESERIES


def _asked(source: Source, kind: Kind) -> Subject:
    """What the catalog asks for on such a panel, with the thresholds that are written for it."""
    if kind is Kind.TABLE:  # which has room for all
        source = replace(source, labels=tuple(lab.name for lab in source.metric.series_labels))
    found = _buckets(source) if kind is Kind.HEATMAP else hints.hinted(source)
    shown = _of_kind(source, kind, found) if found else _usual(source, kind)
    return replace(shown, thresholds=source.metric.dashboard.thresholds)


def _buckets(source: Source) -> list[PanelQuery]:
    """The catalog's queries for a heatmap, whose buckets cannot be aggregated."""
    unit = units.base(source.metric.unit)
    asked = hints.own(source)
    return [replace(query, name="", labels=(BUCKET_LABEL,), unit=unit) for query in asked]


def _usual(source: Source, kind: Kind) -> Subject:
    """What an expert would put on such a panel of the metric."""
    if kind is Kind.HEATMAP:
        found = queries.distribution(source)
    elif kind is Kind.TIMESERIES:
        found = queries.derived(source, source.metric.dashboard.aggregations)
    else:
        found = queries.current(source)
    return _of_kind(source, kind, found)


def _of_kind(source: Source, kind: Kind, found: list[PanelQuery]) -> Subject:
    """What a panel of the metric shows. Its kind tells the panels of a histogram apart."""
    shown = subject(source, kind.value, found)
    if kind is Kind.HEATMAP:
        return replace(shown, title=f"{shown.title}, distribution")
    return shown


def _columns(subject: Subject) -> dict[str, str]:
    """A table's columns in order, as Grafana calls them and as people do."""
    labels = dict.fromkeys(label for query in subject.queries for label in query.labels)
    several = len(subject.queries) > 1
    values = {
        f"Value #{fields.ref_id(position)}" if several else "Value": query.name or subject.title
        for position, query in enumerate(subject.queries)
    }
    return {label: label.replace("_", " ").capitalize() for label in labels} | values


def _legend(lines: int) -> look.GraphLegend:
    """The names of the lines: none for one, a list of few, a table of many, the largest on top."""
    if lines <= _FEW:
        return look.GraphLegend(show_legend=lines > 1)
    return look.GraphLegend(
        calcs=("lastNotNull",),
        display_mode="table",
        placement="right",
        sort_by="Last *",
        sort_desc=True,
    )


def _drawing(subject: Subject, panel: partial[model.Panel], height: int) -> Drawing:
    draw = partial(panel, title=subject.title, description=subject.description, links=subject.links)
    return Drawing(subject.key, height, draw)


def _at_the_end(
    found: Iterable[PanelQuery], format: str = "time_series"
) -> tuple[model.Target, ...]:
    """Queries that are answered for the end of the time range only."""
    return tuple(
        replace(target, exemplar=False, instant=True, range=False)
        for target in _targets(found, format)
    )


def _targets(found: Iterable[PanelQuery], format: str = "time_series") -> tuple[model.Target, ...]:
    asked = list(found)
    return tuple(
        model.Target(
            exemplar=query.exemplar,
            expr=query.expr,
            format=format,
            legend_format=query.legend(alone=len(asked) == 1),
            ref_id=fields.ref_id(position),
        )
        for position, query in enumerate(asked)
    )
