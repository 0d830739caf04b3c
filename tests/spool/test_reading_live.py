"""Reading the run file of a process that records meanwhile: nothing goes back, or looks damaged."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.spool.programs import BEGIN
from tests.support.programs import ROOT
from typedprom.metrics.definition import Labels
from typedprom.spool.run_reader import RunReading

SECONDS = 2.0
PROGRAM = """
record()
print(spool.run, flush=True)
while True:
    for number in range(50):
        HITS.inc()
        TOOK.observe(0.5)
        TOOK.observe(5.0)
        LEVEL.set(1.0)
        LEVEL.set(-1.0)
    LEVELS.labels(source="b").set(1.0)
    LEVELS.remove(source="b")
    BUILD.set(version="8")
    BUILD.set(version="7")
"""


@pytest.fixture
def file(spool: Path) -> Iterator[Path]:
    """The run file of a process that records for ever."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with subprocess.Popen(
        [sys.executable, "-c", BEGIN + PROGRAM],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield spool / "runs" / f"{process.stdout.readline().strip()}.run"
        finally:
            process.kill()


def test_no_count_goes_back_and_nothing_is_damaged(file: Path) -> None:
    before: dict[tuple[str, Labels], list[float]] = {}
    known = None
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        reading = RunReading(file, known)
        known = reading.layout
        assert not reading.damage
        found = {(one.name, labels): numbers for one, labels, numbers in reading.series()}
        assert found["x_level", ()][1] in (0.0, 1.0, -1.0)
        for key in (("x_hits_total", ()), ("x_took_seconds", ())):
            last = before.get(key, found[key])
            assert all(now >= then for now, then in zip(found[key], last, strict=True))
        before = found
    assert before["x_hits_total", ()][1] > 1000
