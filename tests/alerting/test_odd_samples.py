"""Alerts over odd samples: series of one of several values that vanish, gauges that are NaN."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.support.catalogs import compiled
from tests.support.promtool_values import Samples, evaluated
from typedprom_codegen.alerting import with_rules
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.queries.checked import QueryOptions

FILES = {
    "catalog.yaml": "catalog: {namespace: shop, title: Shop}\n",
    "orders.yaml": """\
component: {name: orders, title: Orders}
labels:
  store: {domain: {kind: open, budget: 10}, help: Store.}
metrics:
  beats: {type: counter, help: Beats., labels: [store]}
  lag: {type: gauge, help: Lag., labels: [store]}
alerts:
  silent: {silent: beats, by: [store], over: 10m}
  all_silent: {silent: beats, over: 10m}
  high: {gauge: lag, by: [store], above: 3}
  high_anywhere: {gauge: lag, above: 3}
  low: {gauge: lag, below: 1}
""",
}


@pytest.fixture
def rules(tmp_path: Path) -> CompiledCatalog:
    return with_rules(compiled(tmp_path / "source", FILES).whole, QueryOptions())


def beats(store: str) -> str:
    return f'shop_orders_beats_total{{instance="{store}", store="{store}"}}'


def lag(store: str) -> str:
    return f'shop_orders_lag{{instance="{store}", store="{store}"}}'


def alarming(
    rules: CompiledCatalog,
    alert: str,
    samples: Mapping[str, Samples],
    minutes: Sequence[int],
    folder: Path,
) -> dict[int, float]:
    """How many results the query of an alert has, at the minutes at which it has any."""
    [rule] = [r for f in rules.files for g in f.groups for r in g.rules if r.name == alert]
    found = evaluated(rules, samples, f"count({rule.expr})", minutes, folder)
    return {minute: count for minute, count in found.items() if count}


def test_a_value_whose_series_are_gone_is_not_silent(
    rules: CompiledCatalog, tmp_path: Path
) -> None:
    """Nobody knows whether it should still be there; where nothing is left, all are silent."""
    samples: dict[str, Samples] = {
        'up{instance="one"}': [1] * 150,
        beats("one"): [*range(90), *[None] * 60],
        beats("other"): [*range(30), *[None] * 120],
    }
    minutes = range(20, 150, 5)
    since = dict.fromkeys(range(100, 150, 5), 1.0)
    assert alarming(rules, "ShopSilent", samples, minutes, tmp_path) == since
    assert alarming(rules, "ShopAllSilent", samples, minutes, tmp_path) == since


def test_not_a_number_is_beyond_no_limit(rules: CompiledCatalog, tmp_path: Path) -> None:
    """Beside it, other values are still seen."""
    samples: dict[str, Samples] = {
        lag("one"): [math.nan] * 20,
        lag("two"): [2] * 10 + [5] * 10,
        lag("three"): [math.nan] * 10 + [2] * 5 + [0] * 5,
    }
    minutes = [5, 9, 11, 19]
    for alert, expected in (
        ("ShopHigh", {11: 1.0, 19: 1.0}),
        ("ShopHighAnywhere", {11: 1.0, 19: 1.0}),
        ("ShopLow", {19: 1.0}),
    ):
        assert alarming(rules, alert, samples, minutes, tmp_path) == expected
