"""Runs one worker of a plan, ends it as planned, and returns what it acknowledged."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from proofs.programs.acknowledged import THREADS, Acknowledged
from proofs.programs.deaths import Death
from proofs.support.libraries import Host
from proofs.support.programs import SECONDS, finish, start
from proofs.torture.plan import Run

_EXACT = frozenset({Death.RETURN, Death.AT_ONCE, Death.AT_A_LATE_EVENT, Death.KILLED_LATE})
_POLL = 0.002


@dataclass(frozen=True, slots=True)
class Result:
    """The calls a worker acknowledged, the number that may have been in flight, and its end."""

    run: Run
    acknowledged: list[int]
    in_flight: int
    code: int
    errors: str


def torture(one: Host, run: Run, seed: int) -> Result:
    """Run a worker to its end."""
    path = one.folder / f"acknowledged-{run.number}"
    Acknowledged.create(path)
    calls = Acknowledged(path)
    arguments = [str(path), str(seed), str(run.seconds), run.death.value, str(run.event)]
    environment = one.environment()
    with start(
        ["-m", "proofs.programs.torture_worker", *arguments], environment, folder=one.folder
    ) as process:
        if run.death in (Death.KILLED, Death.TERMINATED):
            _kill(process, run, calls.started)
        elif run.death is Death.KILLED_LATE:
            _kill(process, run, calls.ending)
        _, errors = finish(process)
    finished = calls.ending() and run.death in _EXACT
    return Result(run, calls.totals(), 0 if finished else THREADS, process.returncode, errors)


def _kill(process: subprocess.Popen[str], run: Run, reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not reached() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(_POLL)
    time.sleep(run.kill_after)
    process.send_signal(signal.SIGTERM if run.death is Death.TERMINATED else signal.SIGKILL)


def deliver_and_kill(one: Host, seconds: float) -> None:
    """Run `deliver` and kill it after `seconds`, whatever it is doing."""
    with start(one.delivering(), one.environment(), folder=one.folder) as process:
        finish(process, seconds)
