"""Forks in a job: a child is not the job, and the parent loses no signals."""

from __future__ import annotations

import signal
import time

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, ended_runs, held


@pytest.mark.parametrize("body", ["os._exit(0)", "sys.exit(3)", "os.kill(os.getpid(), 15)"])
def test_a_forked_child_is_not_the_job(body: str, delivering: Delivering) -> None:
    delivering.run(f"""
import os, sys, typedprom
{RECORD_FIVE}
with typedprom.job("parent"):
    if os.fork() == 0:
        SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
        {body}
    os.wait()
""")
    assert ended_runs(delivering.port) == {"success": 1}
    assert held(delivering.port)[KEXP] == 6


def test_a_pool_that_is_terminated_is_not_the_job(delivering: Delivering) -> None:
    delivering.run(f"""
import multiprocessing, typedprom
{RECORD_FIVE}
def record(_):
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
with typedprom.job("pool"), multiprocessing.get_context("fork").Pool(3) as pool:
    pool.map(record, range(10))
""")
    assert ended_runs(delivering.port) == {"success": 1}
    assert held(delivering.port)[KEXP] == 15


FORKING = f"""
import os, signal, sys, threading, time, warnings, typedprom
{RECORD_FIVE}
warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads

def fork():
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
"""


def test_threads_that_fork_at_once_leave_the_job_its_signals(delivering: Delivering) -> None:
    program = f"""{FORKING}
with typedprom.job("forking"):
    thread = threading.Thread(target=lambda: [fork() for _ in range(30)])
    thread.start()
    for _ in range(30):
        fork()
    thread.join()
    os.kill(os.getpid(), signal.SIGTERM)
"""
    assert delivering.run(program, status=-signal.SIGTERM) == ""
    assert ended_runs(delivering.port) == {"terminated": 1}


@pytest.mark.parametrize(
    ("handler", "number", "status"),
    [
        ("", signal.SIGTERM, -signal.SIGTERM),
        pytest.param(
            "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))",
            signal.SIGTERM,
            3,
            marks=pytest.mark.slow,
        ),
        pytest.param("", signal.SIGINT, -signal.SIGINT, marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("around", ["typedprom.job('forking')", "contextlib.nullcontext()"])
def test_a_signal_that_comes_in_the_middle_of_a_fork_does_what_it_does(
    around: str, handler: str, number: signal.Signals, status: int, delivering: Delivering
) -> None:
    program = f"""{FORKING}
import contextlib
{handler}
with {around}:
    print("ready", flush=True)
    end = time.monotonic() + 3
    while time.monotonic() < end:
        fork()
        time.sleep(0.005)
"""
    wrong = []
    for attempt in range(1, 7):
        with delivering.start(program) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.03 * attempt)
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
        ended = sum(ended_runs(delivering.port).values()) == attempt or "job" not in around
        if process.returncode != status or "ignored" in errors or not ended:
            wrong.append(errors)
    assert len(wrong) <= 1, wrong  # one may have come right before or behind
    if "job" in around:
        assert ended_runs(delivering.port)["terminated"] >= 5


def test_a_child_whose_handler_calls_that_of_the_job_is_not_the_job(
    delivering: Delivering,
) -> None:
    program = f"""{FORKING}
with typedprom.job("chained"):
    before = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda number, frame: before(number, frame))
    child = os.fork()
    if not child:
        os.kill(os.getpid(), signal.SIGTERM)
        os._exit(7)
    print(os.waitpid(child, 0)[1])
"""
    assert delivering.run(program) == f"{signal.SIGTERM.value}\n"
    assert ended_runs(delivering.port) == {"success": 1}
