"""The resolved catalog: frozen dataclasses, independent of YAML and of the output formats.

Emitters and lint rules work on these classes. References are resolved (a metric has its labels,
not their names), defaults are filled in, and names are final. `span` is the position of an entry in
the YAML, and `where` returns those of its fields: `metric.where("help")`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Final, Protocol

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.sources.source_query import Place


class FieldSpans(Protocol):
    """Where the fields of an entry stand in the YAML."""

    def __call__(self, *path: str | int) -> Span:
        """The span of the value at a path below the entry; of the entry's key if it has none.

        A step into a list is an index, or the text of an item: `where("labels", "country")`.
        """
        ...


class MetricType(Enum):
    """The type of a metric, in the words of the exposition format."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    INFO = "info"
    STATESET = "stateset"
    SUMMARY = "summary"  # only of metrics that other code records
    UNKNOWN = "unknown"  # likewise


FAMILY_SUFFIXES: Final = {MetricType.COUNTER: "_total", MetricType.INFO: "_info"}
"""The suffix of a metric's name that the name of its family does not have."""


class Stability(Enum):
    """How stable a metric is."""

    EXPERIMENTAL = "experimental"
    STABLE = "stable"
    DEPRECATED = "deprecated"


class Combine(Enum):
    """How the gauge values of several processes become one series."""

    LAST = "last"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    LIVE_SUM = "live_sum"


class PanelType(Enum):
    """The type of a Grafana panel."""

    STAT = "stat"
    TIMESERIES = "timeseries"
    HEATMAP = "heatmap"
    TABLE = "table"


class Aggregate(Enum):
    """A way to aggregate a metric's series on its panel."""

    SUM = "sum"
    RATE = "rate"
    INCREASE = "increase"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    HISTOGRAM_QUANTILE = "histogram_quantile"


class ThresholdLevel(Enum):
    """The severity of values above a threshold."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class ClosedDomain:
    """The listed values are allowed, and no other."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatternDomain:
    """Values that match `pattern` (`re.fullmatch`) are allowed, at most `budget` of them."""

    pattern: str
    budget: int


@dataclass(frozen=True, slots=True)
class OpenDomain:
    """Any value is allowed, at most `budget` of them per metric; others count as `_overflow`."""

    budget: int


Domain = ClosedDomain | PatternDomain | OpenDomain


@dataclass(frozen=True, slots=True)
class Label:
    """One declared label. Several labels can have the same name and different domains."""

    key: str  # the name by which metrics of the catalog refer to it
    name: str  # its name in series
    help: str
    domain: Domain
    component: str | None  # the component that declares it; None: the catalog, shared by all
    parameter: str  # the Python parameter: the name, with `_` appended to a Python keyword
    stem: str  # snake_case stem of generated Python names: "sources_error_type", "source_id"
    span: Span  # of its key
    where: FieldSpans = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ConstantLabel:
    """A label with one value that every series of the catalog has."""

    name: str
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often a program runs again: the one whose series have this value of a label."""

    label: str  # the name of a label: of the catalog, or `job`
    value: str
    every: float  # seconds from one run to the next
    span: Span  # of the value's key


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment variables that programs with the catalog's metrics read."""

    metrics_port: str | None = None  # names the port of /metrics
    pushgateway_url: str | None = None  # names the address that jobs push to


@dataclass(frozen=True, slots=True)
class Deprecation:
    """The replacement of a deprecated metric, and the date of its removal."""

    replaced_by: str  # full key of a metric of this catalog that is not deprecated
    removal: date


@dataclass(frozen=True, slots=True)
class CatalogQuery:
    """One query of a panel: plain PromQL with real metric names."""

    name: str
    expr: str
    place: Place = field(compare=False, repr=False)  # of `expr`
    where: FieldSpans = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Threshold:
    """The level of values from this one on, in the unit of the panel's queries."""

    value: float
    level: ThresholdLevel


@dataclass(frozen=True, slots=True)
class DashboardHints:
    """What the catalog requests for a metric's panel; defaults apply where it is empty."""

    panel: PanelType | None
    queries: tuple[CatalogQuery, ...]
    aggregations: tuple[Aggregate, ...]
    thresholds: tuple[Threshold, ...]
    where: FieldSpans = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Suppression:
    """A warning that is accepted for one metric, with a reason."""

    code: str
    reason: str
    where: FieldSpans = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. Only a histogram has `buckets`; `combine` applies only to gauges."""

    key: str  # dotted, with the component's prefix: "sources.requests.success"
    local_key: str  # as in its file, and in messages: "requests.success"
    name: str  # "sms_sources_requests_success_total"
    constant: str  # "SOURCES_REQUESTS_SUCCESS"
    component: str
    type: MetricType
    unit: str | None  # a base unit, plural: "seconds", "bytes", "ratio"
    help: str
    labels: tuple[Label, ...]
    buckets: tuple[float, ...]  # upper bounds in the metric's unit, ascending, without +Inf
    combine: Combine
    stability: Stability
    deprecation: Deprecation | None
    owner: str | None
    emitted: bool  # False: other code records it; queries can use it
    dashboard: DashboardHints
    suppressions: tuple[Suppression, ...]
    span: Span  # of the metric's key in the YAML
    where: FieldSpans = field(compare=False, repr=False)
    budget: int | None = None  # most series in a process; None: as many as labels allow
    info_labels: tuple[Label, ...] = ()  # of an info: the labels of its series
    state: Label | None = None  # of a stateset: the closed label with the metric's name
    native: bool = False  # whether it is a native histogram, which only other code can record

    @property
    def series_labels(self) -> tuple[Label, ...]:
        """All labels of the metric's series, except constant ones."""
        return (*self.labels, *self.info_labels, *([self.state] if self.state else ()))

    def label_span(self, label: Label) -> Span:
        """Where the metric lists one of its series' labels."""
        return self.where("info_labels" if label in self.info_labels else "labels", label.key)

    @property
    def family(self) -> str:
        """The name of the metric family: the metric's name without the suffix of its type."""
        return self.name.removesuffix(FAMILY_SUFFIXES.get(self.type, ""))


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the program, with the metrics it records in file order."""

    name: str
    prefix: str  # of its metrics' keys, names and constants; can be empty
    title: str
    description: str
    owner: str | None
    labels: tuple[Label, ...]  # those it declares itself
    metrics: tuple[Metric, ...]
    span: Span  # of its name
    where: FieldSpans = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MissingParts:
    """What is missing in a catalog with errors; lint rules do not report these parts."""

    anything: bool = False  # a file or the namespace is unknown, so any metric can be declared
    names: tuple[str, ...] = ()  # prefixes of the names of metrics with errors
    unlabelled: frozenset[str] = frozenset()  # keys of metrics with unknown labels


@dataclass(frozen=True, slots=True)
class Catalog:
    """A whole catalog. Components are sorted by file; labels and metrics are in file order."""

    namespace: str
    title: str
    description: str
    labels: tuple[Label, ...]  # shared by all components
    components: tuple[Component, ...]
    span: Span  # of the key `catalog:`
    where: FieldSpans = field(compare=False, repr=False)
    constant_labels: tuple[ConstantLabel, ...] = ()
    environment: Environment = Environment()
    schedules: tuple[Schedule, ...] = ()  # of programs that run again and again
    target_labels: tuple[str, ...] = ()  # that the scrape adds, besides `job` and `instance`
    missing: MissingParts = MissingParts()  # empty in a catalog without errors
    is_valid: bool = True  # False: it has errors, so parts can be missing

    def metrics(self) -> Iterator[Metric]:
        """All metrics, component by component."""
        for component in self.components:
            yield from component.metrics

    def states(self) -> Iterator[Label]:
        """The state labels of all statesets that code records."""
        return (metric.state for metric in self.metrics() if metric.emitted and metric.state)

    def all_labels(self) -> Iterator[Label]:
        """All declared labels, the shared ones first."""
        yield from self.labels
        for component in self.components:
            yield from component.labels
