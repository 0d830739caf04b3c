"""Matchers of Alertmanager as text: values are data, whatever they contain."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")


def equals(label: str, value: str) -> str:
    """A matcher of one value."""
    return f'{label}="{value.translate(_ESCAPES)}"'


def one_of(label: str, values: Iterable[str]) -> str:
    """A matcher of several values, or of the only one."""
    listed = list(values)
    if len(listed) == 1:
        return equals(label, listed[0])
    pattern = "|".join(_SPECIAL.sub(r"\\\g<0>", value) for value in listed)
    return f'{label}=~"{pattern.translate(_ESCAPES)}"'


def present(label: str) -> str:
    """A matcher of any value; without it, two alerts without a label have equal ones."""
    return f'{label}!=""'
