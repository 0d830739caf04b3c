"""The catalog keeps the keys, constants, queries and tests of its first draft."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

import sms_metrics_generated as sms
from tests.sms.first_draft import CONSTANTS, DEFINITIONS
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.ir import Catalog, Stability
from typedprom_codegen.load import load
from typedprom_codegen.resolve import resolve

ROOT = Path(__file__).resolve().parents[2]


@cache
def catalog() -> Catalog:
    found = Diagnostics()
    compiled = resolve(load(ROOT / "schema" / "sms", ROOT, found), found)
    assert not found.has_errors, list(found)
    return compiled


@pytest.mark.parametrize("constant", CONSTANTS)
def test_constant_of_the_draft_is_the_metric_of_that_key(constant: str) -> None:
    assert getattr(sms, constant).key == CONSTANTS[constant]
    assert CONSTANTS[constant] in sms.CATALOG.metrics


@pytest.mark.parametrize("key", DEFINITIONS)
def test_definition_of_the_draft_is_kept(key: str) -> None:
    sketch = DEFINITIONS[key]
    (metric,) = (metric for metric in catalog().metrics() if metric.key == key)
    hints = metric.dashboard
    assert hints.panel is not None
    assert (
        metric.name,
        metric.type.value,
        tuple(label.name for label in metric.labels),
        hints.panel.value,
        tuple((query.name, query.expr) for query in hints.queries),
        tuple(aggregation.value for aggregation in hints.aggregations),
    ) == sketch


def test_all_metrics_have_unique_names() -> None:
    names = [metric.name for metric in catalog().metrics()]
    assert len(names) == len(set(names))


def test_metric_keys_match_definitions() -> None:
    for metric in catalog().metrics():
        assert metric.constant == metric.key.upper().replace(".", "_")


def test_all_metrics_have_a_panel() -> None:
    drawn = "\n".join(_expressions())
    for metric in catalog().metrics():
        if metric.stability is not Stability.DEPRECATED:
            series = rf"\b{metric.name}(_bucket|_sum|_count)?\b"
            assert re.search(series, drawn), f"{metric.name} is on no dashboard"


def _expressions() -> list[str]:
    dashboards = sorted((ROOT / "generated" / "grafana" / "dashboards").rglob("*.json"))
    assert dashboards
    return [
        target["expr"]
        for path in dashboards
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]
        for target in panel.get("targets", ())
    ]
