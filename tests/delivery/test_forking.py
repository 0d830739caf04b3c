"""A fork beside our thread: both processes go on, and the program's warning filters stay as is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.interpreters import run_with

PROGRAM = """
import os, sys, threading, time, warnings
from sms_metrics_generated import HEARTBEAT

def fork(where):
    print(where, file=sys.stderr)
    child = os.fork()
    if not child:
        HEARTBEAT.inc()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert any(thread.name == "typedprom-push" for thread in threading.enumerate())

HEARTBEAT.inc()
before = list(warnings.filters)
fork("alone")
fork("alone again")
assert warnings.filters == before
done = threading.Event()
other = threading.Thread(target=done.wait)
other.start()
fork("beside a thread")
done.set()
other.join()
assert warnings.filters == before
"""


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_forks_go_on_and_python_alone_warns(minor: int, tmp_path: Path) -> None:
    spool = {"TYPEDPROM_SPOOL_DIR": str(tmp_path / "spool"), "TYPEDPROM_STRICT": "0"}
    done = run_with(
        minor, "-W", "always::DeprecationWarning", "-c", PROGRAM, folder=tmp_path, more=spool
    )
    assert done.returncode == 0, done.stderr
    alone, _, beside = done.stderr.partition("beside a thread\n")
    assert alone.startswith("alone\n")
    assert beside.count("multi-threaded") == (1 if minor >= 12 else 0)
    if minor < 12:
        assert done.stderr == "alone\nalone again\nbeside a thread\n"
