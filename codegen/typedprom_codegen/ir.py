"""The resolved catalog: frozen dataclasses that know nothing of YAML or of output.

Everything an emitter or a lint rule sees is defined here. Every node carries the span of the YAML
it came from. References are resolved (a metric holds its labels, not their names), defaults are
filled in, names are final.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from typedprom_codegen.diagnostics import Span


class MetricType(Enum):
    """What kind of instrument records a metric, in the words of the exposition format."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    INFO = "info"
    STATESET = "stateset"


FAMILY_SUFFIXES: Final = {MetricType.COUNTER: "_total", MetricType.INFO: "_info"}
"""What the name of a metric has behind the name of its family."""


class Stability(Enum):
    """What a user of the metric may rely on."""

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
    """The Grafana panel a metric asks for."""

    STAT = "stat"
    TIMESERIES = "timeseries"
    HEATMAP = "heatmap"
    TABLE = "table"


class Aggregation(Enum):
    """A way to aggregate a metric's series on its panel."""

    SUM = "sum"
    RATE = "rate"
    INCREASE = "increase"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    HISTOGRAM_QUANTILE = "histogram_quantile"


class ThresholdLevel(Enum):
    """How bad it is to be above a threshold."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class ClosedDomain:
    """A label that takes one of the listed values and no other."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatternDomain:
    """Label whose values match `pattern` to the end (`re.fullmatch`), at most `budget` of them."""

    pattern: str
    budget: int


@dataclass(frozen=True, slots=True)
class OpenDomain:
    """A label with any value, at most `budget` of them a metric; the rest goes to `_overflow`."""

    budget: int


Domain = ClosedDomain | PatternDomain | OpenDomain


@dataclass(frozen=True, slots=True)
class Label:
    """One declared label. Several may have one name, with different domains."""

    key: str  # what metrics of the catalog refer to it by
    name: str  # what it is called in series
    help: str
    domain: Domain
    component: str | None  # the component that declares it; None: the catalog, shared by all
    parameter: str  # the Python keyword parameter: the name, with `_` behind a Python keyword
    stem: str  # snake_case stem of emitted Python names: "sources_error_type", "source_id"
    span: Span


@dataclass(frozen=True, slots=True)
class ConstantLabel:
    """A label with one value that every series of the catalog has."""

    name: str
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment variables that programs with the catalog's metrics heed."""

    metrics_port: str | None = None  # where a service exposes /metrics
    pushgateway_url: str | None = None  # where jobs push


@dataclass(frozen=True, slots=True)
class Deprecation:
    """What a deprecated metric is replaced by, and from when on it may be gone."""

    replaced_by: str  # full key of a metric of this catalog that is not deprecated
    removal: date
    span: Span


@dataclass(frozen=True, slots=True)
class CatalogQuery:
    """One query of a panel: plain PromQL with real metric names."""

    name: str
    expr: str
    span: Span  # of the whole entry
    expr_span: Span  # of the PromQL text


@dataclass(frozen=True, slots=True)
class Threshold:
    """From this value on (in the unit of the panel's queries) the level holds."""

    value: float
    level: ThresholdLevel


@dataclass(frozen=True, slots=True)
class DashboardHints:
    """What the catalog says about a metric's panel; empty where it leaves the choice to us."""

    panel: PanelType | None
    queries: tuple[CatalogQuery, ...]
    aggregations: tuple[Aggregation, ...]
    thresholds: tuple[Threshold, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Suppression:
    """A diagnostic code that is accepted on one metric, and why."""

    code: str
    reason: str
    span: Span


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric, complete: only a histogram has `buckets`, only for gauges `combine` counts."""

    key: str  # dotted, with the component's prefix: "sources.requests.success"
    local_key: str  # as its file has it, and messages about it alone: "requests.success"
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
    emitted: bool  # False: known to queries, recorded by no code of ours
    dashboard: DashboardHints
    suppressions: tuple[Suppression, ...]
    span: Span  # of the metric's key in the YAML
    name_span: Span  # of `name:` where it is given, else of the key
    budget: int | None = None  # series a process keeps at most; None: as many as labels allow
    info_labels: tuple[Label, ...] = ()  # of an info: what its one series says
    state: Label | None = None  # of a stateset: the closed label that is called like the metric
    label_spans: tuple[Span, ...] = ()  # where each of `labels` and `info_labels` is listed

    @property
    def series_labels(self) -> tuple[Label, ...]:
        """Everything that series of the metric have as labels, whoever says it."""
        return (*self.labels, *self.info_labels, *([self.state] if self.state else ()))

    def label_span(self, label: Label) -> Span:
        """Where the metric lists one of its series' labels."""
        listed = zip((*self.labels, *self.info_labels), self.label_spans, strict=False)
        return dict(listed).get(label, self.span)

    @property
    def family(self) -> str:
        """The metric family's name: the metric's, without what its type adds."""
        return self.name.removesuffix(FAMILY_SUFFIXES.get(self.type, ""))


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the program and the metrics it records, in file order."""

    name: str
    prefix: str  # of its metrics' keys, names and constants; may be empty
    title: str
    description: str
    owner: str | None
    labels: tuple[Label, ...]  # those it declares itself
    metrics: tuple[Metric, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class MissingParts:
    """What a catalog with errors lacks. Only lint rules meet one, and pass over what it lacks."""

    anything: bool = False  # a file or the namespace is not known: any metric may be declared
    names: tuple[str, ...] = ()  # what the names of broken metrics begin with
    unlabelled: frozenset[str] = frozenset()  # keys of metrics whose labels are not all known

    def may_hold(self, name: str) -> bool:
        """Whether a metric that is exposed under this name may be declared, and broken."""
        return self.anything or name.startswith(self.names)


@dataclass(frozen=True, slots=True)
class Catalog:
    """A whole catalog. Components are sorted by file, labels and metrics stand in file order."""

    namespace: str
    title: str
    description: str
    labels: tuple[Label, ...]  # shared by all components
    components: tuple[Component, ...]
    span: Span
    constant_labels: tuple[ConstantLabel, ...] = ()
    environment: Environment = Environment()
    missing: MissingParts = MissingParts()  # empty wherever output is made
    is_valid: bool = True  # False: it has errors, so that what is not there says nothing

    def metrics(self) -> Iterator[Metric]:
        """All metrics, component by component."""
        for component in self.components:
            yield from component.metrics

    def states(self) -> Iterator[Label]:
        """The labels of all statesets that code records."""
        return (metric.state for metric in self.metrics() if metric.emitted and metric.state)

    def all_labels(self) -> Iterator[Label]:
        """All declared labels, the shared ones first."""
        yield from self.labels
        for component in self.components:
            yield from component.labels
