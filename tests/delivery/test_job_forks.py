"""Forks in a job: a child is not the job, and hears signals from its first instruction on."""

from __future__ import annotations

import os
import signal

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


KILLING = f"""
import os, signal, threading, time, warnings, typedprom
{RECORD_FIVE}
warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads
os.sched_setaffinity(0, {{min(os.sched_getaffinity(0))}})  # so that children begin last
endings = []

def fork():
    for number in (signal.SIGTERM, signal.SIGHUP) * 10:
        child = os.fork()
        if not child:
            time.sleep(20)
            os._exit(7)
        os.kill(child, number)
        endings.append(os.waitpid(child, 0)[1] == number)

with typedprom.job("parent"), typedprom.job("inner"):
    thread = threading.Thread(target=fork)
    WHERE
    print(endings.count(True), endings.count(False))
    os.kill(os.getpid(), signal.SIGTERM)
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs to choose a processor")
@pytest.mark.parametrize("where", ["fork()", "thread.start(); thread.join()"])
def test_a_child_that_is_killed_before_it_begins_ends(where: str, delivering: Delivering) -> None:
    """Python forgets signals that come to a child so early and have a handler."""
    program = KILLING.replace("WHERE", where)
    assert delivering.run(program, status=-signal.SIGTERM) == "20 0\n"
    assert ended_runs(delivering.port) == {"terminated": 1}  # the parent listens again
