"""Cost: it follows the processes that live and the series, never the runs that have ended."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.support.programs import run_python

# Half a minute for as many as this. Fewer show the same, less plainly.
RUNS = int(os.environ.get("TYPEDPROM_TEST_RUNS", "100000"))


def test_a_hundred_thousand_runs_cost_nothing_once_they_are_merged(tmp_path: Path) -> None:
    program = ("-m", "tests.spool.size_program", str(tmp_path), str(RUNS))
    done = run_python(*program, seconds=600)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    print(figures)
    assert figures["swept"] == RUNS - 1
    assert figures["jobs"] == 5 * RUNS
    assert figures["megabytes"] < 400
    # The same work; what differs is noise, of a machine that may be busy.
    assert figures["collect_seconds_after"] < 5 * figures["collect_seconds_before"] + 0.01
