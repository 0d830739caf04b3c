"""Catalogs of the IR, built without YAML, for tests of the Python target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from typedprom_codegen import names
from typedprom_codegen.diagnostics import Span
from typedprom_codegen.ir import (
    FAMILY_SUFFIXES,
    Catalog,
    ClosedDomain,
    Combine,
    Component,
    DashboardHints,
    Deprecation,
    Domain,
    Label,
    Metric,
    MetricType,
    OpenDomain,
    Stability,
)

SPAN = Span("catalog.yaml", 1, 1, 1, 2)


def somewhere(*_path: str | int) -> Span:
    """Return one span for every field."""
    return SPAN


def label(name: str, domain: Domain | None = None, *, component: str | None = None) -> Label:
    """Make a label; by default an open one."""
    return Label(
        key=name,
        name=name,
        help=f"What {name} says.",
        domain=domain or OpenDomain(100),
        component=component,
        parameter=names.label_parameter(name),
        stem=names.label_stem(name, component),
        span=SPAN,
        where=somewhere,
    )


def closed(name: str, *values: str, component: str | None = None) -> Label:
    """Make a closed label."""
    return label(name, ClosedDomain(values), component=component)


def metric(
    key: str,
    type: MetricType = MetricType.COUNTER,
    *labels: Label,
    help: str = "How often it happened.",
    unit: str | None = None,
    buckets: tuple[float, ...] = (),
    deprecation: Deprecation | None = None,
    info_labels: tuple[Label, ...] = (),
    states: tuple[str, ...] = (),
) -> Metric:
    """Make a metric of namespace `app`; the first word of its key is its component."""
    suffix = FAMILY_SUFFIXES.get(type, "")
    name = names.metric_name("app", key, unit, suffix=suffix)
    return Metric(
        key=key,
        local_key=key.partition(".")[2],
        name=name,
        constant=names.metric_constant(key),
        component=key.split(".")[0],
        type=type,
        unit=unit,
        help=help,
        labels=labels,
        buckets=buckets or ((0.5, 1.0) if type is MetricType.HISTOGRAM else ()),
        combine=Combine.LAST,
        stability=Stability.DEPRECATED if deprecation else Stability.STABLE,
        deprecation=deprecation,
        owner=None,
        emitted=True,
        dashboard=DashboardHints(None, (), (), (), somewhere),
        suppressions=(),
        span=SPAN,
        where=somewhere,
        info_labels=info_labels,
        state=_state(key, name, states) if states else None,
    )


def _state(key: str, name: str, states: tuple[str, ...]) -> Label:
    """Make the label of a stateset."""
    stem = key.replace(".", "_")
    return replace(label("state", ClosedDomain(states)), key=key, name=name, stem=stem)


def component(name: str, *metrics: Metric, labels: Iterable[Label] = ()) -> Component:
    """Make a component with these metrics."""
    return Component(
        name=name,
        prefix=name,
        title=name.capitalize(),
        description="",
        owner=None,
        labels=tuple(labels),
        metrics=tuple(replace(metric, component=name) for metric in metrics),
        span=SPAN,
        where=somewhere,
    )


def catalog(*components: Component, labels: Iterable[Label] = (), title: str = "App") -> Catalog:
    """Make a catalog of namespace `app`."""
    return Catalog("app", title, "", tuple(labels), components, SPAN, somewhere)
