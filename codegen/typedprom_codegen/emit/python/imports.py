"""Import statements and `__all__`, in the order of ruff and isort."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from typedprom_codegen.emit.python.formatter import INDENT

_DIGITS: Final = re.compile(r"([0-9]+)")

_NaturalKey = tuple[str | tuple[bool, int, str], ...]


def from_imports(modules: Mapping[str, Iterable[str]], limit: int) -> str:
    """`from module import …` for every module that has names to import."""
    statements = [
        _from_import(module, names, limit)
        for module, listed in sorted(modules.items(), key=lambda item: _natural_key(item[0]))
        if (names := list(listed))
    ]
    return "\n".join(statements)


def dunder_all(names: Iterable[str]) -> str:
    """The statement that lists what a module exports."""
    quoted = [f'"{name}"' for name in sorted(names, key=_export_key)]
    return f"__all__ = [\n{_one_a_line(quoted)}\n]"


def _from_import(module: str, names: Iterable[str], limit: int) -> str:
    ordered = sorted(set(names), key=_import_key)
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= limit:
        return line
    return f"from {module} import (\n{_one_a_line(ordered)}\n)"


def _natural_key(name: str) -> _NaturalKey:
    """Sorts numbers in names by value (`page2` before `page10`), those with a leading 0 first."""
    chunks: Sequence[str] = _DIGITS.split(name)
    return tuple(
        (not chunk.startswith("0"), 0 if chunk.startswith("0") else len(chunk), chunk)
        if index % 2
        else chunk
        for index, chunk in enumerate(chunks)
    )


def _import_key(name: str) -> tuple[int, _NaturalKey, _NaturalKey]:
    return _kind(name), _natural_key(name.lower()), _natural_key(name)


def _export_key(name: str) -> tuple[int, _NaturalKey]:
    return _kind(name), _natural_key(name)


def _kind(name: str) -> int:
    """Constants come first, then classes, then the rest."""
    if len(name) > 1 and name.isupper():
        return 0
    return 1 if name[0].isupper() else 2


def _one_a_line(items: Iterable[str]) -> str:
    return "\n".join(f"{' ' * INDENT}{item}," for item in items)
