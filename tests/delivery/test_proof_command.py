"""`python -m proofs`: which sections there are, and what it does without servers."""

from __future__ import annotations

from pathlib import Path

import pytest

import proofs.__main__ as command
from proofs import exit_matrix
from proofs.support.section import Section
from proofs.support.tables import table


@pytest.fixture
def _servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "missing", list)
    monkeypatch.setattr(command, "missing_newer", list)


def test_a_section_that_is_not_there_is_named_with_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["nonsense"])
    assert "no section nonsense; there are exits, increase," in capsys.readouterr().err


def test_without_servers_it_says_which_are_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "missing", lambda: ["prometheus-pushgateway"])
    assert command.main(["exits"]) == 2
    assert "need prometheus-pushgateway" in capsys.readouterr().err


@pytest.mark.usefixtures("_servers")
def test_what_failed_is_in_the_file_and_in_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = table(["ending", "ours"], [["return", "4"]])
    section = Section("Exits", text, ["return: 4 of 5 have arrived"])
    monkeypatch.setattr(exit_matrix, "prove", lambda: section)
    output = tmp_path / "tables.md"
    assert command.main(["exits", "--output", str(output)]) == 1
    lines = output.read_text().splitlines()
    assert lines[:3] == ["### Exits", "", "| ending | ours |"]
    assert "- FAILED: return: 4 of 5 have arrived" in lines
