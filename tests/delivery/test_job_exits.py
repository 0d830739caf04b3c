"""Jobs that end as frameworks end programs, and jobs that the kernel protects from signals."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, ended_runs, held
from tests.support.programs import run_python

CLICK = f"""
import sys, click, typedprom
{RECORD_FIVE}
class Done(click.ClickException):
    exit_code = 0
@click.command()
@click.pass_context
@typedprom.job("ingester")
def main(context):
    ENDING
main.main([], standalone_mode=STANDALONE)
"""
TYPER = f"""
import sys, typer, typedprom
{RECORD_FIVE}
app = typer.Typer()
@app.command()
@typedprom.job("ingester")
def main(context: typer.Context):
    ENDING
app([], standalone_mode=STANDALONE)
"""
AROUND = f"""
import click, os, signal, typer, typedprom
{RECORD_FIVE}
@click.command()
@click.pass_context
def by_click(context):
    ENDING
app = typer.Typer()
@app.command()
def by_typer(context: typer.Context):
    ENDING
with typedprom.job("ingester"):
    BY([])
"""
slow = pytest.mark.slow


def outcome_of(program: str, delivering: Delivering) -> tuple[int, str]:
    """The exit code of a program, and the one outcome that it delivered."""
    with delivering.start(program) as process:
        process.communicate(timeout=60)
    assert held(delivering.port)[KEXP] == 5
    ((outcome, count),) = ended_runs(delivering.port).items()
    assert count == 1
    return process.returncode, outcome


@pytest.mark.parametrize(
    ("program", "ending", "status", "outcome"),
    [
        (CLICK, "context.exit()", 0, "success"),
        (CLICK, "raise Done('done')", 0, "success"),
        (CLICK, "context.exit(3)", 3, "failure"),
        pytest.param(CLICK, "raise click.UsageError('wrong')", 2, "failure", marks=slow),
        pytest.param(CLICK, "context.abort()", 1, "failure", marks=slow),
        (TYPER, "raise typer.Exit()", 0, "success"),
        (TYPER, "raise typer.Exit(3)", 3, "failure"),
        (TYPER, "raise typer.Exit(130)", 130, "terminated"),
        pytest.param(TYPER, "raise typer.Abort()", 1, "failure", marks=slow),
        pytest.param(TYPER, "raise KeyboardInterrupt", 130, "terminated", marks=slow),
        pytest.param(TYPER, "raise typer.BadParameter('wrong')", 2, "failure", marks=slow),
    ],
)
def test_a_job_in_a_command_ends_as_its_framework_says(
    program: str, ending: str, status: int, outcome: str, delivering: Delivering
) -> None:
    program = program.replace("ENDING", ending).replace("STANDALONE", "True")
    assert outcome_of(program, delivering) == (status, outcome)


@pytest.mark.parametrize(
    ("program", "ending", "outcome"),
    [
        (CLICK, "context.exit(0)", "success"),
        (TYPER, "raise typer.Exit(2)", "failure"),
    ],
)
def test_it_does_so_too_where_the_exit_code_is_returned(
    program: str, ending: str, outcome: str, delivering: Delivering
) -> None:
    program = program.replace("ENDING", ending).replace("STANDALONE", "False")
    assert outcome_of(program, delivering) == (0, outcome)


@pytest.mark.parametrize(
    ("by", "ending", "status", "outcome"),
    [
        ("by_click.main", "context.exit(0)", 0, "success"),
        pytest.param("by_click.main", "context.exit(3)", 3, "failure", marks=slow),
        ("app", "raise typer.Exit(0)", 0, "success"),
        ("app", "os.kill(os.getpid(), signal.SIGINT)", 130, "terminated"),
    ],
)
def test_a_job_around_a_command_ends_as_the_program_does(
    by: str, ending: str, status: int, outcome: str, delivering: Delivering
) -> None:
    program = AROUND.replace("ENDING", ending).replace("BY", by)
    assert outcome_of(program, delivering) == (status, outcome)


@pytest.mark.parametrize(
    ("ending", "status", "outcome"),
    [
        ("raise SystemExit(0.0)", 1, "failure"),  # no number of the kind that Python exits with
        ("import numpy; raise SystemExit(numpy.array([0, 0]))", 1, "failure"),
        ("raise SystemExit(143)", 143, "terminated"),
        ("import argparse; argparse.ArgumentParser().parse_args(['--help'])", 0, "success"),
        pytest.param(
            "import argparse; argparse.ArgumentParser().parse_args(['x'])", 2, "failure", marks=slow
        ),
        ("raise BaseExceptionGroup('', [KeyboardInterrupt()])", 1, "terminated"),
        ("raise BaseExceptionGroup('', [KeyboardInterrupt(), OSError()])", 1, "failure"),
        pytest.param("raise BaseExceptionGroup('', [SystemExit(0)])", 1, "failure", marks=slow),
        ("try: raise KeyboardInterrupt\n    except KeyboardInterrupt: exit(1)", 1, "terminated"),
        ("try: raise OSError\n    except OSError: exit(1)", 1, "failure"),
        ("try: exit(0)\n    finally: exit(1)", 1, "failure"),
        ("import gevent; raise gevent.GreenletExit", 1, "terminated"),
        ("import concurrent.futures as f; raise f.CancelledError", 1, "failure"),
    ],
)
def test_other_endings(ending: str, status: int, outcome: str, delivering: Delivering) -> None:
    program = f"import typedprom\n{RECORD_FIVE}\nwith typedprom.job('ingester'):\n    {ending}\n"
    assert outcome_of(program, delivering) == (status, outcome)


def test_a_job_does_not_import_asyncio() -> None:
    program = (
        "import sys, typedprom\nwith typedprom.job('x'): pass\nprint('asyncio' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


HANDLED = f"""
import os, signal, sys, typedprom
{RECORD_FIVE}
class Reload(Exception):
    pass
def reload(*_):
    BODY
signal.signal(signal.SIGHUP, reload)
with typedprom.job("service"):
    try:
        os.kill(os.getpid(), signal.SIGHUP)
    except Reload:
        pass
    {{}}["later"]
"""


@pytest.mark.parametrize("body", ["pass", "raise Reload"])
def test_a_signal_that_the_program_has_handled_did_not_end_it(
    body: str, delivering: Delivering
) -> None:
    assert outcome_of(HANDLED.replace("BODY", body), delivering) == (1, "failure")


def test_a_program_that_waits_for_its_signals_gets_them(delivering: Delivering) -> None:
    program = f"""
import os, signal, typedprom
{RECORD_FIVE}
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
with typedprom.job("service"):
    os.kill(os.getpid(), signal.SIGTERM)
    assert signal.sigwait([signal.SIGTERM]) == signal.SIGTERM
"""
    assert outcome_of(program, delivering) == (0, "success")


IN_A_SUB_INTERPRETER = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
body = "import typedprom\\nwith typedprom.job('x'): print('done', flush=True)"
interpreters.run_string(interpreters.create(), body)
"""


def test_a_job_in_a_sub_interpreter_handles_no_signals() -> None:
    assert run_python("-c", IN_A_SUB_INTERPRETER).stdout == "done\n"


def _can_be_first() -> bool:
    """Whether programs can be started as PID 1 of a namespace here."""
    unshare = shutil.which("unshare")
    command = [unshare or "", "--pid", "--fork", "--mount-proc", "true"]
    return unshare is not None and subprocess.run(command, check=False).returncode == 0


AS_PID_1 = f"""
import os, sys, time, typedprom
{RECORD_FIVE}
assert os.getpid() == 1
with typedprom.job("ingester"):
    print("ready", flush=True)
    time.sleep(30)
print("done")
"""


@pytest.mark.skipif(not _can_be_first(), reason="needs to make a PID namespace")
@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=slow)])
def test_a_job_that_is_the_first_process_of_a_container_ends(
    number: signal.Signals, delivering: Delivering
) -> None:
    command = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", AS_PID_1]
    with subprocess.Popen(
        command, env=delivering.environment(), stdout=subprocess.PIPE, text=True
    ) as outside:
        assert outside.stdout is not None
        assert outside.stdout.readline() == "ready\n"
        children = Path(f"/proc/{outside.pid}/task/{outside.pid}/children").read_text()
        os.kill(int(children), number)
        assert outside.communicate(timeout=20)[0] == ""
    assert outside.returncode == 128 + number
    assert held(delivering.port)[KEXP] == 5
    assert ended_runs(delivering.port) == {"terminated": 1}
