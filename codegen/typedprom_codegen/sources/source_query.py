"""A query as somebody wrote it: its text, its use, and its place in a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.promql.extent import Extent


class Place(Protocol):
    """Where the text of a query stands in a file: a JSON string, a YAML scalar."""

    def span(self, extent: Extent) -> Span:
        """The part of the file with this part of the query."""
        ...


class Use(Enum):
    """What a query is for."""

    PANEL = "panel"
    VARIABLE = "variable"
    ANNOTATION = "annotation"
    ALERT = "alert"
    RECORD = "recording rule"
    TEMPLATE = "template"  # `query` in an annotation or label of a rule


@dataclass(frozen=True, slots=True)
class AlertText:
    """A label or an annotation of an alert: text with Go templates in it."""

    name: str  # "summary"
    text: str
    is_label: bool
    place: Place  # of `text`


@dataclass(frozen=True, slots=True)
class AlertRule:
    """The alert of a Prometheus rule, besides its query."""

    name: str
    hold: float | None  # seconds of `for`; 0 without; None if it cannot be read
    texts: tuple[AlertText, ...]


@dataclass(frozen=True, slots=True)
class RecordedMetric:
    """What a recording rule makes: a metric, with the labels that the rule adds."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceQuery:
    """A query and where it is from."""

    text: str
    use: Use
    place: Place
    subject: str = ""  # 'panel "Requests", target A', for people; "" in the catalog
    metric: str | None = None  # key of the catalog's metric whose suppressions apply
    entry: str | None = None  # the catalog's alert or record whose suppressions apply
    interval: float | None = None  # seconds between evaluations, where the file says so
    alert: AlertRule | None = None  # of rule files; Grafana's alerts compare in other queries
    record: RecordedMetric | None = None
    is_heatmap: bool = False  # a panel that shows buckets as they are
    is_instant: bool = False  # evaluated once, not over the range of a graph
    is_generated: bool = False  # from the catalog: Grafana's variables are added later
