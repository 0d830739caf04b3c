"""Generated tests pass with generated rules, and fail where a rule is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.rule_tests.tested_catalogs import (
    ODD,
    SHOP,
    Files,
    failing,
    generated,
    is_valid,
    words,
)
from tools.servers import Build
from typedprom_codegen.alerting.increase import CREATED_TIMESTAMPS
from typedprom_codegen.queries.checked import QueryOptions

ALSO_NEWER = [Build.STABLE, pytest.param(Build.NEWER, marks=pytest.mark.slow)]


@pytest.mark.parametrize("build", ALSO_NEWER)
def test_generated_tests_pass(build: Build, tmp_path: Path) -> None:
    generated(ODD, tmp_path)
    assert words(tmp_path, build) == []


@pytest.mark.slow
@pytest.mark.parametrize("build", Build)
@pytest.mark.parametrize("files", [SHOP, ODD], ids=["shop", "odd"])
def test_generated_tests_pass_where_created_timestamps_are_ingested(
    files: Files, build: Build, tmp_path: Path
) -> None:
    generated(files, tmp_path, QueryOptions(features=frozenset({CREATED_TIMESTAMPS})))
    assert words(tmp_path, build) == []


@pytest.mark.parametrize("build", ALSO_NEWER)
def test_generated_tests_of_all_forms_pass(build: Build, tmp_path: Path) -> None:
    generated(SHOP, tmp_path)
    assert words(tmp_path, build) == []


@pytest.mark.parametrize("files", [SHOP, ODD], ids=["shop", "odd"])
def test_each_alert_is_tested_quiet_and_firing_with_its_texts(files: Files, tmp_path: Path) -> None:
    catalog = generated(files, tmp_path)
    names = {rule.name for rule in catalog.alerting_rules()}
    checks = [check for file in _documents(tmp_path) for check in _checks(file)]
    fired = {name for name, expected in checks if expected}
    quiet = {name for name, expected in checks if not expected}
    by_query = {"ShopExpr"}  # its value is known to nobody but its author
    assert names - fired <= by_query
    assert names == quiet


BROKEN = {
    "ShopFailing": ('kind!="interrupted"', 'kind!="dns"'),
    "ShopLoading": ("increase1h15m > 2", "increase1h15m > 3"),
    "ShopKinds": ("dns|timeout", "dns"),
    "ShopRatio": (">= 3", ">= 4"),
    "ShopAllRatio": ("> 0.3", ">= 0.3"),
    "ShopLag": ("max by (store)", "min by (store)"),
    "ShopLow": ("< 0.5", "<= 0.5"),
    "ShopSilent": ("absent_over_time(shop_storage_beats_total[5m])", "vector(0) == 1"),
    "ShopQuiet": ("unless store:shop_payments_success", "and store:shop_payments_success"),
    "ShopFewer": ("< 0.3", "<= 0.3"),
    "ShopFewerOf": ("* 0)", "* 1)"),
    "ShopSlow": ("0.9,", "0.8,"),
    "ShopGone": ("[1h]", "[2h]"),
    "ShopExpr": ("> 10", "> 11"),
    "ShopCommandLate": ("> 8100", "> 16200"),
    "ShopCommandNeverRan": ('command="import"', 'command="export"'),
    "ShopDeliveringBudgetBurn": ("and slo:shop_bad:increase2h", "or slo:shop_bad:increase2h"),
    "ShopFastBudgetBurn": ("> 0.02", "> 0.03"),
}
"""In the rule of an alert, a text that is replaced, and by what."""


def test_a_broken_rule_fails_its_tests(tmp_path: Path) -> None:
    """All are broken at once, as no alert reads another."""
    generated(SHOP, tmp_path)
    for alert, (before, after) in BROKEN.items():
        _break(tmp_path, "alert", alert, before, after)
    found = {path.name.split(".")[0] for path in failing(tmp_path, tests="Shop*.test.yml")}
    assert found == BROKEN.keys()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("offset 6h", "offset 5h"),
        ("unless resets(shop_orders_errors_total[6h]) > 0", ""),
        ("and on () shop:watched:since2h15m offset 6h", ""),
        ("unless on (job, instance) shop:unreachable:for2h15m offset 6h", ""),
        ("[2h20m]", "[1h]"),
        ("sum by", "max by"),
    ],
)
def test_a_broken_count_fails_its_tests(before: str, after: str, tmp_path: Path) -> None:
    generated(SHOP, tmp_path)
    name = "store_kind:shop_orders_errors:increase6h"
    _break(tmp_path, "record", name, before, after)
    [path] = failing(tmp_path, tests="orders*.test.yml")
    assert f"name: {name}" in path.read_text(encoding="utf-8")


def _break(folder: Path, kind: str, name: str, before: str, after: str) -> None:
    """Replace a part of the queries of the rules with a name."""
    broken = 0
    for path in (folder / "rules").iterdir():
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in document["groups"]:
            for rule in group["rules"]:
                if rule.get(kind) == name and before in rule["expr"]:
                    rule["expr"] = rule["expr"].replace(before, after)
                    broken += 1
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        assert is_valid(path)
    assert broken


def test_tests_are_the_same_each_time(tmp_path: Path) -> None:
    generated(ODD, tmp_path / "one")
    generated(ODD, tmp_path / "two")
    assert _texts(tmp_path / "one") == _texts(tmp_path / "two")


def _documents(folder: Path) -> list[dict[str, list[dict[str, list[dict[str, object]]]]]]:
    paths = sorted((folder / "tests").glob("*.test.yml"))
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths]


def _checks(
    file: dict[str, list[dict[str, list[dict[str, object]]]]],
) -> list[tuple[object, object]]:
    return [
        (check["alertname"], check.get("exp_alerts"))
        for test in file["tests"]
        for check in test.get("alert_rule_test", [])
    ]


def _texts(folder: Path) -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8") for path in sorted((folder / "tests").iterdir())
    }
