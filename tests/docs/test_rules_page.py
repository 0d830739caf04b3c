"""Examples in docs/rules.md are valid, and its table lists the forms of alerts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.programs import ROOT
from typedprom_codegen import pipeline, render
from typedprom_codegen.config import read
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.excerpt import SourceLines
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.rules_in_use import every_rule
from typedprom_codegen.resolve.alert_fields import FORMS

PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
FILES = {
    found[1]: block
    for block in BLOCKS
    if (found := re.match(r"# (\w+\.yaml)\n", block)) is not None
}
FRAGMENTS = [block for block in BLOCKS if re.match(r"(ratios|alerts|slos|records):", block)]


def checked(folder: Path, files: dict[str, str]) -> Catalog:
    """Return the catalog of these files, which has no finding of any rule."""
    (folder / "typedprom.toml").write_text('catalog = "metrics"\n', encoding="utf-8")
    (folder / "metrics").mkdir()
    for name, text in files.items():
        (folder / "metrics" / name).write_text(text, encoding="utf-8")
    found = Diagnostics()
    config = read(folder, found)
    assert config is not None
    compiled = pipeline.linted(config, every_rule(), found)
    assert render.text(list(found), SourceLines(folder)) == ""
    return compiled.catalog


def test_the_whole_example(tmp_path: Path) -> None:
    catalog = checked(tmp_path, FILES)
    assert [alert.name for alert in catalog.alerts] == [
        "ShopPaymentsFailing",
        "ShopProviderDown",
        "ShopQueueFull",
        "ShopCommandLate",
        "ShopCommandNeverRan",
        "ShopCommandFailing",
        "ShopCommandFailing1d",
    ]


def test_the_configuration_of_outputs(tmp_path: Path) -> None:
    (settings,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "typedprom.toml").write_text(f'catalog = "metrics"\n{settings}', encoding="utf-8")
    found = Diagnostics()
    config = read(tmp_path, found)
    assert render.text(list(found), SourceLines(tmp_path)) == ""
    assert config is not None
    outputs = ["alertmanager", "kubernetes", "prometheus", "runbooks"]
    assert [each.target.name for each in config.targets] == outputs


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda text: text[:30].replace("\n", " "))
def test_each_fragment(tmp_path: Path, fragment: str) -> None:
    orders = FILES["orders.yaml"].partition("\nalerts:")[0]
    checked(tmp_path, {**FILES, "orders.yaml": f"{orders}\n{fragment}"})


def test_the_table_of_forms_is_complete() -> None:
    section = PAGE.partition("## Forms of alerts")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) ?\|$", section, re.MULTILINE)
    listed = {form: {*re.findall(r"`(\w+)`", fields)} for form, _, fields in rows}
    everywhere = {"by", "where", "except"}
    assert listed == {form: set(fields.has - everywhere) for form, fields in FORMS.items()}
