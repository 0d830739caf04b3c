"""Matchers of Alertmanager as text: values are data, whatever they contain."""

from __future__ import annotations

from collections.abc import Iterable

from typedprom_codegen.promql.alternatives import pattern_of

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def equals(label: str, value: str) -> str:
    """A matcher of one value."""
    return f'{label}="{value.translate(_ESCAPES)}"'


def one_of(label: str, values: Iterable[str]) -> str:
    """A matcher of several values, or of the only one."""
    listed = list(values)
    if len(listed) == 1:
        return equals(label, listed[0])
    return f'{label}=~"{pattern_of(listed).translate(_ESCAPES)}"'


def present(label: str) -> str:
    """A matcher of any value; without it, two alerts without a label have equal ones."""
    return f'{label}!=""'
