"""What help lines suggest can be run, and is no longer reported by the rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.support.queries import Case, diagnostics_of
from typedprom_codegen.codes.query_syntax import QUERY_SYNTAX
from typedprom_codegen.lint.query_rule import all_query_rules

HERE = Path(__file__).parent
RULES = {rule.check.__module__.rpartition(".")[2]: rule for rule in all_query_rules()}
WHOLE = ("delta_of_counter", "rate_of_aggregation", "rate_of_gauge", "raw_counter")
"""The rules that suggest an expression, in the place of the one that is marked or of the query."""


def suggestions() -> Iterator[tuple[str, Case]]:
    for name in WHOLE:
        for entry in yaml.safe_load((HERE / name / "cases.yaml").read_text(encoding="utf-8")):
            case = Case(**entry)
            for found in diagnostics_of(case, [RULES[name]]):
                match = re.match(r"write `([^`]+)`", found.help)
                if match and "…" not in match[1]:
                    yield name, replace(case, expr=match[1], finds=())


SUGGESTED = [*suggestions()]


@pytest.mark.parametrize(("name", "case"), SUGGESTED, ids=[case.expr for _, case in SUGGESTED])
def test_a_suggestion_is_right(name: str, case: Case) -> None:
    codes = {each.code for each in diagnostics_of(case)}
    assert QUERY_SYNTAX not in codes
    assert RULES[name].code not in codes


def test_each_of_these_rules_suggests() -> None:
    assert {name for name, _ in SUGGESTED} == {*WHOLE}
