"""Every code has its own id, a complete page and a golden case that emits it."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from typedprom_codegen.codes import (
    checked_files,
    configuration,
    foreign_rules,
    mutated_rules,
    output,
)
from typedprom_codegen.diagnostics import Code
from typedprom_codegen.lint.code_index import all_codes
from typedprom_codegen.lint.query_rule import all_query_rules
from typedprom_codegen.lint.rule import all_rules


def codes_of(module: ModuleType) -> dict[str, Code]:
    return {name: code for name, code in vars(module).items() if isinstance(code, Code)}


GOLDEN = Path(__file__).parents[1] / "golden"
CODES = list(all_codes().values())
OF_QUERIES = {rule.code.id for rule in all_query_rules()}  # tests/lint/test_query_rules.py
OF_FILES = [
    code
    for module in (checked_files, foreign_rules, mutated_rules)
    for code in codes_of(module).values()
]
FRONT_END = [
    code
    for code in CODES
    if code.id < "TP600" and code.id not in OF_QUERIES and code not in OF_FILES
]
OTHERS = {
    code.id: (f"[{code.id}]", f"codes.{name}")
    for module in (configuration, output)
    for name, code in codes_of(module).items()
}
"""How the tests of other stages name the codes that no golden case can emit."""

NAMED = "".join(
    GOLDEN.parent.joinpath("compiler", f"test_{stage}.py").read_text(encoding="utf-8")
    for stage in ("config", "unwritable_output")
)
EMITTED = "".join(path.read_text(encoding="utf-8") for path in GOLDEN.glob("*/stderr.txt"))


def test_ids_and_names_are_unique() -> None:
    names = [code.name for code in CODES]
    assert len(set(names)) == len(names)
    assert all(key == code.id for key, code in all_codes().items())


def test_rules_are_among_the_codes() -> None:
    of_catalogs = {rule.code.id for rule in all_rules()}
    assert of_catalogs | OF_QUERIES <= all_codes().keys()


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
def test_a_code_has_an_id_a_name_and_a_page(code: Code) -> None:
    assert re.fullmatch(r"TP\d{3}", code.id)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.name)
    assert len(code.page.split()) > 15
    assert code.id > "TP600" or "Right" in code.page
    assert code.page.count("```") % 2 == 0
    assert all(len(line) <= 100 for line in code.page.splitlines())


def test_every_code_that_is_printed_has_a_page_of_its_severity() -> None:
    printed = set(re.findall(r"(error|warning)\[(TP\d{3})\]", EMITTED))
    assert printed
    assert printed <= {(code.severity.value, code.id) for code in CODES}


@pytest.mark.parametrize("code", FRONT_END, ids=lambda code: code.id)
def test_a_golden_case_emits_the_code(code: Code) -> None:
    assert f"{code.severity.value}[{code.id}]" in EMITTED


@pytest.mark.parametrize("code", OTHERS)
def test_another_test_names_the_code(code: str) -> None:
    assert any(word in NAMED for word in OTHERS[code])


@pytest.mark.parametrize("code", OF_FILES, ids=lambda code: code.id)
def test_a_test_of_files_of_others_names_the_code(code: Code) -> None:
    folders = ("sources", "cli", "mutate")
    tests = [path for folder in folders for path in GOLDEN.parent.glob(f"{folder}/**/*.py")]
    named = any(code.id in test.read_text(encoding="utf-8") for test in tests)
    assert named or f"[{code.id}]" in EMITTED
