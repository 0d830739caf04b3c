"""Options of Grafana panels as typed data: colours, units, axes, and those of each panel type."""

from __future__ import annotations

from dataclasses import dataclass, field

from typedprom_codegen.emit.grafana.json_writer import NULLABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The colour from this value on; the first step has no value and is the base colour."""

    color: str
    value: float | None = field(metadata=NULLABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The colours of a panel's values."""

    mode: str = "absolute"
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeSetting:
    """A setting that Grafana keeps in an object of its own."""

    mode: str
    fixed_color: str | None = None  # where the mode is `fixed`


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphStyle:
    """How lines are drawn."""

    axis_soft_min: float | None = None
    draw_style: str = "line"
    fill_opacity: int
    line_width: int = 1
    show_points: str = "never"
    span_nulls: bool = False
    thresholds_style: ModeSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The text shown instead of a value."""

    index: int = 0
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """Which values get another text."""

    match: str
    result: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Another text for values that are not numbers."""

    options: Special
    type: str = "special"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDefaults:
    """How a panel's values are shown."""

    color: ModeSetting
    custom: GraphStyle | None = None
    decimals: int | None = None
    mappings: tuple[Mapping, ...] = ()
    min: float | None = None
    no_value: str | None = None
    thresholds: Thresholds
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMatcher:
    """Which fields of a panel an override applies to."""

    id: str
    options: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property that an override sets."""

    id: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Other properties for the values of one query."""

    matcher: FieldMatcher
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldConfig:
    """How a panel's values are shown, and the overrides."""

    defaults: FieldDefaults
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphLegend:
    """The names beside a graph."""

    calcs: tuple[str, ...] = ()
    display_mode: str = "list"
    placement: str = "bottom"
    show_legend: bool = True
    sort_by: str | None = None
    sort_desc: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphTooltip:
    """What hovering over a graph shows."""

    mode: str = "multi"
    sort: str = "desc"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeseriesOptions:
    """Options of a `timeseries` panel."""

    legend: GraphLegend
    tooltip: GraphTooltip = GraphTooltip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReduceOptions:
    """Which value of a series a single number shows."""

    calcs: tuple[str, ...] = ("lastNotNull",)
    fields: str = ""
    values: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatOptions:
    """Options of a `stat` panel."""

    color_mode: str = "value"
    graph_mode: str = "none"
    justify_mode: str = "auto"
    orientation: str = "auto"
    percent_change_color_mode: str = "standard"
    reduce_options: ReduceOptions = ReduceOptions()
    show_percent_change: bool = False
    text_mode: str = "auto"
    wide_layout: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SortBy:
    """A column by which a table is sorted."""

    desc: bool = True
    display_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """Options of a `table` panel."""

    cell_height: str = "sm"
    frame_index: int = 0
    show_header: bool = True
    sort_by: tuple[SortBy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatmapColor:
    """The colours of a heatmap's cells."""

    exponent: float = 0.5
    fill: str = "dark-orange"
    mode: str = "scheme"
    reverse: bool = False
    scale: str = "exponential"
    scheme: str = "Oranges"
    steps: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatmapTooltip:
    """What hovering over a heatmap shows."""

    mode: str = "single"
    show_color_scale: bool = True
    y_histogram: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class YAxis:
    """The axis of a heatmap's buckets."""

    axis_placement: str = "left"
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellValues:
    """The unit of the numbers in a heatmap's cells."""

    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterValues:
    """Cells below this value are left blank."""

    le: float = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemplars:
    """How the exemplars on a heatmap look."""

    color: str = "rgba(255,0,255,0.7)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsFrame:
    """How a cell is aligned to its bound; with `auto`, `le` is the upper bound."""

    layout: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatmapLegend:
    """Whether the scale of colours is shown."""

    show: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatmapOptions:
    """Options of a `heatmap` panel over the buckets of a histogram."""

    calculate: bool = False
    cell_gap: int = 1
    cell_values: CellValues
    color: HeatmapColor = HeatmapColor()
    exemplars: Exemplars = Exemplars()
    filter_values: FilterValues = FilterValues()
    legend: HeatmapLegend = HeatmapLegend()
    rows_frame: RowsFrame = RowsFrame()
    show_value: str = "never"
    tooltip: HeatmapTooltip = HeatmapTooltip()
    y_axis: YAxis


PanelOptions = TimeseriesOptions | StatOptions | TableOptions | HeatmapOptions
