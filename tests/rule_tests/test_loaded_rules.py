"""Tests of rules load what these read from other components, which is evaluated first."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.rule_tests.tested_catalogs import Files, failing, generated

SHARED: Files = {
    "catalog.yaml": "catalog: {namespace: shop, title: Shop}\n",
    "orders.yaml": """\
component: {name: orders, title: Orders}
metrics:
  errors: {type: counter, help: Errors.}
alerts:
  failing: {any: errors, over: 6h}
""",
    "stock.yaml": """\
component: {name: stock, title: Stock}
metrics:
  tries: {type: counter, help: Tries.}
records:
  "all:shop_stock_items:twice": {expr: "2 * all:shop_shelves_items:sum", help: Items twice.}
alerts:
  failing_often: {any: orders.errors, over: 6h, above: 3}
""",
    "shelves.yaml": """\
component: {name: shelves, title: Shelves}
metrics:
  items: {type: gauge, help: Items.}
records:
  "all:shop_shelves_items:sum": {expr: sum(shop_shelves_items), help: Items.}
alerts:
  full: {gauge: items, above: 10}
slos:
  having: {ratio: stocked, objective: 90%, help: Stock is found., do: Look.}
ratios:
  stocked: {bad: [orders.errors], all: [stock.tries]}
""",
    "doors.yaml": """\
component: {name: doors, title: Doors}
metrics:
  opened: {type: counter, help: Opened.}
slos:
  opening: {ratio: opened, objective: 90%, help: Doors open., do: Look.}
ratios:
  opened: {bad: [orders.errors], all: [opened]}
""",
}


def test_files_that_record_for_others_are_loaded(tmp_path: Path) -> None:
    generated(SHARED, tmp_path)
    assert failing(tmp_path, tests="ShopFa*.test.yml") == []
    assert loaded(tmp_path, "ShopFailing") == ["_catalog", "orders"]
    assert loaded(tmp_path, "ShopFailingOften") == ["_catalog", "orders", "shelves", "stock"]
    assert loaded(tmp_path, "ShopFull") == ["_catalog", "shelves"]


def test_a_group_is_evaluated_after_what_it_reads(tmp_path: Path) -> None:
    generated(SHARED, tmp_path)
    groups = document(tmp_path, "ShopFailingOften")["group_eval_order"]
    assert groups.index("shop-shelves") < groups.index("shop-stock")


def test_objectives_of_others_are_not_loaded(tmp_path: Path) -> None:
    """Their records have the same names, and another label."""
    generated(SHARED, tmp_path)
    assert loaded(tmp_path, "ShopOpeningBudgetBurn") == ["_catalog", "doors"]


def loaded(folder: Path, test: str) -> list[str]:
    return [Path(path).stem for path in document(folder, test)["rule_files"]]


def document(folder: Path, test: str) -> dict[str, list[str]]:
    path = folder / "tests" / f"{test}.test.yml"
    found: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
