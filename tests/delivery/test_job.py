"""Jobs: how they ended is known and delivered, and how they end is their own business."""

from __future__ import annotations

import re
import signal
import time
from pathlib import Path

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, RUNS, Delivering, ended_runs, held
from tests.delivery.receivers import hang, receiver
from tests.support.programs import ROOT, run_python


def job(body: str) -> str:
    return f"import typedprom\n{RECORD_FIVE}\nwith typedprom.job('ingester'):\n    {body}\n"


@pytest.mark.parametrize(
    ("body", "status", "outcome"),
    [
        ("pass", 0, "success"),
        ("raise SystemExit(0)", 0, "success"),
        ("raise SystemExit(7)", 7, "failure"),
        ("raise SystemExit", 0, "success"),
    ],
)
def test_an_ending_is_counted_and_stays_what_it_is(
    body: str, status: int, outcome: str, delivering: Delivering
) -> None:
    delivering.run(job(body), status=status)
    found = held(delivering.port)
    assert found[KEXP] == 5
    assert ended_runs(delivering.port) == {outcome: 1}
    assert len([name for name in found if name.startswith(RUNS)]) == 3
    assert found['typedprom_job_duration_seconds_count{command="ingester"}'] == 1
    succeeded = 'typedprom_job_last_success_timestamp_seconds{command="ingester"}' in found
    assert succeeded == (outcome == "success")
    assert found['typedprom_job_last_run_timestamp_seconds{command="ingester"}'] > 1e9


def test_no_ending_has_come_before_the_end(delivering: Delivering) -> None:
    delivering.run(job("import os; os._exit(0)"))
    assert held(delivering.port) == {}
    delivering.run(RECORD_FIVE)
    found = {name: value for name, value in held(delivering.port).items() if "_job_" in name}
    assert found == {
        f'{RUNS}{{command="ingester",outcome="{outcome}"}}': 0
        for outcome in ("success", "failure", "terminated")
    }


def test_an_exception_is_printed_as_ever(delivering: Delivering) -> None:
    with delivering.start(job("raise RuntimeError('mine')")) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.endswith("RuntimeError: mine\n")
    assert "typedprom" not in errors
    assert ended_runs(delivering.port) == {"failure": 1}


def test_an_exit_with_words_is_a_failure_even_with_none(delivering: Delivering) -> None:
    delivering.run(job("raise SystemExit('')"), status=1, errors="\n")
    assert ended_runs(delivering.port) == {"failure": 1}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_delivered_first_and_then_ends_the_process(
    number: signal.Signals, delivering: Delivering
) -> None:
    body = f"import os; os.kill(os.getpid(), {number.value}); print('never')"
    assert delivering.run(job(body), status=-number) == ""
    assert held(delivering.port)[KEXP] == 5
    assert ended_runs(delivering.port) == {"terminated": 1}


@pytest.mark.parametrize(
    ("handler", "status", "outcome", "output"),
    [
        ("lambda *_: sys.exit(9)", 9, "terminated", ""),
        ("lambda *_: os._exit(8)", 8, None, ""),
        ("lambda *_: print('heard')", 0, "success", "heard\ngoes on\n"),
        ("signal.SIG_IGN", 0, "success", "goes on\n"),
    ],
)
def test_handlers_that_were_there_are_called(
    handler: str, status: int, outcome: str | None, output: str, delivering: Delivering
) -> None:
    before = f"import os, signal, sys\nsignal.signal(signal.SIGTERM, {handler})\n"
    body = "os.kill(os.getpid(), signal.SIGTERM); print('goes on')"
    assert delivering.run(before + job(body), status=status) == output
    assert held(delivering.port)[KEXP] == 5
    assert ended_runs(delivering.port) == ({outcome: 1} if outcome else {})


def test_handlers_are_put_back(delivering: Delivering) -> None:
    delivering.run(f"""
import signal, threading, typedprom
{RECORD_FIVE}
mine = lambda *_: None
signal.signal(signal.SIGHUP, mine)
with typedprom.job("a"):
    assert signal.getsignal(signal.SIGHUP) is not mine
    with typedprom.job("b"):
        pass
assert signal.getsignal(signal.SIGHUP) is mine
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
thread = threading.Thread(target=lambda: typedprom.job("c").__enter__())
thread.start(); thread.join()
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
""")


def test_functions_and_coroutines_can_be_jobs(delivering: Delivering) -> None:
    delivering.run(f"""
import asyncio, typedprom
{RECORD_FIVE}
@typedprom.job("function")
def function(x): return x + 1
@typedprom.job("coroutine")
async def coroutine(): await asyncio.sleep(0); return function(1)
async def block():
    async with typedprom.job("block"):
        assert await coroutine() == 2
asyncio.run(block())
try:
    async def cancelled():
        async with typedprom.job("cancelled"):
            raise asyncio.CancelledError
    asyncio.run(cancelled())
except asyncio.CancelledError:
    pass
""")
    found = {name: value for name, value in held(delivering.port).items() if value}
    for command in ("function", "coroutine", "block"):
        assert found[f'{RUNS}{{command="{command}",outcome="success"}}'] == 1
    assert found[f'{RUNS}{{command="cancelled",outcome="terminated"}}'] == 1


def test_a_job_without_a_spool_is_recorded_in_memory() -> None:
    done = run_python(
        "-c",
        """
import typedprom, prometheus_client
with typedprom.job("x"):
    pass
print('typedprom_job_runs_total{command="x",outcome="success"} 1.0'
      in prometheus_client.generate_latest().decode())
""",
    )
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_every_job_that_a_signal_ends_is_terminated(delivering: Delivering) -> None:
    program = f"""
import os, signal, typedprom
{RECORD_FIVE}
with typedprom.job("outer"):
    with typedprom.job("middle"):
        with typedprom.job("inner"):
            os.kill(os.getpid(), signal.SIGTERM)
"""
    delivering.run(program, status=-signal.SIGTERM)
    found = {name for name, value in held(delivering.port).items() if value and RUNS in name}
    assert found == {
        f'{RUNS}{{command="{command}",outcome="terminated"}}'
        for command in ("outer", "middle", "inner")
    }


def test_one_job_may_be_entered_twice(delivering: Delivering) -> None:
    program = f"""
import os, signal, typedprom
{RECORD_FIVE}
one = typedprom.job("one")
with one:
    with one:
        pass
    with one:
        os.kill(os.getpid(), signal.SIGTERM)
"""
    delivering.run(program, status=-signal.SIGTERM)
    assert ended_runs(delivering.port) == {"success": 1, "terminated": 2}


def test_a_generator_that_is_left_has_done_its_job(delivering: Delivering) -> None:
    delivering.run(f"""
import typedprom
{RECORD_FIVE}
@typedprom.job("generator")
def numbers():
    yield from range(10)
for number in numbers():
    break
""")
    assert ended_runs(delivering.port) == {"success": 1}


@pytest.mark.alone
def test_a_signal_and_the_exit_after_it_share_their_time(tmp_path: Path) -> None:
    with receiver(hang) as silent:
        delivering = Delivering(silent.port, tmp_path / "state", {"TYPEDPROM_EXIT_SECONDS": "3"})
        before = "import os, signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(9))\n"
        began = time.monotonic()
        with delivering.start(before + job("os.kill(os.getpid(), signal.SIGTERM)")) as process:
            process.communicate(timeout=60)
        assert process.returncode == 9
        assert time.monotonic() - began < 5  # two allowances would be six seconds


def test_the_example_of_the_readme_delivers(delivering: Delivering) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(import typedprom\n.*?)^```$", readme, re.M | re.S)
    delivering.run(example)
    assert held(delivering.port)[KEXP] == 1
    assert ended_runs(delivering.port) == {"success": 1}
