"""Metrics of others that ship with the compiler, each pack a file that real servers made.

`python -m tools.make_packs` writes the files. A pack is read when it is first needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final, Required, TypedDict, cast

from typedprom_codegen.ir import MetricType
from typedprom_codegen.queries.known import KnownMetric, Pack, series_of

ALWAYS: Final = ("prometheus-server", "typedprom")
"""What every Prometheus makes itself (`up`, `scrape_…`, `ALERTS`), and our own runtime."""

BY_DEFAULT: Final = ("process", "python")
"""What prometheus_client exposes of every Python program."""

_FOLDER: Final = Path(__file__).parent


class _PackedMetric(TypedDict, total=False):
    type: Required[str]
    unit: str
    labels: list[str]  # its own, except `le` and `quantile`
    more_labels: bool  # whether there can be others


class _PackFile(TypedDict):
    source: str  # which versions of which server, with which options
    open_prefixes: list[str]  # of names that depend on options or versions
    metrics: dict[str, _PackedMetric]


@cache
def names() -> tuple[str, ...]:
    """The names of all packs."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.json")))


@cache
def pack(name: str) -> Pack:
    """The pack of this name, which is one of `names()`."""
    content = cast("_PackFile", json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8")))
    origin = f"pack {name}"
    metrics = (_known(key, entry, origin) for key, entry in content["metrics"].items())
    return Pack(name, tuple(metrics), tuple(content["open_prefixes"]))


def in_use(requested: Iterable[str] = ()) -> list[Pack]:
    """The packs that every project has, and those that it requests."""
    return [pack(name) for name in dict.fromkeys((*ALWAYS, *BY_DEFAULT, *requested))]


def with_series(series: str) -> str | None:
    """The name of the pack that has a series of this name; None if no pack has."""
    return _by_series().get(series)


@cache
def _by_series() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names():
        for metric in pack(name).metrics:
            for series in series_of(metric):
                found.setdefault(series.name, name)
    return found


def _known(name: str, entry: _PackedMetric, origin: str) -> KnownMetric:
    return KnownMetric(
        name=name,
        type=MetricType(entry["type"]),
        unit=entry.get("unit"),
        labels=dict.fromkeys(entry.get("labels", ())),
        buckets=None,
        is_native=False,
        is_whole=not entry.get("more_labels", False),
        origin=origin,
        declared=None,
    )
