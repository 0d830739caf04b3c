"""A new lint rule and a new field of the catalog language leave every golden case as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.golden.cases import CASES, STDERR, diagnostics_of, text_of
from tests.support.catalogs import linted, rules_of, with_metrics
from typedprom_codegen.lint import code_index, rule, rules
from typedprom_codegen.load import schema, validation

RULE = '''
"""A rule that reports every metric and that no golden case names."""

from typedprom_codegen.codes.define import warning
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.lint.rule import Rule


def check(catalog):
    for metric in catalog.metrics():
        span = metric.where("help")
        yield Diagnostic(RULE.code, "a metric", span, help="nothing", metric=metric.key)


RULE = Rule(warning("TP499", "every-metric", "Every metric has this warning."), check)
'''


@pytest.fixture
def another_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Add a rule, discovered in a folder of the test."""
    (tmp_path / "every_metric.py").write_text(RULE)
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])
    rule.all_rules.cache_clear()
    code_index.all_codes.cache_clear()
    yield
    rule.all_rules.cache_clear()
    code_index.all_codes.cache_clear()


@pytest.fixture
def another_field(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Add an optional field to every mapping of the schema."""
    whole = json.loads(schema.schema_text())
    for part in (whole, *whole["$defs"].values()):
        if "properties" in part:
            part["properties"]["zz_added"] = {"title": "added", "type": "string"}
    monkeypatch.setattr(schema, "schema_text", lambda: json.dumps(whole))
    clear_schema()
    yield
    monkeypatch.undo()
    clear_schema()


def clear_schema() -> None:
    schema._whole.cache_clear()
    schema.file_schema.cache_clear()
    validation.independent_fields.cache_clear()


@pytest.mark.usefixtures("another_rule")
def test_a_rule_is_discovered_and_reports_a_field(tmp_path: Path) -> None:
    metrics = "  placed:\n    type: counter\n    help: Orders placed.\n"
    found = linted(tmp_path / "project", with_metrics(metrics), rules_of("TP499")).only
    assert (found.code.id, str(found.span)) == ("TP499", "catalog/orders.yaml:5:11")
    assert found.span.end_column - found.span.column == len("Orders placed.")


@pytest.mark.usefixtures("another_rule")
def test_another_rule_changes_no_case() -> None:
    assert "TP499" in code_index.all_codes()
    assert [case.name for case in CASES if differs(case)] == []


@pytest.mark.usefixtures("another_field")
def test_another_field_changes_no_case() -> None:
    assert "zz_added" in validation.independent_fields()
    assert [case.name for case in CASES if differs(case)] == []


def differs(case: Path) -> bool:
    return diagnostics_of(case) != text_of(case / STDERR)
