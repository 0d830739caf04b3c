"""Resolves components: one file each, with its labels and metrics."""

from __future__ import annotations

from typedprom_codegen import raw
from typedprom_codegen.codes import references
from typedprom_codegen.diagnostics import Diagnostics, Related
from typedprom_codegen.ir import Component, Metric
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.load.yaml_nodes import EntrySpans
from typedprom_codegen.resolve.labels import resolve_labels
from typedprom_codegen.resolve.metrics import ComponentContext, resolve_metric
from typedprom_codegen.resolve.scope import Scope


def resolve_components(scope: Scope, diagnostics: Diagnostics) -> tuple[Component, ...]:
    """All components with a valid header, in the order of their files' names."""
    components = tuple(
        _component(file, file.raw.component, scope, diagnostics)
        for file in scope.raw.files
        if file.raw.component is not None
    )
    _check_component_names(components, diagnostics)
    _check_keys([metric for component in components for metric in component.metrics], diagnostics)
    return components


def _component(
    file: LoadedFile, declared: raw.Component, scope: Scope, diagnostics: Diagnostics
) -> Component:
    owns_labels = file is not scope.header.file  # beside `catalog:`, labels are shared
    own = resolve_labels(file, declared.name, diagnostics) if owns_labels else {}
    prefix = declared.name if declared.prefix is None else declared.prefix
    owner = declared.owner or scope.header.owner
    context = ComponentContext(file, scope, declared.name, prefix, owner, {**scope.labels, **own})
    metrics = file.raw.metrics or {}
    return Component(
        name=declared.name,
        prefix=prefix,
        title=declared.title,
        description=declared.description or "",
        owner=owner,
        labels=tuple(own.values()),
        metrics=tuple(resolve_metric(key, metrics[key], context, diagnostics) for key in metrics),
        span=file.source.value("component", "name"),
        where=EntrySpans(file.source, ("component",)),
        scheduled=declared.scheduled is not False,
    )


def _check_component_names(components: tuple[Component, ...], diagnostics: Diagnostics) -> None:
    first: dict[str, Component] = {}
    for component in components:
        earlier = first.setdefault(component.name, component)
        if earlier is not component:
            diagnostics.report(
                references.DUPLICATE_COMPONENT,
                f"component `{component.name}` is declared twice",
                component.span,
                help="rename one of them; two components can have the same `prefix`",
                related=[Related(earlier.span, "it is first declared here")],
            )


def _check_keys(metrics: list[Metric], diagnostics: Diagnostics) -> None:
    first: dict[str, Metric] = {}
    for metric in metrics:
        earlier = first.setdefault(metric.key, metric)
        # A component that is declared twice is reported, so its metrics are not.
        if earlier is not metric and earlier.component != metric.component:
            diagnostics.report(
                references.DUPLICATE_METRIC,
                f"metric `{metric.key}` is declared twice",
                metric.span,
                help="rename or remove one of them; the key begins with the component's prefix",
                related=[Related(earlier.span, "it is first declared here")],
            )
