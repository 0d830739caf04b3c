"""What the Python package of a catalog contains: labels, recorded metrics, their classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from typedprom_codegen import names
from typedprom_codegen.emit.python.signatures import Signature, class_names
from typedprom_codegen.ir import Catalog, Component, Label, Metric


@dataclass(frozen=True, slots=True)
class ComponentModule:
    """The module of one component."""

    name: str
    component: Component
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class PackageModel:
    """The content of the package."""

    catalog: Catalog
    labels: tuple[Label, ...]
    states: tuple[Label, ...]  # of the statesets
    modules: tuple[ComponentModule, ...]
    classes: Mapping[Signature, str]  # of the metrics with labels

    def metrics(self) -> Iterator[Metric]:
        """All metrics of the package."""
        for module in self.modules:
            yield from module.metrics


def package_model(catalog: Catalog) -> PackageModel:
    """The content of a catalog's package; a component without recorded metrics has no module."""
    recorded = ((c, tuple(m for m in c.metrics if m.emitted)) for c in catalog.components)
    modules = tuple(
        ComponentModule(names.module(c.name), c, metrics) for c, metrics in recorded if metrics
    )
    labels, states = tuple(catalog.all_labels()), tuple(catalog.states())
    aliases = [names.label_alias(label.stem) for label in (*labels, *states)]
    metrics = [metric for module in modules for metric in module.metrics]
    return PackageModel(catalog, labels, states, modules, class_names(metrics, aliases))
