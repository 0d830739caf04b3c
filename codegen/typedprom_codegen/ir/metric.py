"""Metrics, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Final

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.ir.field_spans import FieldSpans
from typedprom_codegen.ir.label import ClosedDomain, Label
from typedprom_codegen.sources.source_query import Place


class MetricType(Enum):
    """The type of a metric, in the words of the exposition format."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    INFO = "info"
    STATESET = "stateset"
    SUMMARY = "summary"  # only of metrics that other code records
    UNKNOWN = "unknown"  # likewise


TIMESTAMP_SUFFIX: Final = "_timestamp_seconds"
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
    """A warning that is accepted for one metric, alert or record, with a reason."""

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

    def series_label(self, name: str) -> Label | None:
        """The label of the metric's series with this name."""
        return next((label for label in self.series_labels if label.name == name), None)

    def closed_values(self, name: str) -> tuple[str, ...]:
        """The values that the series' label with this name can have; empty if it is not closed."""
        label = self.series_label(name)
        if label is None or not isinstance(label.domain, ClosedDomain):
            return ()
        return label.domain.values

    def label_span(self, label: Label) -> Span:
        """Where the metric lists one of its series' labels."""
        return self.where("info_labels" if label in self.info_labels else "labels", label.key)

    @property
    def is_timestamp(self) -> bool:
        """Whether the metric's value is the time of an event."""
        return self.type is MetricType.GAUGE and self.name.endswith(TIMESTAMP_SUFFIX)

    @property
    def family(self) -> str:
        """The name of the metric family: the metric's name without the suffix of its type."""
        return self.name.removesuffix(FAMILY_SUFFIXES.get(self.type, ""))
