"""Every folder beside this file is a project: what it compiles to, or what is wrong with it.

A case is a `typedprom.toml` and a catalog, and what is expected of them: `expected/`, every file
that `typedprom generate` adds to the project, without manifests; or `stderr.txt`, what `typedprom
check` says about it; or both, where it has warnings. `make golden` rewrites both.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from typedprom_codegen import verbs
from typedprom_codegen.manifest import NAME
from typedprom_codegen.verbs import Format
from typedprom_codegen.write import Mode

HERE = Path(__file__).parent
CASES = sorted(file.parent for file in HERE.glob("*/*.toml"))
EXPECTED = "expected"
STDERR = "stderr.txt"
MEND = "where that is what it should be: `make golden`"

Tree = dict[str, str]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_golden(case: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    complaints = complaints_about(case)
    compiled = compiled_from(case, tmp_path / "project")
    if request.config.getoption("update_golden", default=False):
        update(case, complaints, compiled)
    assert (case / STDERR).exists() or (case / EXPECTED).exists(), f"{case.name} expects nothing"
    assert complaints == text_of(case / STDERR), f"check says otherwise; {MEND}"
    expected = tree(case / EXPECTED)
    assert sorted(compiled) == sorted(expected), f"generate makes other files; {MEND}"
    for path, text in expected.items():
        assert compiled[path] == text, f"{path} differs; {MEND}"


def test_there_are_cases() -> None:
    assert CASES


def complaints_about(case: Path) -> str:
    """What `typedprom check` prints; its exit code goes with it."""
    outcome = verbs.check(case, Format.TEXT, strict=False)
    assert outcome.exit == (1 if ": error[" in outcome.stderr else 0), outcome
    return outcome.stderr


def compiled_from(case: Path, project: Path) -> Tree:
    """What `typedprom generate` adds to a copy of the project; nothing where it has errors."""
    ignored = shutil.ignore_patterns(EXPECTED, STDERR)
    shutil.copytree(case, project, symlinks=True, ignore=ignored)
    before = tree(project)
    outcome = verbs.generate(project, Mode.WRITE)
    assert outcome.exit in {0, 1}, outcome
    after = tree(project)
    assert {path: after[path] for path in before} == before, "the sources were changed"
    assert outcome.exit == 0 or after == before, "something was written in spite of errors"
    return {path: text for path, text in after.items() if path not in before}


def update(case: Path, complaints: str, compiled: Tree) -> None:
    shutil.rmtree(case / EXPECTED, ignore_errors=True)
    (case / STDERR).unlink(missing_ok=True)
    if complaints:
        (case / STDERR).write_text(complaints, encoding="utf-8")
    for path, text in compiled.items():
        file = case / EXPECTED / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode(errors="surrogateescape"))


def tree(folder: Path) -> Tree:
    """The text of every file but manifests, by its path with forward slashes."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes().decode(errors="surrogateescape")
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != NAME
    }


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
