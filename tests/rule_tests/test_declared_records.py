"""Tests of declared records pass, and fail where a record gives something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rule_tests.tested_catalogs import Files, failing, generated
from tools.servers import Build

FILES: Files = {
    "catalog.yaml": """\
catalog: {namespace: shop, title: Shop}
records:
  "all:shop_orders_queue:twice":
    expr: 2 * all:shop_orders_queue:sum
    help: The queue twice.
    tests:
      - name: at once
        series: [{series: shop_orders_queue, values: 1 2 3}]
        gives: [{at: 2m, value: 6}]
""",
    "orders.yaml": """\
component: {name: orders, title: Orders}
metrics:
  queue: {type: gauge, help: Queue., labels: [store]}
labels:
  store: {domain: {kind: open, budget: 10}, help: Store.}
records:
  "all:shop_orders_queue:sum": {expr: sum(shop_orders_queue), help: The queue.}
  "store:shop_orders_queue:max":
    expr: max by (store) (shop_orders_queue / 0.5 != 4)
    help: Longest.
    tests:
      - name: all values
        series:
          - {series: 'shop_orders_queue{store="a", instance="a"}', values: 1 _ _x10}
          - {series: 'shop_orders_queue{store="a", instance="b"}', values: '0.05x9'}
          - {series: 'shop_orders_queue{store="\\\\ \\"ü\\"\\n"}', values: 2 -1e-9 1e99 Inf}
          - {series: 'shop_orders_queue', values: '0'}
        gives:
          - {at: 1m, labels: {store: a}, value: 2}
          - {at: 1m, labels: {store: "\\\\ \\"ü\\"\\n"}, value: -2e-9}
          - {at: 1m, value: 0}
          - {at: 8m, labels: {store: a}, value: 0.1}
          - {at: 8m, labels: {store: "\\\\ \\"ü\\"\\n"}, value: .inf}
          - {at: 150s, labels: {store: a}, value: 2}
          - {at: 150s, labels: {store: "\\\\ \\"ü\\"\\n"}, value: 2e+99}
          - {at: 150s, value: 0}
        empty: [1h]
""",
}


@pytest.mark.parametrize("build", Build)
def test_what_a_record_gives(build: Build, tmp_path: Path) -> None:
    generated(FILES, tmp_path)
    assert failing(tmp_path, build) == []


@pytest.mark.parametrize(
    ("before", "after", "test"),
    [
        ("value: 6", "value: 5", "_catalog"),
        ("value: 0.1", "value: 0.1001", "orders"),
        ("empty: [1h]", "empty: [1h, 4m]", "orders"),
        ("          - {at: 1m, value: 0}\n", "", "orders"),
        ("labels: {store: a}, value: 0.1", "labels: {store: b}, value: 0.1", "orders"),
    ],
)
def test_a_record_that_gives_something_else(
    before: str, after: str, test: str, tmp_path: Path
) -> None:
    assert any(before in text for text in FILES.values())
    generated({name: text.replace(before, after) for name, text in FILES.items()}, tmp_path)
    assert [path.name.split(".")[0] for path in failing(tmp_path)] == [test]
