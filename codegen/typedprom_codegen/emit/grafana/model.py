"""A classic Grafana dashboard as typed data, schema version 42: the parts used here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from typedprom_codegen.dashboard_panels import DATASOURCE_VARIABLE
from typedprom_codegen.emit.grafana import panel_options

SCHEMA_VERSION: Final = 42
GRID_COLUMNS: Final = 24
SHARED_CROSSHAIR: Final = 1
REFRESH_ON_TIME_RANGE: Final = 2
SORT_ALPHABETICAL: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasourceRef:
    """The data source of a query."""

    type: str
    uid: str


PROMETHEUS: Final = DatasourceRef(type="prometheus", uid="${" + DATASOURCE_VARIABLE + "}")
GRAFANA: Final = DatasourceRef(type="grafana", uid="-- Grafana --")


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPos:
    """The position of a panel: x and width in 24ths of a line, y and height in 30 pixels."""

    h: int
    w: int
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelTarget:
    """One query of a panel."""

    datasource: DatasourceRef = PROMETHEUS
    editor_mode: str = "code"
    exemplar: bool = False
    expr: str
    format: str = "time_series"
    instant: bool = False
    legend_format: str
    range: bool = True
    ref_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organize:
    """Which columns of a table are hidden, the order of the others, and their names."""

    exclude_by_name: dict[str, bool]
    index_by_name: dict[str, int]
    rename_by_name: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The transformation that merges tables; it has no options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformation:
    """A step between the result of a query and the panel."""

    id: str
    options: Organize | Merge


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to other dashboards, from a dashboard or a panel."""

    as_dropdown: bool = False
    icon: str = "external link"
    include_vars: bool = True
    keep_time: bool = True
    tags: tuple[str, ...] = ()
    target_blank: bool = False
    title: str
    tooltip: str = ""
    type: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel with its queries."""

    datasource: DatasourceRef = PROMETHEUS
    description: str
    field_config: panel_options.FieldConfig
    grid_pos: GridPos
    id: int
    interval: str | None = None  # the shortest step, where the data source's is too short
    links: tuple[Link, ...] = ()
    options: panel_options.PanelOptions
    targets: tuple[PanelTarget, ...]
    title: str
    transformations: tuple[Transformation, ...] = ()
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A heading across the dashboard; the panels up to the next heading belong to it."""

    collapsed: bool = False
    grid_pos: GridPos
    id: int
    panels: tuple[Panel, ...] = ()
    title: str
    type: str = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The initial value of a variable."""

    text: tuple[str, ...]
    value: tuple[str, ...]


EVERYTHING: Final = Selected(text=("All",), value=("$__all",))


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableQuery:
    """The query for the values of a label."""

    qry_type: int = 1
    query: str
    ref_id: str = "PrometheusVariableQueryEditor-VariableQuery"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasourceVariable:
    """A variable for the Prometheus data source."""

    hide: int = 0
    include_all: bool = False
    label: str = "Data source"
    multi: bool = False
    name: str = DATASOURCE_VARIABLE
    query: str = "prometheus"
    refresh: int = 1
    regex: str = ""
    skip_url_sync: bool = False
    type: str = "datasource"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryVariable:
    """A variable for the values of a label."""

    all_value: str
    current: Selected = EVERYTHING
    datasource: DatasourceRef = PROMETHEUS
    description: str
    hide: int = 0
    include_all: bool = True
    label: str
    multi: bool = True
    name: str
    query: VariableQuery
    refresh: int = REFRESH_ON_TIME_RANGE
    regex: str = ""
    skip_url_sync: bool = False
    sort: int = SORT_ALPHABETICAL
    type: str = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class Templating:
    """The variables at the top of a dashboard."""

    list: tuple[DatasourceVariable | QueryVariable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Annotations on all graphs: those of Grafana itself."""

    built_in: int = 1
    datasource: DatasourceRef = GRAFANA
    enable: bool = True
    hide: bool = True
    icon_color: str = "rgba(0, 211, 255, 1)"
    name: str = "Annotations & Alerts"
    type: str = "dashboard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """All sources of annotations."""

    list: tuple[Annotation, ...] = (Annotation(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """The time range when the dashboard is opened."""

    from_: str = "now-6h"
    to: str = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One dashboard."""

    annotations: Annotations = Annotations()
    description: str
    editable: bool = False
    graph_tooltip: int = SHARED_CROSSHAIR
    links: tuple[Link, ...]
    panels: tuple[Panel | Row, ...]
    refresh: str = "1m"
    schema_version: int = SCHEMA_VERSION
    tags: tuple[str, ...]
    templating: Templating
    time: TimeRange = TimeRange()
    timezone: str = "browser"
    title: str
    uid: str
