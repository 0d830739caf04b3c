"""Starts processes that hold run files, and ends them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.support.programs import ROOT
from typedprom.spool.directory import SpoolDirectory


@dataclass(frozen=True)
class Holder:
    """A process that holds a run file."""

    run: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it at once, and wait until it is gone."""
        self.process.kill()
        self.process.wait(20)


@contextmanager
def holder(directory: SpoolDirectory, does: str = "") -> Iterator[Holder]:
    """A process that holds a run file with 5 jobs in it, for as long as the block."""
    program = [sys.executable, "-m", "tests.spool.holder_program", str(directory.path), does]
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with subprocess.Popen(
        program,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield Holder(process.stdout.readline().strip(), process)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
