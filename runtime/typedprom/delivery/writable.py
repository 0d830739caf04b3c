"""What can be written: names and labels that no format has to escape, each name only once.

Catalogs have no others. Definitions come out of files, though, and one that is damaged or of
somebody else must not make everything unreadable.
"""

from __future__ import annotations

import re
from itertools import pairwise
from math import inf
from typing import Final

from typedprom.metrics.definition import Definition, Labels
from typedprom.metrics.labels import INVALID

_LEGACY_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
_ENDS: Final = {"counter": "_total", "info": "_info"}
_SUFFIXES: Final = {
    "counter": ("", "_total", "_created"),
    "gauge": ("",),
    "histogram": ("", "_bucket", "_count", "_sum", "_created"),
    "info": ("", "_info"),
    "stateset": ("",),
}


class UnwritableError(ValueError):
    """A family cannot be written; the message says why."""


def is_legacy_name(name: str) -> bool:
    """Whether no format has to escape the name."""
    return _LEGACY_NAME.fullmatch(name) is not None


def names_of(definition: Definition) -> list[str]:
    """The names that the metric takes, which no other metric may have."""
    name = definition.name
    if not is_legacy_name(name):
        raise UnwritableError("its name is none of a metric")
    end = _ENDS.get(definition.type, "")
    if not name.endswith(end) or name == end:
        raise UnwritableError(f"the name of a metric of type {definition.type} ends in `{end}`")
    if definition.type == "histogram" and not _ascend(definition.buckets):
        raise UnwritableError("its buckets do not ascend")
    if len({*definition.states, INVALID}) <= len(definition.states):
        raise UnwritableError("it has a state twice")
    return [definition.family + suffix for suffix in _SUFFIXES[definition.type]]


def check_labels(definition: Definition, labels: Labels) -> None:
    """Raise UnwritableError unless a series of the metric can have labels of these names."""
    names = [name for name, _ in labels]
    taken = {"histogram": "le", "stateset": definition.name}.get(definition.type)
    for name in names:
        if not is_legacy_name(name) or name.startswith("__") or name == taken:
            raise UnwritableError(f"a series cannot have the label {name!r}")
    if not all(before < after for before, after in pairwise(names)):
        raise UnwritableError("labels of a series are not sorted, or one is there twice")


def numbers_due(definition: Definition) -> int:
    """How many numbers each series of the metric has."""
    return len(definition.buckets) + 3 if definition.type == "histogram" else 2


def _ascend(buckets: tuple[float, ...]) -> bool:
    return bool(buckets) and all(a < b for a, b in pairwise((-inf, *buckets, inf)))
