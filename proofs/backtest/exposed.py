"""What a process exposes at one moment: the value of each series, as the runtime wrote it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import typedprom

Series = Mapping[str, str]  # value by name and labels, both as they are exposed


@dataclass(frozen=True, slots=True)
class Moment:
    """The series at a Unix time."""

    at: float
    series: Series


def exposed(names: Collection[str], labels: str) -> Series:
    """Render this process's metrics and return the series of these names with labels added."""
    text = typedprom.exposition("").body.decode()
    found = {}
    for line in text.splitlines():
        series, _, value = line.rpartition(" ")
        name, brace, own = series.partition("{")
        if name in names:
            found[f"{name}{{{labels},{own}" if brace else f"{name}{{{labels}}}"] = value
    return found


def names_in(queries: Collection[str]) -> frozenset[str]:
    """Return every word of the queries that may be the name of a metric."""
    return frozenset(word for query in queries for word in re.findall(r"[a-zA-Z_:][\w:]*", query))
