"""Cost: it follows the processes that live and the series, never the runs that have ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.programs import run_python


@pytest.mark.alone
@pytest.mark.parametrize("runs", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_runs_cost_nothing_once_they_are_merged(runs: int, tmp_path: Path) -> None:
    program = ("-m", "tests.spool.size_program", str(tmp_path), str(runs))
    done = run_python(*program, seconds=600)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    print(figures)
    assert figures["swept"] == runs - 1
    assert figures["jobs"] == 5 * runs
    assert figures["megabytes"] < 400
    # The same work; what differs is noise, of a machine that may be busy.
    assert figures["collect_seconds_after"] < 5 * figures["collect_seconds_before"] + 0.01
