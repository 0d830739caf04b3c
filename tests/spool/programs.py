"""Programs that record into a spool, each in a process of its own."""

from __future__ import annotations

from pathlib import Path

from tests.spool.recorded import recorded
from tests.support.programs import FORKS_MAY_WARN, run_python

BEGIN = """
import os, resource, shutil, sys, threading, time
from pathlib import Path
directory = Path(os.environ["TYPEDPROM_SPOOL_DIR"])
from tests.spool.every_kind import *
from tests.spool.every_kind import record
spool = CATALOG.spool
def descriptors():
    return [int(name) for name in os.listdir("/proc/self/fd") if int(name) > 2]
"""


def run(program: str, *, errors: str = "") -> str:
    done = run_python(*FORKS_MAY_WARN, "-c", BEGIN + program)
    assert done.returncode == 0, done.stderr
    assert errors in done.stderr
    assert done.stderr.count("\n") == (1 if errors else 0), done.stderr
    return done.stdout


def found(spool: Path) -> dict[str, list[float]]:
    """What was recorded, without our own metrics."""
    series = recorded(spool).items()
    return {key: numbers for key, numbers in series if not key.startswith("typedprom_")}


def expected(times: int) -> dict[str, list[float]]:
    """What is found after `record` was called so many times."""
    return {
        "x_hits_total": [2.0 * times],
        'x_by_total{source="a"}': [3.0 * times],
        "x_level": [0.0],
        'x_levels{source="a"}': [4.0],
        "x_took_seconds": [1.0 * times, 0.0, 0.0, 0.5 * times],
        'x_build_info{version="7"}': [1.0],
        "x_phase": [0.0],
    }
