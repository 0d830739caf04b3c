"""Generated tests of an objective about schedules pass for its rules, and fail for broken ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.rule_tests.tested_catalogs import failing, is_valid, words
from tests.support.alerts import catalog, compile_alerts, selected, slo
from tools.servers import Build
from typedprom_codegen.emit import OutputFile
from typedprom_codegen.emit.prometheus import TARGET, PrometheusOptions
from typedprom_codegen.ir import ScheduleIndicator

RULES: Final = "rules/orders.yml"
BURNS: Final = "ShopReadingBudgetBurn*"
COUNTS: Final = "orders*"

BROKEN: Final = {
    "later than a program is": (COUNTS, "> bool 8100", "> bool 8200"),
    "sooner than a program is": (COUNTS, "> bool 8100", "> bool 8000"),
    "the oldest run": (COUNTS, "max by (command)", "min by (command)"),
    "a program is missing": (COUNTS, "importer|packer", "importer"),
    "programs without a schedule": (COUNTS, '=~"importer|packer"', '!="weekly"'),
    "forgotten sooner": (COUNTS, 'packer"}[7d]', 'packer"}[6d]'),
    "forgotten later": (COUNTS, 'weekly"}[28d]', 'weekly"}[35d]'),
    "a gateway that is down": (COUNTS, "up == 0", "up == 2"),
    "a target that is no gateway": (COUNTS, "and on (job, instance) last", "and on (job) last"),
    "a gateway that is scraped": (COUNTS, "unless on () push", "and on () push"),
    "a gateway with another job": (COUNTS, "unless on () push", "unless on (job) push"),
    "a gateway that is gone for long": (COUNTS, "_build_info[28d]", "_build_info[29d]"),
    "one program of several": (COUNTS, "sum(sum_over_time", "max(sum_over_time"),
    "whether they were ever late": (COUNTS, "sum(sum_over_time", "sum(max_over_time"),
    "all were late": (COUNTS, "sum(sum_over_time", "sum(count_over_time"),
    "other objectives": (COUNTS, 'slo:shop_late:bool{slo="reading"}', "slo:shop_late:bool"),
    "a longer window": (COUNTS, "[1h]", "[70m]"),
    "a shorter window": (COUNTS, 'reading"}[28d]', 'reading"}[21d]'),
    "a higher limit": (BURNS, "> 0.1344", "> 0.148"),
    "a lower limit": (BURNS, "> 0.1344", "> 0.121"),
    "a higher limit of long windows": (BURNS, "> 7 / 750", "> 7 / 680"),
    "a lower limit of long windows": (BURNS, "> 7 / 750", "> 7 / 825"),
    "one window instead of two": (
        BURNS,
        "and slo:shop_bad:increase5m",
        "or slo:shop_bad:increase5m",
    ),
    "the wrong window": (BURNS, "slo:shop_all:increase30m", "slo:shop_all:increase1h"),
    "alerts at once": (BURNS, "for: 2m", "for: 1m"),
    "waits for long": (BURNS, "for: 15m", "for: 20m"),
}


@cache
def files() -> dict[str, str]:
    """The rules and tests of two hourly programs and a weekly one that keep their schedules."""
    indicator = ScheduleIndicator(selected("ran"), catalog().schedules)
    compiled = compile_alerts(slos=[slo(indicator, "0.99")])
    found: list[OutputFile] = [*TARGET.emit(compiled, PrometheusOptions())]
    return {file.path: file.text for file in found}


def written(folder: Path) -> Path:
    """All files, in a folder."""
    for name, text in files().items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("build", [Build.STABLE, pytest.param(Build.NEWER, marks=pytest.mark.slow)])
def test_they_pass(build: Build, tmp_path: Path) -> None:
    assert words(written(tmp_path), build) == []


@pytest.mark.slow
@pytest.mark.parametrize(("tests", "old", "new"), BROKEN.values(), ids=BROKEN)
def test_they_fail(tests: str, old: str, new: str, tmp_path: Path) -> None:
    rules = written(tmp_path) / RULES
    text = rules.read_text("utf-8")
    assert old in text
    rules.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert is_valid(rules)
    assert failing(tmp_path, tests=f"{tests}.test.yml")
