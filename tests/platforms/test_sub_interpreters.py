"""Sub-interpreters import, record, expose and end; what they counted is delivered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.interpreters import run_with

PROGRAM = ("-m", "tests.platforms.interpreters_program")
THEY = 3
BOTH = "are exposed by this process, and pushed"


# CPython 3.11 has no way to end a sub-interpreter that had a thread from Python.
@pytest.mark.parametrize(
    ("minor", "kind"), [(11, "isolated"), (12, "legacy"), (13, "isolated"), (13, "legacy")]
)
@pytest.mark.parametrize("destination", ["", "TYPEDPROM_TEXTFILE", "TYPEDPROM_PUSHGATEWAY_URL"])
def test_sub_interpreters(minor: int, kind: str, destination: str, tmp_path: Path) -> None:
    more = {"TYPEDPROM_STRICT": "0", "TYPEDPROM_EXIT_SECONDS": "0.3"}
    if destination:
        more["TYPEDPROM_SPOOL_DIR"] = str(tmp_path / "spool")
        address = {"TYPEDPROM_TEXTFILE": str(tmp_path / "x.prom")}
        more[destination] = address.get(destination, "http://127.0.0.1:9")
    done = run_with(minor, *PROGRAM, str(THEY), kind, folder=tmp_path, more=more)
    assert done.returncode == 0, done.stderr
    problems = done.stderr.splitlines()
    if destination and minor != 12:  # each exposes what it also pushes
        assert [BOTH in line for line in problems].count(True) == THEY
        problems = [line for line in problems if BOTH not in line]
    if destination == "TYPEDPROM_PUSHGATEWAY_URL":
        assert len(problems) == THEY + 1
        problems = [line for line in problems if "cannot be reached" not in line]
    assert problems == []
    if destination == "TYPEDPROM_TEXTFILE":
        written = (tmp_path / "x.prom").read_text().splitlines()
        assert f"x_hits_total {2.0 * (THEY + 1)}" in written
        labels = f'command="nightly",directory="{tmp_path / "spool"}",outcome="success"'
        count = f"typedprom_job_runs_total{{{labels}}} {THEY}.0"
        assert count in written
