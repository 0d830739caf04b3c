"""`docs/query-rules.md` lists every rule on queries, with its name and severity."""

from __future__ import annotations

import re
from pathlib import Path

from typedprom_codegen.codes.query_syntax import QUERY_SYNTAX
from typedprom_codegen.lint.code_index import all_codes
from typedprom_codegen.lint.query_rule import all_query_rules

PAGE = (Path(__file__).parents[2] / "docs" / "query-rules.md").read_text(encoding="utf-8")


def test_every_rule_is_listed() -> None:
    listed = re.findall(r"^\| (TP\d+) \| ([\w-]+) \| (\w+) \|", PAGE, re.MULTILINE)
    codes = [QUERY_SYNTAX, *(rule.code for rule in all_query_rules())]
    assert listed == [(code.id, code.name, code.severity.value) for code in codes]


def test_the_codes_that_are_named_exist() -> None:
    named = set(re.findall(r"TP\d{3}", PAGE)) - {"TP549"}  # the end of a range
    assert named <= all_codes().keys()
