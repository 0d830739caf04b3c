"""Runs servers with several processes: starts them, waits for them, ends them by process id."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.programs import ROOT

TIMEOUT_SECONDS = 60.0  # limit for each wait, on a busy machine
_OURS = re.compile("(SMS|TYPEDPROM|PROMETHEUS)_")


@dataclass(frozen=True, slots=True)
class Program:
    """A running program in its own process group."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self, pattern: str) -> str:
        """Wait until the pattern matches the log and return its group."""
        eventually(lambda: self.process.poll() is not None or self._match(pattern) is not None)
        found = self._match(pattern)
        assert found is not None, self.log.read_text()
        return found[1]

    def stop(self) -> int:
        """Send SIGTERM to the main process, as a supervisor does, and return its status."""
        self.process.terminate()
        return self.process.wait(TIMEOUT_SECONDS)

    def kill_all(self) -> None:
        """Kill all processes, so that none can clean up."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _match(self, pattern: str) -> re.Match[str] | None:
        return re.search(pattern, self.log.read_text())


@contextmanager
def started(
    log: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[Program]:
    """Run `python -m` with the arguments until the end of the block."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=_plain() | dict(environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    program = Program(process, log)
    try:
        yield program
    finally:
        program.kill_all()


def run(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Run `python -m` with the arguments to its end and return its output."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=_plain() | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def deliver(spool: Path, environment: Mapping[str, str]) -> None:
    """Run `typedprom-spool deliver`."""
    run("typedprom.delivery.cli", "deliver", str(spool), environment=environment)


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it has not come true"
        time.sleep(0.02)


def _plain() -> dict[str, str]:
    """Return this environment without variables about metrics."""
    plain = {name: value for name, value in os.environ.items() if not _OURS.match(name)}
    return {**plain, "PYTHONPATH": str(ROOT)}
