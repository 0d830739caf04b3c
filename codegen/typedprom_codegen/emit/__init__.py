"""The interface of output targets, and their discovery: each module in this folder is one.

A target is a module that defines `TARGET`, a `Target`. Its name is that of the module and of its
table in the configuration, such as `[tool.typedprom.grafana]`, which enables it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.internal_errors import defined_in

OptionsT = TypeVar("OptionsT")


@dataclass(frozen=True, slots=True, order=True)
class OutputFile:
    """A file to write: its path in the target's directory, with `/`, and its text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Target(Generic[OptionsT]):
    """One output target. `emit` is pure: no I/O, no clock, no dependence on hash order.

    `options` is a frozen dataclass with plain fields (str, int, bool, tuple[str, ...]); its field
    names, with dashes, are the keys of the target's configuration table, beside `directory`.
    """

    name: str
    options: type[OptionsT]
    emit: Callable[[CompiledCatalog, OptionsT], Iterable[OutputFile]]


@cache
def target_names() -> tuple[str, ...]:
    """The names of all targets, sorted. This does not import their modules."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def target_of(name: str) -> Target[object]:
    """The target with this name, which must be one of `target_names()`."""
    module = importlib.import_module(f"{__name__}.{name}")
    return defined_in(module, "TARGET", Target, "an output target")
