"""Type checkers reject each wrong line, accept right programs, and find no errors in our code.

Above a wrong line of `wrong/*.py` a comment names the rules by which each checker refuses it:

    # E: mypy[attr-defined] pyright[reportAttributeAccessIssue] ty[…] pyrefly[…]
    HEARTBEAT.dec()

Any other error, in any file, fails too.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

from tests.typing.checkers import CHECKERS, Checker, Report

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
SOURCES: Final = (
    HERE / "wrong",
    HERE / "right",
    ROOT / "src" / "sms_metrics_generated",
    ROOT
    / "tests"
    / "golden"
    / "python_info_and_stateset"
    / "expected"
    / "metrics_info_and_stateset",
    ROOT / "runtime" / "typedprom",
)
MARK: Final = re.compile(r"\s*# E: (.*)")
EXPECTED: Final = re.compile(r"(\w+)\[([\w,-]+)\]")

Rules = dict[tuple[str, int], set[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with only the programs and the packages that they import."""
    folder = tmp_path_factory.mktemp("typing")
    for source in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, folder / source.name, ignore=ignored)
    return folder


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)
def test_each_wrong_line_and_no_other_is_rejected(checker: Checker, folder: Path) -> None:
    reports = list(checker.check(folder))
    found: Rules = defaultdict(set)
    for report in reports:
        found[report.path, report.line].add(report.rule)
    expected = _expected(checker.name)
    differing = {place for place in {*found, *expected} if found.get(place) != expected.get(place)}
    assert not differing, "\n".join(
        _explain(place, expected, reports) for place in sorted(differing)
    )


def test_there_are_enough_wrong_lines_with_an_error_of_each_checker() -> None:
    names = {checker.name for checker in CHECKERS}
    marked = [
        (f"{path.name}:{number}", {name for name, _ in EXPECTED.findall(mark)})
        for path, number, mark in _marks()
    ]
    assert len(marked) >= 40
    assert [place for place, refusing in marked if refusing != names] == []


def _marks() -> list[tuple[Path, int, str]]:
    """Yield file, line number and expected errors of every wrong line."""
    return [
        (path, number, match[1])
        for path in sorted((HERE / "wrong").glob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=2)
        if (match := MARK.fullmatch(line))
    ]


def _expected(checker: str) -> Rules:
    return {
        (f"wrong/{path.name}", number): set(rules.split(","))
        for path, number, mark in _marks()
        for name, rules in EXPECTED.findall(mark)
        if name == checker
    }


def _explain(place: tuple[str, int], expected: Rules, reports: list[Report]) -> str:
    path, line = place
    wanted = ", ".join(sorted(expected.get(place, ()))) or "no error"
    found = [str(report) for report in reports if (report.path, report.line) == place]
    return "\n  ".join([f"{path}:{line}: expected {wanted}, found", *(found or ["nothing"])])
