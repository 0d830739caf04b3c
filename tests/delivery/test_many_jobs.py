"""Many processes at once: all is delivered, and few of them do it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from fcntl import LOCK_EX, flock
from pathlib import Path
from subprocess import Popen

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, ended_runs, held
from tests.delivery.receivers import receiver, respond

LIVES = """
import sms_metrics_generated, signal, time
signal.signal(signal.SIGUSR1, lambda *_: exit())
print(flush=True)
time.sleep(60)
"""
LOADED = "print('typedprom.spool.store' in sys.modules)"
JOB = f"import sys\n{RECORD_FIVE}\n{LOADED}"


@contextmanager
def living(
    delivering: Delivering, count: int = 1, program: str = LIVES
) -> Iterator[list[Popen[str]]]:
    """So many processes, which have imported the package, one after the other."""
    with ExitStack() as stack:
        processes: list[Popen[str]] = []
        for _ in range(count):
            process = stack.enter_context(delivering.start(program))
            stack.callback(process.kill)
            assert process.stdout is not None
            process.stdout.readline()
            processes.append(process)
        yield processes


@pytest.mark.parametrize("jobs", [12, pytest.param(150, marks=pytest.mark.slow)])
def test_all_that_many_jobs_count_is_delivered(jobs: int, delivering: Delivering) -> None:
    processes = [delivering.start(RECORD_FIVE) for _ in range(jobs)]
    for process in processes:
        process.communicate(timeout=300)
        assert process.returncode == 0
    assert held(delivering.port)[KEXP] == 5 * jobs


def test_one_of_many_is_on_duty_and_delivers_for_those_that_end(delivering: Delivering) -> None:
    often = replace(delivering, more={"TYPEDPROM_PUSH_SECONDS": "8"})
    with living(often, 3), living(often) as (on_duty,):
        assert often.run(JOB) == "False\n"
        assert KEXP not in held(often.port)  # it has left that to the other
        deadline = time.monotonic() + 30
        while held(often.port).get(KEXP) != 5:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert on_duty.poll() is None


@pytest.mark.slow
def test_a_duty_is_short_where_pushes_are_rare(delivering: Delivering) -> None:
    rarely = replace(delivering, more={"TYPEDPROM_PUSH_SECONDS": "3600"})
    with living(rarely, 4):
        time.sleep(1)  # its look at ended runs, when it starts, is over
        assert rarely.run(JOB) == "False\n"
        deadline = time.monotonic() + 30
        while held(rarely.port).get(KEXP) != 5:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_who_is_on_duty_delivers_when_it_ends(delivering: Delivering) -> None:
    with living(delivering, 3), living(delivering, program=f"{RECORD_FIVE}\n{LIVES}") as (one,):
        delivering.run(JOB)
        assert KEXP not in held(delivering.port)
        one.send_signal(signal.SIGUSR1)
        one.communicate(timeout=60)
        assert held(delivering.port)[KEXP] == 10


def test_a_job_delivers_itself_where_who_was_on_duty_was_killed(delivering: Delivering) -> None:
    with living(delivering, 3), living(delivering) as (one,):
        waiting = delivering.start(f"import sys, time\n{RECORD_FIVE}\n{LOADED}\ntime.sleep(2)")
        time.sleep(1)
        one.kill()
        output, errors = waiting.communicate(timeout=60)
        assert (output, errors) == ("False\n", "")
        assert held(delivering.port)[KEXP] == 5


def test_a_job_beside_few_others_delivers_itself(delivering: Delivering) -> None:
    with living(delivering, 2):
        assert delivering.run(JOB) == "True\n"
        assert held(delivering.port)[KEXP] == 5


def test_those_that_end_while_one_delivers_go_with_the_next_push(tmp_path: Path) -> None:
    with receiver(respond(200)) as gateway:
        patient = Delivering(gateway.port, tmp_path, {"TYPEDPROM_EXIT_SECONDS": "30"})
        patient.run("import sms_metrics_generated")
        with (patient.spool / "push.lock").open("w") as lock:
            flock(lock, LOCK_EX)
            processes = [patient.start(RECORD_FIVE) for _ in range(8)]
            time.sleep(3)
        for process in processes:
            assert process.communicate(timeout=60) == ("", "")
        assert len(gateway.requests) <= 3


def test_a_push_before_the_clock_was_set_back_is_not_taken_for_a_new_one(
    delivering: Delivering,
) -> None:
    patient = replace(delivering, more={"TYPEDPROM_EXIT_SECONDS": "30"})
    patient.run(RECORD_FIVE)
    (pushed,) = patient.spool.glob("pushed.????????")
    with (patient.spool / "push.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        soon = time.time() + 3
        os.utime(pushed, (soon, soon))
        process = patient.start(RECORD_FIVE)
        time.sleep(3.5)  # so that the push is recent too
    assert process.communicate(timeout=60) == ("", "")
    assert held(patient.port)[KEXP] == 10


def test_a_process_that_was_on_duty_and_goes_on_is_so_no_more(delivering: Delivering) -> None:
    often = replace(delivering, more={"TYPEDPROM_PUSH_SECONDS": "0.5"})
    with living(often, 4):
        time.sleep(2)
        often.run(JOB)
        assert held(often.port)[KEXP] == 5


def test_who_is_on_duty_delivers_when_it_ends_also_if_it_recorded_nothing(
    delivering: Delivering,
) -> None:
    with living(delivering, 3), living(delivering) as (one,):
        delivering.run(JOB)
        assert KEXP not in held(delivering.port)
        one.send_signal(signal.SIGUSR1)
        assert one.communicate(timeout=60)[1] == ""
        assert held(delivering.port)[KEXP] == 5


def test_who_is_on_duty_delivers_when_it_ends_also_if_its_own_has_just_arrived(
    delivering: Delivering,
) -> None:
    delivers = f"import typedprom\n{RECORD_FIVE}\ntypedprom.deliver()\n{LIVES}"
    with living(delivering, 3), living(delivering, program=delivers) as (one,):
        delivering.run(JOB)
        assert held(delivering.port)[KEXP] == 5
        one.send_signal(signal.SIGUSR1)
        one.communicate(timeout=60)
        assert held(delivering.port)[KEXP] == 10


def test_nobody_relies_on_a_process_that_is_on_duty_and_stopped(delivering: Delivering) -> None:
    with living(delivering, 3), living(delivering) as (one,):
        one.send_signal(signal.SIGSTOP)
        (duty,) = delivering.spool.glob("*.duty")
        delivering.run(JOB)
        assert KEXP not in held(delivering.port)  # it has been on duty for a moment only
        long_ago = time.time() - 60
        os.utime(duty, (long_ago, long_ago))
        delivering.run(JOB)
        assert held(delivering.port)[KEXP] == 10


def test_a_forked_child_of_who_is_on_duty_is_not(delivering: Delivering) -> None:
    forks = f"""
import os, signal, time
import sms_metrics_generated
child = os.fork()
if child:
    os._exit(0)
{RECORD_FIVE}
print(flush=True)
time.sleep(4)
"""
    with living(delivering, 3), living(delivering, program=forks) as (one,):
        assert one.wait(60) == 0
        assert delivering.run(JOB) == "True\n"
        assert held(delivering.port)[KEXP] == 10


TWO_DESTINATIONS = """
from typedprom import Catalog, Counter, Environment
for namespace, variable in {catalogs}:
    catalog = Catalog(namespace=namespace, title="", description="", interface=1,
                      environment=Environment(pushgateway_url=variable))
    Counter(catalog, key="a", name=f"{{namespace}}_a_total", help="h").inc()
    catalog.register()
"""


def test_nothing_is_left_to_who_is_on_duty_for_fewer_destinations(
    delivering: Delivering, tmp_path: Path
) -> None:
    with receiver(respond(200)) as other:
        more = {
            "TYPEDPROM_SPOOL_DIR": str(tmp_path / "spool"),
            "OTHER_PUSHGATEWAY_URL": other.url,
        }
        shared = replace(delivering, more=more)
        one = TWO_DESTINATIONS.format(catalogs=[("x", "SMS_PUSHGATEWAY_URL")])
        both = TWO_DESTINATIONS.format(
            catalogs=[("x", "SMS_PUSHGATEWAY_URL"), ("y", "OTHER_PUSHGATEWAY_URL")]
        )
        with living(shared, 4, f"{one}\n{LIVES}"):
            shared.run(both)
            assert len(other.requests) == 1


def test_delivering_now_is_left_to_nobody(delivering: Delivering) -> None:
    delivers = f"import typedprom\n{RECORD_FIVE}\nprint(typedprom.deliver(5))"
    with living(delivering, 4):
        assert delivering.run(delivers) == "True\n"
        assert held(delivering.port)[KEXP] == 5


def test_the_end_of_a_job_is_left_to_who_is_on_duty_while_there_is_one(
    delivering: Delivering,
) -> None:
    job = """
import sms_metrics_generated, sys, time, typedprom
print(flush=True)
with typedprom.job("j"):
    sys.stdin.readline()
print(flush=True)
time.sleep(60)
"""
    with living(delivering, 4) as (*_, on_duty), living(delivering, 2, job) as (one, other):
        end(one)
        assert ended_runs(delivering.port) == {}
        on_duty.kill()
        on_duty.wait()
        end(other)
        assert ended_runs(delivering.port) == {"success": 2}


def end(process: Popen[str]) -> None:
    """Have a job end that waits for a line, and wait until it has."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    process.stdout.readline()
