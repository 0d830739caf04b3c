"""Every rule on queries has a page whose examples do what it says, and cases of both kinds.

The cases of `lint/query_rules/<rule>.py` are in `tests/lint/<rule>/cases.yaml`: a list of queries
with `finds`, the messages of this rule, and `at`, the texts above the carets; or with `finds: []`.
`Case` lists what else a case can state. The examples of a page are blocks of ```promql, each a
query on a panel, of the catalog if it has no variables, and of ```yaml, each an alert or a
recording rule; a block of ```toml states what a project configures, such as
`prometheus-version`. All rules apply to them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.promql import parses
from tests.support.queries import Case, diagnostics_of, known, marked
from typedprom_codegen.codes.query_syntax import QUERY_SYNTAX
from typedprom_codegen.diagnostics import Code
from typedprom_codegen.lint.query_rule import QueryRule, all_query_rules
from typedprom_codegen.promql.lexer import VARIABLE

HERE = Path(__file__).parent
RULES = {rule.check.__module__.rpartition(".")[2]: rule for rule in all_query_rules()}
CODES = [QUERY_SYNTAX, *(rule.code for rule in RULES.values())]


def cases_of(name: str) -> list[Case]:
    file = HERE / name / "cases.yaml"
    entries = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else []
    return [Case(**entry) for entry in entries]


CASES = [(name, case) for name in RULES for case in cases_of(name)]


@pytest.mark.parametrize(
    ("name", "case"), CASES, ids=[f"{name}: {case.expr}" for name, case in CASES]
)
def test_case(name: str, case: Case) -> None:
    found = diagnostics_of(case, [RULES[name]])
    assert [each.message for each in found] == list(case.finds)
    if case.texts:
        assert [marked(each) for each in found] == case.texts
    assert all(each.help for each in found)
    assert case.help in (found[0].help if found else "")


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_cases_of_both_kinds(name: str) -> None:
    kinds = {bool(case.finds) for case in cases_of(name)}
    assert kinds == {True, False}, f"tests/lint/{name}/cases.yaml lacks a kind of case"
    assert all(case.at for case in cases_of(name) if case.finds)


@pytest.mark.parametrize(
    "expr", sorted({case.expr for _, case in CASES if not case.newer}), ids=str
)
def test_the_query_of_a_case_is_promql(expr: str) -> None:
    plain = re.sub(rf"(\[|offset -?)(?:{VARIABLE})(?=[\]:]|$)", r"\g<1>5m", expr)
    assert parses(re.sub(VARIABLE, "v", plain))


def test_folders_of_cases_have_a_rule() -> None:
    folders = {file.parent.name for file in HERE.glob("*/cases.yaml")}
    assert folders <= RULES.keys()


def examples(code: Code) -> Iterator[tuple[str, Case]]:
    """Return the examples of a page, each with "Wrong" or "Right"."""
    kind, options = "", Case("")
    pattern = r"^(Wrong|Right)\b|^```(\w+)\n(.*?)^```$"
    for heading, language, text in re.findall(pattern, code.page, re.MULTILINE | re.DOTALL):
        if heading:
            kind = heading
        elif language == "toml":
            options = replace(options, **configured(text))
        elif kind and language == "promql":
            plain = re.search(VARIABLE, text) is None
            yield kind, replace(options, expr=text.strip(), generated=plain)
        elif kind and language == "yaml":
            yield kind, rule_case(yaml.safe_load(text), options)


def configured(text: str) -> dict[str, Any]:
    return {key.replace("-", "_"): value for key, value in tomllib.loads(text).items()}


def rule_case(entry: dict[str, Any], options: Case) -> Case:
    if "record" in entry:
        return replace(options, expr=entry["expr"], use="recording rule")
    match = re.fullmatch(r"(\d+)([sm])", str(entry.get("for", "0s")))
    assert match is not None
    entry["for"] = int(match[1]) * (60.0 if match[2] == "m" else 1.0)
    return replace(options, expr=entry["expr"], alert=entry)


EXAMPLES = [(code, kind, case) for code in CODES for kind, case in examples(code)]


@pytest.mark.parametrize(
    ("code", "kind", "case"),
    EXAMPLES,
    ids=[f"{code.id}, {kind}: {case.expr}" for code, kind, case in EXAMPLES],
)
def test_example(code: Code, kind: str, case: Case) -> None:
    found = [(each.code.id, each.message) for each in diagnostics_of(case)]
    expected = {code.id} if kind == "Wrong" else set()
    assert {each for each, _ in found} == expected, found


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
def test_a_page_has_examples_of_both_kinds(code: Code) -> None:
    assert {kind for each, kind, _ in EXAMPLES if each is code} == {"Wrong", "Right"}


def test_rules_have_their_own_codes() -> None:
    codes = [rule.code.id for rule in RULES.values()]
    assert len(set(codes)) == len(codes)
    assert all(isinstance(rule, QueryRule) for rule in RULES.values())


def test_the_catalog_of_the_cases_is_known() -> None:
    assert known().get("shop_jobs_total") is not None
