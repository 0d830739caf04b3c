"""CPython warns of forks beside threads, but not of ours, which is not there during the fork."""

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
        os._exit(0)
    os.waitpid(child, 0)
    assert any(thread.name == "typedprom-push" for thread in threading.enumerate())

HEARTBEAT.inc()
before = list(warnings.filters)
fork("alone")
fork("alone again")
done = threading.Event()
other = threading.Thread(target=done.wait)
other.start()
fork("beside a thread")
assert warnings.filters == before
with warnings.catch_warnings():
    fork("beside it, with a copy of the filters")
fork("beside it")
done.set()
other.join()
time.sleep(0.3)  # until the system too has ended it
for _ in range(3):
    warnings.warn("of the program", RuntimeWarning)
    fork("alone at last")
"""


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_a_program_is_warned_of_its_own_threads_alone(minor: int, tmp_path: Path) -> None:
    spool = {"TYPEDPROM_SPOOL_DIR": str(tmp_path / "spool"), "TYPEDPROM_STRICT": "0"}
    done = run_with(
        minor, "-W", "always::DeprecationWarning", "-c", PROGRAM, folder=tmp_path, more=spool
    )
    assert done.returncode == 0, done.stderr
    warned = done.stderr.partition("beside a thread\n")
    assert "multi-threaded" not in warned[0]
    assert warned[2].count("multi-threaded") == (3 if minor >= 12 else 0)
    assert warned[2].count("RuntimeWarning: of the program") == 1
    assert warned[2].endswith("alone at last\n")
