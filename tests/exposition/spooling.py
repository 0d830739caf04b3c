"""Programs that record into the spool their environment names, and that serve one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from tests.support.programs import ROOT

# What both do on demand: a line of statements is executed, then `done` is printed.
_OBEY = """
import sys
for line in sys.stdin:
    exec(line)
    print("done", flush=True)
"""
RECORDING = f"""
from tests.runtime.sample import *
{_OBEY}"""
SERVING = f"""
import typedprom
from prometheus_client import Counter, CollectorRegistry, REGISTRY
from prometheus_client.core import GaugeMetricFamily
from tests.runtime.sample import *
Counter("their", "Of somebody else.", ("kind",)).labels("a").inc(7)
class Same:  # returns one family at each scrape
    family = GaugeMetricFamily("same", "With a sample of another name.", 1)
    family.add_sample("same_other", {{}}, 2)
    def collect(self):
        return [self.family]
REGISTRY.register(Same())
mine = CollectorRegistry()
Counter("mine", "In a registry of its own.", registry=mine).inc(9)
with typedprom.serve(0) as server, typedprom.serve(0, registry=mine) as other:
    print(other.port, server.port, sep=":", flush=True)
{indent(_OBEY, "    ")}
"""
# Records as fast as it can until it is told to end; says how often.
BUSY = """
import sys, threading
from tests.runtime.sample import HEARTBEAT, JOBS_DURATION
ending = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ending.set()), daemon=True).start()
count = 0
duration = JOBS_DURATION.labels(source_id="kexp")
while not ending.is_set():
    HEARTBEAT.inc()
    duration.observe((0.25, 0.75, 4.0)[count % 3])
    count += 1
print(count)
"""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that runs, with the first line it printed if it was waited for."""

    process: subprocess.Popen[str]
    first: str = ""

    @property
    def port(self) -> int:
        """The port it printed, alone or in an address."""
        return int(self.first.rpartition(":")[2].removesuffix("/metrics"))

    @property
    def other_port(self) -> int:
        """That of `mine`, where it serves the spool and its registry."""
        return int(self.first.partition(":")[0])

    def do(self, statements: str) -> None:
        """Have it execute a line."""
        assert self.process.stdin is not None
        print(statements, file=self.process.stdin, flush=True)
        assert self.line() == "done"

    def line(self) -> str:
        """The next line it prints."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.communicate(timeout=60)[1])
        return line.strip()

    def kill(self) -> None:
        """End it at once, and wait until it is gone."""
        self.process.kill()
        self.process.wait(20)

    def end(self) -> str:
        """Have it end by itself, without a complaint; what it printed last."""
        output, errors = self.process.communicate(timeout=60)
        assert (self.process.returncode, errors) == (0, "")
        return output

    def terminate(self) -> str:
        """Ask it to end, by a signal; what it printed last."""
        self.process.send_signal(signal.SIGTERM)
        return self.end()


@contextmanager
def started(*arguments: str) -> Iterator[Program]:
    """A Python program with these arguments, killed at the end of the block if it still runs."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
    ) as process:
        try:
            yield Program(process)
        finally:
            process.kill()


@contextmanager
def recording() -> Iterator[Program]:
    """A process that records what it is told."""
    with started("-c", RECORDING) as program:
        yield program


@contextmanager
def serving() -> Iterator[Program]:
    """A process that records what it is told, and serves the spool and its registry."""
    with started("-c", SERVING) as program:
        yield Program(program.process, program.line())


@contextmanager
def spool_served(
    spool: Path, *options: str, python: Sequence[str] = ("-m", "typedprom.delivery.cli")
) -> Iterator[Program]:
    """`typedprom-spool serve`, on a free port."""
    with started(*python, "serve", str(spool), "--port", "0", *options) as program:
        yield Program(program.process, program.line())
