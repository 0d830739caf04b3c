"""The golden cases: every folder next to this file is a project with its expected output.

A case has a `typedprom.toml`, a catalog and the expected output: `expected/`, every file that the
compiler adds to the project, without manifests; or `stderr.txt`, the diagnostics; or both, if it
has warnings. `make golden` rewrites both.

The folders `dashboards` and `rules` of a case are checked against its catalog, with `baseline.json`
if there is one.

Lint rules run only if a case names them, in a comment of its `typedprom.toml` such as
`# lint: TP401, TP403`. So a new rule does not change the other cases.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.golden.cases import CASES, STDERR, diagnostics_of, rules_for, text_of
from typedprom_codegen import pipeline
from typedprom_codegen.config import read
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.manifest import NAME
from typedprom_codegen.write import Mode

EXPECTED = "expected"
FIX = "if that is right: `make golden`"

Tree = dict[str, str]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_golden(case: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    diagnostics = diagnostics_of(case)
    compiled = compiled_from(case, tmp_path / "project")
    if request.config.getoption("update_golden", default=False):
        update(case, diagnostics, compiled)
    assert (case / STDERR).exists() or (case / EXPECTED).exists(), f"{case.name} expects nothing"
    assert diagnostics == text_of(case / STDERR), f"the diagnostics differ; {FIX}"
    expected = tree(case / EXPECTED)
    assert sorted(compiled) == sorted(expected), f"the compiler makes other files; {FIX}"
    for path, text in expected.items():
        assert compiled[path] == text, f"{path} differs; {FIX}"


def test_there_are_cases() -> None:
    assert CASES


def compiled_from(case: Path, project: Path) -> Tree:
    """Return the files that the compiler adds to a copy of the project; empty with errors."""
    ignored = shutil.ignore_patterns(EXPECTED, STDERR)
    shutil.copytree(case, project, symlinks=True, ignore=ignored)
    before = tree(project)
    found = Diagnostics()
    config = read(project, found)
    if config is not None:
        pipeline.generate(config, Mode.WRITE, rules_for(project), found)
    after = tree(project)
    assert {path: after[path] for path in before} == before, "the sources were changed"
    assert not found.has_errors or after == before, "something was written in spite of errors"
    return {path: text for path, text in after.items() if path not in before}


def update(case: Path, diagnostics: str, compiled: Tree) -> None:
    shutil.rmtree(case / EXPECTED, ignore_errors=True)
    (case / STDERR).unlink(missing_ok=True)
    if diagnostics:
        (case / STDERR).write_text(diagnostics, encoding="utf-8")
    for path, text in compiled.items():
        file = case / EXPECTED / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode(errors="surrogateescape"))


def tree(folder: Path) -> Tree:
    """Return the text of every file except manifests, by path with forward slashes."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes().decode(errors="surrogateescape")
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != NAME
    }
