"""Faults of typedprom itself, which are nobody's to mend in a catalog or a configuration."""

from __future__ import annotations

from types import ModuleType
from typing import TypeVar

FoundT = TypeVar("FoundT")


class InternalError(Exception):
    """A part of typedprom is not what the rest takes it for."""


def defined_in(module: ModuleType, name: str, type_: type[FoundT], purpose: str) -> FoundT:
    """What a discovered module must define. Raises InternalError where it does not."""
    found = getattr(module, name, None)
    if not isinstance(found, type_):
        raise InternalError(f"module {module.__name__} defines no {name}, which makes it {purpose}")
    return found
