"""Converts what a server exposes to a catalog of metrics that other code records.

A metric without a series shows no labels, and a catalog states all of them. So such metrics are a
pack beside the catalog, which says that it does not know their labels.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tools.exposed import Exposed
from tools.make_packs import pack_metric
from typedprom_codegen import pipeline
from typedprom_codegen.config import read
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.excerpt import SourceLines
from typedprom_codegen.ir import Catalog, MetricType
from typedprom_codegen.lint.rules_in_use import Rules
from typedprom_codegen.queries.known import TARGET_LABELS, KnownMetric, Pack
from typedprom_codegen.render import text

_CREATED = "_created"  # what prometheus_client exposes besides a counter or a histogram
_HELP = "As its server exposes it."
_Json = dict[str, object]


def catalog(metrics: Iterable[Exposed], folder: Path) -> Catalog:
    """The catalog of the metrics that have series, written to `folder` and compiled."""
    shown = [one for one in metrics if one.values and not one.name.endswith(_CREATED)]
    names = sorted(set[str]().union(*(one.labels for one in shown)).difference(TARGET_LABELS))
    parts = folder / "catalog"
    parts.mkdir()
    (folder / "typedprom.toml").write_text('catalog = "catalog"\n')
    _write(
        parts / "catalog.yaml",
        {
            "catalog": {"namespace": "others", "title": "Others", "description": _HELP},
            "labels": {
                name: {"help": _HELP, "domain": {"kind": "open", "budget": 100}} for name in names
            },
        },
    )
    _write(
        parts / "exposed.yaml",
        {
            "component": {"name": "exposed", "title": "Exposed", "description": _HELP},
            "metrics": {f"number_{i}": _metric(one) for i, one in enumerate(shown)},
        },
    )
    found = Diagnostics()
    config = read(folder, found)
    compiled = pipeline.check(config, Rules(), found) if config else None
    if compiled is None:
        raise ValueError(text(list(found), SourceLines(folder)))
    return compiled.catalog


def _write(path: Path, content: _Json) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")  # JSON is YAML


def _metric(metric: Exposed) -> _Json:
    fact = pack_metric(metric)
    labels = sorted(metric.labels.difference(TARGET_LABELS))
    written: _Json = {"type": fact["type"], "name": metric.name, "help": _HELP, "emitted": False}
    if "unit" in fact:
        written["unit"] = fact["unit"]
    if labels:
        written["info_labels" if fact["type"] == "info" else "labels"] = labels
    bounds = sorted(float(bound) for bound in metric.bounds if bound != "+Inf")
    if bounds:
        written["buckets"] = {"kind": "explicit", "bounds": bounds}
    return written


def pack_without_labels(name: str, metrics: Iterable[Exposed]) -> Pack:
    """The metrics that have no series, as those of a pack that is called `name`."""
    return Pack(name, tuple(_known(one, name) for one in metrics if not one.values))


def _known(metric: Exposed, origin: str) -> KnownMetric:
    return KnownMetric(
        name=metric.name,
        type=MetricType(pack_metric(metric)["type"]),
        unit=None,
        labels={},
        buckets=None,
        is_native=False,
        is_whole=False,
        origin=origin,
        declared=None,
    )
