"""The metrics that typedprom's runtime makes of itself: their definitions, wherever they stand."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import typedprom
from tools.exposed import Exposed
from typedprom.metrics.definition import Definition
from typedprom.metrics.instrument import Instrument

PREFIX = "typedprom_"


def own_metrics() -> dict[str, Exposed]:
    """Return each of them by its name."""
    found = {one.name: one for module in _modules() for one in _in_module(module)}
    return {name: found[name] for name in sorted(found) if name.startswith(PREFIX)}


def _modules() -> Iterator[object]:
    for module in pkgutil.walk_packages(typedprom.__path__, f"{typedprom.__name__}."):
        yield importlib.import_module(module.name)


def _in_module(module: object) -> Iterator[Exposed]:
    for value in vars(module).values():
        if isinstance(value, Definition):
            labels = {label.name for label in value.labels}.union(value.info_labels)
            yield Exposed(value.name, value.type, labels, {"1"})
        elif isinstance(value, Instrument):
            yield Exposed(value.name, value.type, {*value.label_names()}, {"1"})
