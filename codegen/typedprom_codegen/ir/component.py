"""Components, and the catalog that they form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.ir.alert import Alert, Record, Slo
from typedprom_codegen.ir.facts import NO_LINKS, SEVERITIES, AlertSeverity, Links, Ratio, Schedule
from typedprom_codegen.ir.field_spans import FieldSpans
from typedprom_codegen.ir.label import ConstantLabel, Label
from typedprom_codegen.ir.metric import Metric


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment variables that programs with the catalog's metrics read."""

    metrics_port: str | None = None  # names the port of /metrics
    pushgateway_url: str | None = None  # names the address that jobs push to


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
    ratios: tuple[Ratio, ...] = ()  # declared and found
    scheduled: bool = True  # whether programs that have schedules may record its metrics


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
    flow: tuple[str, ...] = ()  # components in the order in which data passes through them
    severities: tuple[AlertSeverity, ...] = SEVERITIES  # the most urgent first
    links: Links = NO_LINKS
    ratios: tuple[Ratio, ...] = ()  # declared beside `catalog:`
    alerts: tuple[Alert, ...] = ()  # by component and file order, derived ones last
    slos: tuple[Slo, ...] = ()
    records: tuple[Record, ...] = ()
    target_labels: tuple[str, ...] = ()  # that the scrape adds, besides `job` and `instance`
    missing: MissingParts = MissingParts()  # empty in a catalog without errors
    is_valid: bool = True  # False: it has errors, so parts can be missing

    def schedules_of(self, metric: Metric) -> tuple[Schedule, ...]:
        """The schedules of the programs that may record a metric."""
        owner = next(each for each in self.components if each.name == metric.component)
        return self.schedules if owner.scheduled else ()

    def metrics(self) -> Iterator[Metric]:
        """All metrics, component by component."""
        for component in self.components:
            yield from component.metrics

    def in_flow(self) -> list[Component]:
        """The components in the order of the flow of data; those that it does not name follow."""
        places = {name: place for place, name in enumerate(self.flow)}
        return sorted(self.components, key=lambda each: places.get(each.name, len(places)))

    def states(self) -> Iterator[Label]:
        """The state labels of all statesets that code records."""
        return (metric.state for metric in self.metrics() if metric.emitted and metric.state)

    def all_ratios(self) -> Iterator[Ratio]:
        """All ratios, those of the whole catalog first."""
        yield from self.ratios
        for component in self.components:
            yield from component.ratios

    def all_labels(self) -> Iterator[Label]:
        """All declared labels, the shared ones first."""
        yield from self.labels
        for component in self.components:
            yield from component.labels
