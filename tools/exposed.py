"""Reads an exposition in the text format: the type and the labels of each metric, and no help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SERIES = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? +(\S+)(?: .*)?")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')
_SUFFIXES = ("_bucket", "_sum", "_count")
_WITH_SUFFIXES = ("histogram", "summary")
_OWN_LABELS = {"histogram": {"le"}, "summary": {"quantile"}}


@dataclass(slots=True)
class Exposed:
    """A metric in an exposition. Without a sample, its labels are not known."""

    name: str  # "go_gc_duration_seconds", "http_requests_total"
    type: str  # in the words of the format: "counter", "untyped"
    labels: set[str] = field(default_factory=set)  # those of all its series
    values: set[str] = field(default_factory=set)  # as written
    bounds: set[str] = field(default_factory=set)  # of a histogram, +Inf included

    @property
    def is_info(self) -> bool:
        """Whether its samples only say that their labels exist."""
        return self.name.endswith("_info") and {*map(float, self.values)} == {1.0}


def exposed(text: str) -> dict[str, Exposed]:
    """Return each metric of an exposition by its name, in the order of the text."""
    found: dict[str, Exposed] = {}
    for line in text.split("\n"):  # a value can have any other line break
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(maxsplit=3)
            found[name] = Exposed(name, kind)
        elif line and not line.startswith("#"):
            _add(line, found)
    return found


def _add(line: str, found: dict[str, Exposed]) -> None:
    series = _SERIES.fullmatch(line)
    if series is None:
        raise ValueError(f"this is not a line of the text format: {line!r}")
    name = next((metric for metric in _metrics(series[1]) if _is_of(metric, found)), series[1])
    metric = found.setdefault(name, Exposed(name, "untyped"))
    labels = dict(_LABEL.findall(series[2] or ""))
    metric.labels.update(labels.keys() - _OWN_LABELS.get(metric.type, set()))
    metric.values.add(series[3])
    if metric.type == "histogram" and "le" in labels:
        metric.bounds.add(labels["le"])


def _metrics(series: str) -> Iterator[str]:
    """Yield the names of metrics of which a series can be a part."""
    for suffix in _SUFFIXES:
        if series.endswith(suffix):
            yield series.removesuffix(suffix)


def _is_of(name: str, found: dict[str, Exposed]) -> bool:
    return name in found and found[name].type in _WITH_SUFFIXES
