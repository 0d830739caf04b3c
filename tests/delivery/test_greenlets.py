"""gevent and eventlet: signals, forks and children are as without a spool, and nothing is lost."""

from __future__ import annotations

import importlib.util
import signal
import time
from collections.abc import Callable

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, held

PATCHES = {
    "gevent": "from gevent import monkey; monkey.patch_all()",
    "eventlet": "import eventlet; eventlet.monkey_patch()",
}
# Patched before the import, between the import and the first recording, and after that.
ORDERS: dict[str, Callable[[str], str]] = {
    "before": lambda patch: f"{patch}\n{RECORD_FIVE}",
    "after": lambda patch: f"import sms_metrics_generated\n{patch}\n{RECORD_FIVE}",
    "recorded": lambda patch: f"{RECORD_FIVE}\n{patch}",
}
BEGIN = "import warnings; warnings.simplefilter('ignore')"
READY = """
import os, subprocess, sys, time
time.sleep(0.2)
print("ready", flush=True)
"""
ACTIONS = {
    "SIGTERM": ("time.sleep(30)", signal.SIGTERM, -signal.SIGTERM, 5),
    "SIGINT": (
        "try: time.sleep(30)\nexcept KeyboardInterrupt: sys.exit(7)",
        signal.SIGINT,
        7,
        5,
    ),
    "fork": (
        """
for _ in range(3):
    child = os.fork()
    if not child:
        SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
        sys.exit(0)
    assert os.waitpid(child, 0)[1] == 0
""",
        None,
        0,
        8,
    ),
    "subprocess": (
        "assert subprocess.check_output([sys.executable, '-c', 'print(1)']) == b'1\\n'",
        None,
        0,
        5,
    ),
}


@pytest.mark.parametrize("push_seconds", ["0.2", "15"])
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("library", PATCHES)
def test_a_patched_program_behaves_as_without_a_spool(
    library: str, order: str, action: str, push_seconds: str, delivering: Delivering
) -> None:
    if not importlib.util.find_spec(library):
        pytest.skip(f"{library} is not installed")
    act, number, status, counted = ACTIONS[action]
    more = {"TYPEDPROM_PUSH_SECONDS": push_seconds}
    delivering = Delivering(delivering.port, delivering.state, more)
    program = "\n".join((BEGIN, ORDERS[order](PATCHES[library]), READY, act))
    with delivering.start(program) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.5)
            began = time.monotonic()
            if number is not None:
                process.send_signal(number)
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == status, errors
    assert "delivered" not in errors
    assert "Cannot switch" not in errors
    assert number is None or time.monotonic() - began < 1.9, errors
    if number == signal.SIGTERM and push_seconds == "15":
        assert delivering.spool_command("deliver", str(delivering.spool)).returncode == 0
    assert held(delivering.port)[KEXP] == counted
