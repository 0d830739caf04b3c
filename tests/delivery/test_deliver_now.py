"""Delivering while a process goes on: `typedprom.deliver()`, and the end of a job."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import typedprom
from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, held
from tests.delivery.receivers import hang, receiver, respond
from tests.support.programs import run_python
from tools.running import free_port

END = "import os; os._exit(0)"  # nothing is delivered after this
WITHOUT_A_JOB = f"import typedprom\n{RECORD_FIVE}\n"


def test_deliver_delivers_what_was_recorded(delivering: Delivering) -> None:
    said = delivering.run(f"{WITHOUT_A_JOB}print(typedprom.deliver())\n{END}")
    assert said == "True\n"
    assert held(delivering.port)[KEXP] == 5


def test_deliver_delivers_in_threads_loops_handlers_and_children(delivering: Delivering) -> None:
    program = f"""
import asyncio, os, signal, threading, time, typedprom
{RECORD_FIVE}
said = []
thread = threading.Thread(target=lambda: said.append(typedprom.deliver()))
thread.start(); said.append(typedprom.deliver()); thread.join()
async def deliver():
    said.append(await asyncio.to_thread(typedprom.deliver))
asyncio.run(deliver())
signal.signal(signal.SIGUSR1, lambda *_: said.append(typedprom.deliver()))
os.kill(os.getpid(), signal.SIGUSR1)
def in_a_child(start):
    if (child := os.fork()) == 0:
        SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
        os._exit(0 if typedprom.deliver() else 1)
    said.append(os.waitpid(child, 0)[1] == 0)
in_a_child(None)
thread = threading.Thread(target=in_a_child, args=(None,))
thread.start(); thread.join()
print(said)
{END}
"""
    assert delivering.run(program) == f"{[True] * 6}\n"
    assert held(delivering.port)[KEXP] == 7


def test_deliver_is_false_where_something_does_not_arrive(tmp_path: Path) -> None:
    program = (
        f"{WITHOUT_A_JOB}import time\nbegan = time.monotonic()\n"
        f"print(typedprom.deliver(0.5), time.monotonic() - began < 1.5)\n{END}"
    )
    port = free_port()
    with Delivering(port, tmp_path / "closed").start(program) as process:
        said, errors = process.communicate(timeout=60)
    assert said == "False True\n"
    assert f"push to http://127.0.0.1:{port} failed (cannot be reached" in errors
    with receiver(hang) as silent:
        with Delivering(silent.port, tmp_path / "silent").start(program) as process:
            said, errors = process.communicate(timeout=60)
        assert said == "False True\n"
        assert errors.count("\n") == 1
        with Delivering(silent.port, tmp_path / "two").start(
            program.replace("import time\n", "import os, time\n").replace(
                "import typedprom\n",
                "import os, typedprom\nos.environ['TYPEDPROM_TEXTFILE'] = "
                f"{str(tmp_path / 'a.prom')!r}\n",
            )
        ) as process:
            said, _ = process.communicate(timeout=60)
    assert said == "False True\n"


def test_all_spools_share_the_time(tmp_path: Path) -> None:
    program = f"""
import time
{WITHOUT_A_JOB}
from tests.runtime.sample import HEARTBEAT
HEARTBEAT.inc()
began = time.monotonic()
print(typedprom.deliver(1), time.monotonic() - began < 1.5)
{END}
"""
    for behaviour, arrived in ((respond(200), True), (hang, False)):
        with receiver(behaviour) as server:
            more = {"TYPEDPROM_PUSHGATEWAY_URL": server.url}
            delivering = Delivering(server.port, tmp_path / str(arrived), more)
            with delivering.start(program) as process:
                said, _ = process.communicate(timeout=60)
            groups = sorted({request.path for request in server.requests})
        assert said == f"{arrived} True\n"
        assert groups == ["/metrics/job/sample/instance/here", "/metrics/job/sms/instance/here"]


def test_deliver_is_false_where_the_gateway_refuses_a_family(tmp_path: Path) -> None:
    with receiver(respond(400, "no")) as refusing:
        delivering = Delivering(refusing.port, tmp_path / "state")
        with delivering.start(f"{WITHOUT_A_JOB}print(typedprom.deliver())\n{END}") as process:
            said, errors = process.communicate(timeout=60)
    assert said == "False\n"
    assert "answers 400" in errors


def test_deliver_is_false_where_the_spool_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("not a folder")
    with receiver(respond(200)) as accepting:
        more = {"TYPEDPROM_SPOOL_DIR": str(folder)}
        delivering = Delivering(accepting.port, tmp_path / "state", more)
        with delivering.start(f"{WITHOUT_A_JOB}print(typedprom.deliver(1))\n{END}") as process:
            said, errors = process.communicate(timeout=60)
    assert said == "False\n"
    assert str(folder) in errors


def test_deliver_without_a_destination_says_so_once() -> None:
    done = run_python(
        "-c", f"{WITHOUT_A_JOB}print(typedprom.deliver(), typedprom.deliver(timeout=1))"
    )
    assert done.stdout == "False False\n"
    assert done.stderr == (
        "typedprom.deliver() has nothing to deliver to: set TYPEDPROM_PUSHGATEWAY_URL, or the "
        "variable of another destination, before metrics are imported (further ones are not "
        "logged)\n"
    )
    disabled = "import os; os.environ['TYPEDPROM_DISABLED'] = '1'\n"
    done = run_python("-c", f"{disabled}{WITHOUT_A_JOB}print(typedprom.deliver())")
    assert (done.stdout, done.stderr) == ("False\n", "")


@pytest.mark.parametrize("timeout", [-1, float("nan"), float("inf"), 86_401])
def test_a_timeout_that_cannot_be_is_refused(timeout: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 86,400 seconds"):
        typedprom.deliver(timeout)


@pytest.mark.parametrize("timeout", ["1", None, True])
def test_a_timeout_that_is_no_number_is_refused(timeout: float) -> None:
    with pytest.raises(TypeError, match="a number of seconds"):
        typedprom.deliver(timeout)


JOBS = {
    "block": "with typedprom.job('a'): pass",
    "nested": "with typedprom.job('a'):\n    with typedprom.job('b'): pass",
    "function": "@typedprom.job('a')\ndef f(): pass\nf()",
    "failure": "try:\n    with typedprom.job('a'): raise OSError\nexcept OSError: pass",
    "async block": (
        "import asyncio\nasync def f():\n    async with typedprom.job('a'): pass\nasyncio.run(f())"
    ),
    "coroutine": (
        "import asyncio\n@typedprom.job('a')\nasync def f(): return 1\nassert asyncio.run(f()) == 1"
    ),
}


@pytest.mark.parametrize("body", JOBS.values(), ids=JOBS)
def test_the_end_of_a_job_delivers(body: str, delivering: Delivering) -> None:
    delivering.run(f"{WITHOUT_A_JOB}{body}\n{END}")
    assert held(delivering.port)[KEXP] == 5


@pytest.mark.parametrize(
    ("after", "pushes"),
    [
        ("", 1),
        ("SOURCES_REQUESTS_SUCCESS.inc(source_id='kexp')", 2),
        ("import os\nif os.fork() == 0: os._exit(0)\nos.wait()", 2),
        ("from sms_metrics_generated import INGEST_LOG_ACTIVE_CONSUMERS as g; g.set(1)", 2),
        ("import time; time.sleep(0.1)", 1),
    ],
)
def test_the_exit_does_not_repeat_what_the_end_of_the_job_delivered(
    after: str, pushes: int, tmp_path: Path
) -> None:
    with receiver(respond(200)) as accepting:
        delivering = Delivering(accepting.port, tmp_path / "state")
        delivering.run(f"{WITHOUT_A_JOB}with typedprom.job('a'): pass\n{after}")
        assert len(accepting.requests) == pushes


def test_many_jobs_do_not_push_as_often(tmp_path: Path) -> None:
    program = f"""
import time
{WITHOUT_A_JOB}
@typedprom.job("often")
def work(): pass
began = time.monotonic()
for _ in range(1000): work()
assert time.monotonic() - began < 1.5
"""
    with receiver(respond(200)) as accepting:
        Delivering(accepting.port, tmp_path / "state").run(program)
        assert len(accepting.requests) <= 3


@pytest.mark.alone
def test_jobs_wait_once_while_the_gateway_is_down(tmp_path: Path) -> None:
    program = f"""
import time
{WITHOUT_A_JOB}
@typedprom.job("often")
def work(): time.sleep(0.2)
began = time.monotonic()
for _ in range(10): work()
print(time.monotonic() - began)
"""
    with receiver(hang) as silent:
        delivering = Delivering(silent.port, tmp_path / "state", {"TYPEDPROM_EXIT_SECONDS": "0.5"})
        began = time.monotonic()
        with delivering.start(program) as process:
            said, _ = process.communicate(timeout=60)
        assert time.monotonic() - began < 5
    assert 2.4 < float(said) < 3.2


@pytest.mark.alone
def test_the_event_loop_goes_on_while_a_job_is_delivered(tmp_path: Path) -> None:
    program = f"""
import asyncio, time
{WITHOUT_A_JOB}
longest = 0.0
async def tick():
    global longest
    while True:
        began = time.monotonic()
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - began)
@typedprom.job("coroutine")
async def work(): pass
async def main():
    ticking = asyncio.create_task(tick())
    began = time.monotonic()
    KIND
    print(time.monotonic() - began)
    await asyncio.sleep(0.05)
    ticking.cancel()
asyncio.run(main())
assert longest < 0.4, longest
"""
    kinds = {
        "async with typedprom.job('block'): pass": True,
        "await work()": True,
        "with typedprom.job('block'): pass": False,
        # who cancels it does not wait, and is not ignored
        "await asyncio.wait([t := asyncio.create_task(work())], timeout=0.2); t.cancel(); "
        "await asyncio.wait([t]); assert t.cancelled()": False,
    }
    with receiver(hang) as silent:
        for number, (kind, waits) in enumerate(kinds.items()):
            more = {"TYPEDPROM_EXIT_SECONDS": "0.8"}
            delivering = Delivering(silent.port, tmp_path / str(number), more)
            with delivering.start(program.replace("KIND", kind)) as process:
                said, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
            assert (float(said) > 0.7) == waits


def test_an_interrupt_while_a_job_is_delivered_reaches_the_program(tmp_path: Path) -> None:
    program = f"""
import os, signal, threading, time
{WITHOUT_A_JOB}
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    with typedprom.job("a"): pass
except KeyboardInterrupt:
    print("interrupted")
"""
    with receiver(hang) as silent:
        with Delivering(silent.port, tmp_path / "state").start(program) as process:
            said, _ = process.communicate(timeout=60)
        assert (process.returncode, said) == (0, "interrupted\n")
