"""Internal errors: faults of typedprom itself, not of a catalog or a configuration."""

from __future__ import annotations

from types import ModuleType
from typing import TypeVar

FoundT = TypeVar("FoundT")


class InternalError(Exception):
    """A part of typedprom does not meet the expectations of the rest."""


def defined_in(module: ModuleType, name: str, type_: type[FoundT], purpose: str) -> FoundT:
    """A name that a discovered module must define. Raises InternalError if it does not."""
    found = getattr(module, name, None)
    if not isinstance(found, type_):
        raise InternalError(f"module {module.__name__} does not define {name}, as {purpose} must")
    return found
