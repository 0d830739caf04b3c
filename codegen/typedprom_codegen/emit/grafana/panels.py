"""The panels of a metric: the one the catalog requests, or the default ones for its type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from typedprom_codegen.dashboard_panels import OF_HISTOGRAMS, first_kind, panel_kinds
from typedprom_codegen.emit.grafana import (
    catalog_queries,
    default_queries,
    field_config,
    model,
    panel_options,
    unit_names,
)
from typedprom_codegen.emit.grafana.default_queries import MetricContext, PanelQuery
from typedprom_codegen.emit.grafana.layout import HALF, QUARTER, UnplacedPanel
from typedprom_codegen.emit.grafana.panel_content import PanelContent, panel_content
from typedprom_codegen.ir import MetricType, PanelType
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.queries.known import BUCKET_LABEL

STAT_HEIGHT: Final = 4
_GRAPH_HEIGHT: Final = 8
_FEW: Final = 10  # names that can be read at a glance
_COLUMNS: Final = dict(zip(OF_HISTOGRAMS, (0, HALF), strict=True))
"""The panels that every histogram has, side by side."""


def panels_of(context: MetricContext) -> Iterator[UnplacedPanel]:
    """All panels of one metric; a histogram always has a graph and a heatmap."""
    first = first_kind(context.metric)
    columns = _COLUMNS if context.metric.type is MetricType.HISTOGRAM else {}
    for kind in panel_kinds(context.metric):
        shown = _requested(context, kind) if kind is first else _default(context, kind)
        panel = MAKE[kind](shown)
        yield replace(panel, width=HALF, column=columns[kind]) if kind in columns else panel


def stat(content: PanelContent) -> UnplacedPanel:
    """Single numbers, one for each series: the current value, and nothing once it is unknown.

    The query is instant: a range query would show the last value long after the process died.
    """
    panel = partial(
        model.Panel,
        field_config=field_config.of_numbers(content),
        options=panel_options.StatOptions(),
        targets=_instant_targets(content.queries),
        type="stat",
    )
    width = {1: QUARTER, 2: HALF}.get(content.lines, model.GRID_COLUMNS)
    return replace(_unplaced(content, panel, STAT_HEIGHT), width=width)


def timeseries(content: PanelContent) -> UnplacedPanel:
    """Lines over time, the area below a single line filled; bars of what short programs count."""
    style = panel_options.GraphStyle(
        axis_soft_min=0 if content.minimum is None else None,
        draw_style="bars" if content.every else "line",
        fill_opacity=100 if content.every else 0 if content.lines > 1 else 10,
        thresholds_style=panel_options.ModeSetting(mode="dashed" if content.thresholds else "off"),
    )
    panel = partial(
        model.Panel,
        field_config=field_config.of_lines(content, style),
        interval=duration(content.every) if content.every else None,
        options=panel_options.TimeseriesOptions(legend=_legend(content.lines)),
        targets=_targets(content.queries),
        type="timeseries",
    )
    return _unplaced(content, panel, _GRAPH_HEIGHT)


def heatmap(content: PanelContent) -> UnplacedPanel:
    """The buckets of a histogram over time: cells are counts, the axis is in the metric's unit."""
    cells = [replace(query, unit=unit_names.COUNT, exemplar=False) for query in content.queries]
    panel = partial(
        model.Panel,
        field_config=field_config.of_lines(replace(content, queries=tuple(cells), thresholds=())),
        options=panel_options.HeatmapOptions(
            cell_values=panel_options.CellValues(unit=unit_names.COUNT),
            y_axis=panel_options.YAxis(unit=content.queries[0].unit),
        ),
        targets=_targets(cells, format="heatmap"),
        type="heatmap",
    )
    return _unplaced(content, panel, _GRAPH_HEIGHT)


def table(content: PanelContent) -> UnplacedPanel:
    """A row for each series, the largest value first: its labels, then its value."""
    columns = _columns(content)
    organize = model.Organize(
        exclude_by_name={"Time": True},
        index_by_name={name: position for position, name in enumerate(columns)},
        rename_by_name=columns,
    )
    merge = model.Transformation(id="merge", options=model.Merge())
    values = list(columns.values())[-len(content.queries) :]
    panel = partial(
        model.Panel,
        field_config=field_config.of_numbers(content),
        options=panel_options.TableOptions(sort_by=(panel_options.SortBy(display_name=values[0]),)),
        targets=_instant_targets(
            map(default_queries.positive_only, content.queries), format="table"
        ),
        transformations=(
            *([merge] if len(content.queries) > 1 else []),
            model.Transformation(id="organize", options=organize),
        ),
        type="table",
    )
    return _unplaced(content, panel, _GRAPH_HEIGHT)


MAKE: Final[dict[PanelType, Callable[[PanelContent], UnplacedPanel]]] = {
    PanelType.STAT: stat,
    PanelType.TIMESERIES: timeseries,
    PanelType.HEATMAP: heatmap,
    PanelType.TABLE: table,
}


def _requested(context: MetricContext, kind: PanelType) -> PanelContent:
    """What the catalog requests for a panel of this type, with the metric's thresholds."""
    if kind is PanelType.TABLE:  # a table has room for all labels
        context = replace(context, labels=tuple(lab.name for lab in context.metric.series_labels))
    found = (
        _buckets(context)
        if kind is PanelType.HEATMAP
        else catalog_queries.requested_queries(context)
    )
    shown = _of_kind(context, kind, found) if found else _default(context, kind)
    return replace(shown, thresholds=context.metric.dashboard.thresholds)


def _buckets(context: MetricContext) -> list[PanelQuery]:
    """The catalog's queries for a heatmap, whose buckets cannot be aggregated."""
    unit = unit_names.base(context.metric.unit)
    queries = catalog_queries.written_queries(context)
    return [replace(query, name="", labels=(BUCKET_LABEL,), unit=unit) for query in queries]


def _default(context: MetricContext, kind: PanelType) -> PanelContent:
    """The default content for a panel of this type."""
    if kind is PanelType.HEATMAP:
        found = default_queries.distribution(context)
    elif kind is PanelType.TIMESERIES:
        found = default_queries.derived(context, context.metric.dashboard.aggregations)
    else:
        found = default_queries.current(context)
    return _of_kind(context, kind, found)


def _of_kind(context: MetricContext, kind: PanelType, found: list[PanelQuery]) -> PanelContent:
    """The content of a panel. Its key has the type, because a histogram has several panels."""
    shown = panel_content(context, kind.value, found)
    if kind is PanelType.HEATMAP:
        return replace(shown, title=f"{shown.title}, distribution")
    return shown


def _columns(content: PanelContent) -> dict[str, str]:
    """A table's columns in order: Grafana's name of each, and its heading."""
    labels = dict.fromkeys(label for query in content.queries for label in query.labels)
    several = len(content.queries) > 1
    values = {
        f"Value #{field_config.ref_id(position)}" if several else "Value": query.name
        or content.title
        for position, query in enumerate(content.queries)
    }
    return {label: label.replace("_", " ").capitalize() for label in labels} | values


def _legend(lines: int) -> panel_options.GraphLegend:
    """No legend for one line, a list for a few, a table for many, the largest value first."""
    if lines <= _FEW:
        return panel_options.GraphLegend(show_legend=lines > 1)
    return panel_options.GraphLegend(
        calcs=("lastNotNull",),
        display_mode="table",
        placement="right",
        sort_by="Last *",
        sort_desc=True,
    )


def _unplaced(content: PanelContent, panel: partial[model.Panel], height: int) -> UnplacedPanel:
    make = partial(panel, title=content.title, description=content.description, links=content.links)
    return UnplacedPanel(content.key, height, make)


def _instant_targets(
    found: Iterable[PanelQuery], format: str = "time_series"
) -> tuple[model.PanelTarget, ...]:
    """Queries that are evaluated at the end of the time range only."""
    return tuple(
        replace(target, exemplar=False, instant=True, range=False)
        for target in _targets(found, format)
    )


def _targets(
    found: Iterable[PanelQuery], format: str = "time_series"
) -> tuple[model.PanelTarget, ...]:
    queries = list(found)
    return tuple(
        model.PanelTarget(
            exemplar=query.exemplar,
            expr=query.expr,
            format=format,
            legend_format=query.legend(alone=len(queries) == 1),
            ref_id=field_config.ref_id(position),
        )
        for position, query in enumerate(queries)
    )
