"""Runs that no process survived to deliver: the next run delivers them when it starts."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, held
from tests.delivery.receivers import hang, receiver, respond

ENDS = f"import os\n{RECORD_FIVE}\nos._exit(0)"
INDENTED = RECORD_FIVE.strip().replace("\n", "\n    ")
LIVES = "import sms_metrics_generated, time\nprint(flush=True)\ntime.sleep(60)"


@contextmanager
def living(delivering: Delivering, program: str = LIVES) -> Iterator[subprocess.Popen[str]]:
    """A process that lives as long as the block, from the instant it has imported the package."""
    with delivering.start(program) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
        finally:
            process.kill()
            process.communicate()


def wait_for(port: int, value: float) -> None:
    """Wait until the gateway holds that many."""
    deadline = time.monotonic() + 30
    while held(port).get(KEXP) != value:
        assert time.monotonic() < deadline, held(port).get(KEXP)
        time.sleep(0.05)


def test_runs_that_ended_anyhow_are_delivered_by_a_start(delivering: Delivering) -> None:
    delivering.run(ENDS)
    delivering.run(f"import os\n{RECORD_FIVE}\nos.kill(os.getpid(), 9)", status=-9)
    assert held(delivering.port) == {}
    with living(delivering):
        wait_for(delivering.port, 10)


def test_forked_tasks_that_end_at_once(delivering: Delivering) -> None:
    delivering.run(f"""
import os
import sms_metrics_generated
def task():
    {INDENTED}
    os._exit(0)
for _ in range(12):
    if os.fork() == 0:
        task()
    os.wait()
os._exit(0)
""")
    assert held(delivering.port) == {}
    with living(delivering):
        wait_for(delivering.port, 60)


def test_jobs_that_are_terminated_one_after_the_other(delivering: Delivering) -> None:
    for count in range(3):
        with living(delivering, f"{RECORD_FIVE}\n{LIVES}") as process:
            if count:
                wait_for(delivering.port, 5 * (count + 1))
            process.terminate()
            assert process.wait(60) == -signal.SIGTERM
    with living(delivering):
        wait_for(delivering.port, 15)


def test_a_forked_child_that_lives_delivers_what_its_siblings_left(delivering: Delivering) -> None:
    program = f"""
import os, time
import sms_metrics_generated
if os.fork() == 0:
    {INDENTED}
    os._exit(0)
os.wait()
if os.fork() == 0:
    {INDENTED}
    print(os.getpid(), flush=True)
    time.sleep(60)
os._exit(0)
"""
    with delivering.start(program) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        try:
            wait_for(delivering.port, 10)
        finally:
            os.kill(child, signal.SIGKILL)


def test_a_run_that_is_too_short_leaves_it_to_a_later_one(delivering: Delivering) -> None:
    delivering.run(ENDS)
    delivering.run("import sms_metrics_generated")
    assert held(delivering.port) == {}
    with living(delivering):
        wait_for(delivering.port, 5)


def test_processes_that_start_at_once_deliver_once(tmp_path: Path) -> None:
    with receiver(respond(200)) as gateway:
        here = Delivering(gateway.port, tmp_path)
        here.run(ENDS)
        with living(here), living(here):
            time.sleep(1.5)
        assert len(gateway.requests) == 1


def test_nothing_is_delivered_where_another_process_does(delivering: Delivering) -> None:
    delivering.run(ENDS)
    with (delivering.spool / "push.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        with living(delivering) as process:
            time.sleep(1)
            assert held(delivering.port) == {}
            process.kill()
            assert process.communicate()[1] == ""


def test_nobody_waits_for_a_delivery_at_the_start(tmp_path: Path) -> None:
    with receiver(hang) as gateway:
        here = Delivering(gateway.port, tmp_path, {"TYPEDPROM_EXIT_SECONDS": "0.2"})
        here.run(ENDS)
        began = time.monotonic()
        with living(here):
            assert time.monotonic() - began < 5
            while not gateway.connections:
                assert time.monotonic() - began < 30
                time.sleep(0.05)


def test_there_is_no_delivery_at_the_start_if_none_is_wanted(tmp_path: Path) -> None:
    with receiver(respond(200)) as gateway:
        here = Delivering(gateway.port, tmp_path, {"TYPEDPROM_PUSH_SECONDS": "0"})
        here.run(ENDS)
        with living(here):
            time.sleep(1)
        assert gateway.requests == []
