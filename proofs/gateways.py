"""Hostile gateways: a program ends in time, keeps its exit code, prints one line, loses no data.

The program counts five and exits with its own code while the gateway is hostile. Then it runs
again, with a gateway that works.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from proofs.programs.names import COUNTED
from proofs.support.hostile import HOSTILE, hostile
from proofs.support.libraries import OURS, PEERS, Library, Sinks, host
from proofs.support.otlp import receiver
from proofs.support.programs import Ended
from proofs.support.section import Section
from proofs.support.tables import table
from tools.running import pushgateway

ENDING, EXIT_CODE = "sys.exit", 7
BUDGET_SECONDS = 2.0  # what an exit may take, by default
_SLACK_SECONDS = 2.0  # for starting Python on a busy machine
_PROGRAMS_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the program ended with the hostile gateway, and what arrived after the second run."""

    gateway: str
    library: Library
    ended: Ended
    usual: Ended
    arrived: float

    @property
    def longer(self) -> float:
        """Seconds that the exit took longer than without any library."""
        return self.ended.seconds - self.usual.seconds

    def cell(self) -> str:
        """Return the outcome as text of a table cell."""
        lines = len(self.ended.errors.splitlines())
        code = "" if self.ended.code == EXIT_CODE else f", exit code {self.ended.code}"
        printed = f", {lines} lines" if lines > 1 else ""
        return f"{self.arrived:g}, {max(self.longer, 0):.1f} s{code}{printed}"

    def failures(self) -> Iterator[str]:
        """Yield each violated promise; peers do not promise anything here."""
        if self.library not in OURS:
            return
        where = f"gateway that {self.gateway}, {self.library.value}"
        if self.longer > BUDGET_SECONDS + _SLACK_SECONDS:
            yield f"{where}: the exit took {self.longer:.1f} s longer"
        if self.ended.code != EXIT_CODE:
            yield f"{where}: exit code {self.ended.code}"
        if len(self.ended.errors.splitlines()) > 1 or "Traceback" in self.ended.errors:
            yield f"{where}: printed {self.ended.errors!r}"
        if self.arrived != 2 * COUNTED:
            yield f"{where}: {self.arrived:g} of {2 * COUNTED} arrived"


def outcomes(libraries: Sequence[Library]) -> list[Outcome]:
    """Run every hostile gateway with every library, several at a time."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gateways-")))
        sinks = Sinks(stack.enter_context(pushgateway(folder)), stack.enter_context(receiver()))
        pool = stack.enter_context(ThreadPoolExecutor(_PROGRAMS_AT_ONCE))
        cases = list(product(HOSTILE, libraries))
        return list(pool.map(lambda case: _outcome(case[0], case[1], sinks, folder), cases))


def _outcome(name: str, library: Library, sinks: Sinks, folder: Path) -> Outcome:
    job = f"{library.name}-gateway-{HOSTILE.index(name)}"
    one = host(library, job, sinks.port(library), folder)
    usual = host(Library.NOTHING, f"{job}-usual", 1, folder).end(ENDING)
    with hostile(name) as address:
        ended = replace(one, address=address).end(ENDING)
    one.end(ENDING)
    return Outcome(name, library, ended, usual, sinks.delivered(library, job))


def prove() -> Section:
    """Run all hostile gateways with typedprom and peers."""
    libraries = (*OURS, *PEERS)
    found = {(one.gateway, one.library): one for one in outcomes(libraries)}
    rows = [[name, *(found[name, library].cell() for library in libraries)] for name in HOSTILE]
    return Section(
        f"Hostile gateways: counts that arrive, of {2 * COUNTED}; delay of the first exit",
        table(["gateway", *(library.value for library in libraries)], rows),
        [failure for one in found.values() for failure in one.failures()],
    )
