"""The codes of the stages: one module per hundred. A lint rule defines its code itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from typedprom_codegen.diagnostics import Code


def stage_codes() -> Iterator[Code]:
    """Every code that a module of this package defines."""
    for module in pkgutil.iter_modules(__path__):
        members = vars(importlib.import_module(f"{__name__}.{module.name}"))
        yield from (member for member in members.values() if isinstance(member, Code))
