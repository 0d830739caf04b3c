"""Warnings of the runtime are logged wherever those of the program are."""

from __future__ import annotations

import pytest

from tests.runtime.warning_program import PLACES
from tests.support.programs import FORKS_MAY_WARN, run_python

OURS = "`sample_heartbeat_total` is a counter and cannot grow by -1.0; left out"
ONCE = "(further ones are not logged)"
WITHOUT_LOGGING = """
import os, sys
from multiprocessing import Process
os.environ["TYPEDPROM_STRICT"] = "0"
from tests.runtime.sample import HEARTBEAT
{}
assert "logging" not in sys.modules
"""
PARTIAL = """
import os, sys
os.environ["TYPEDPROM_STRICT"] = "0"
from tests.runtime.sample import HEARTBEAT
sys.modules["logging"] = type(sys)("logging")  # as while another thread imports it
HEARTBEAT.inc(-1)
"""


@pytest.mark.parametrize("place", PLACES)
def test_a_warning_of_ours_is_logged_where_one_of_the_program_is(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    done = run_python(*FORKS_MAY_WARN, "-m", "tests.runtime.warning_program", place)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line != "a line"]
    assert lines == ["the program warns", f"{OURS} {ONCE}"]


@pytest.mark.parametrize(
    "code",
    [
        "HEARTBEAT.inc(-1)",
        "HEARTBEAT.inc(-1); HEARTBEAT.inc(-1)",
        "child = Process(target=HEARTBEAT.inc, args=(-1,)); child.start(); child.join()",
        "import atexit; atexit.register(HEARTBEAT.inc, -1)",
    ],
)
def test_a_program_without_logging_is_warned_and_imports_none(code: str) -> None:
    done = run_python(*FORKS_MAY_WARN, "-c", WITHOUT_LOGGING.format(code))
    assert (done.returncode, done.stderr) == (0, f"{OURS} {ONCE}\n")


def test_logging_that_is_being_imported_is_not_used() -> None:
    done = run_python("-c", PARTIAL)
    assert (done.returncode, done.stderr) == (0, f"{OURS} {ONCE}\n")


@pytest.mark.parametrize("stderr", ["None", "open(os.devnull)", "closed"])
def test_a_program_without_standard_error_goes_on(stderr: str) -> None:
    change = "sys.stderr.close()" if stderr == "closed" else f"sys.stderr = {stderr}"
    done = run_python("-c", WITHOUT_LOGGING.format(f"{change}; HEARTBEAT.inc(-1); print('on')"))
    assert (done.returncode, done.stdout) == (0, "on\n"), done.stderr


INTERRUPTED = """
import collections, logging, logging.handlers, multiprocessing, os
os.environ["TYPEDPROM_STRICT"] = "0"
from tests.runtime.sample import HEARTBEAT
class Buffer(collections.deque):
    def append(self, item):  # while the queue is locked, as a signal handler can
        super().append(item)
        HEARTBEAT.inc(-1)
records = multiprocessing.Queue()
records._buffer = Buffer()
logging.getLogger().addHandler(logging.handlers.QueueHandler(records))
logging.getLogger("program").warning("the program warns")
print(records.get(timeout=10).getMessage())
del Buffer.append
HEARTBEAT.inc(-1)
print(records.get(timeout=10).getMessage())
"""


def test_a_process_queue_that_is_locked_is_not_waited_for() -> None:
    done = run_python("-c", INTERRUPTED, seconds=20)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["the program warns", f"{OURS} {ONCE}"]
