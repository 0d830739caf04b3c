"""The exit matrix: how many of five counts arrive for each way that a program can end.

They are counted first right after the program's end, then after a second step: with typedprom,
`typedprom-spool deliver`; with a peer, its next run. A program with typedprom must also end with
the same exit code and output as without it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from proofs.programs.names import AT_ONCE_IN_A_JOB, COUNTED, DURING_A_PUSH, ENDINGS, WITHOUT_PYTHON
from proofs.support.libraries import OURS, PEERS, Host, Library, Sinks, host
from proofs.support.otlp import receiver
from proofs.support.programs import Ended
from proofs.support.section import Section
from proofs.support.slow import slow
from proofs.support.tables import table
from tools.running import pushgateway

PROGRAMS_AT_ONCE = 4
_SHORT = 0.2  # seconds between pushes, where the program must end during a push


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one library delivered for one ending, and how the program ended with and without it."""

    ending: str
    library: Library
    at_once: float
    later: float
    ended: Ended
    expected: Ended

    def cell(self) -> str:
        """Return the counts that arrived, as text of a table cell."""
        if self.later == self.at_once:
            return f"{self.at_once:g}"
        return f"{self.at_once:g}, then {self.later:g}"

    def failures(self) -> Iterator[str]:
        """Yield each violated promise; peers do not promise anything here."""
        if self.library not in OURS:
            return
        where = f"{self.ending} with {self.library.value}"
        if self.at_once != COUNTED and _at_once(self.library, self.ending):
            yield f"{where}: only {self.at_once:g} of {COUNTED} arrived before the second step"
        if self.at_once > COUNTED or self.later != COUNTED:
            yield f"{where}: {self.later:g} of {COUNTED} arrived"
        if self.ended.code != self.expected.code:
            yield f"{where}: exit code {self.ended.code} instead of {self.expected.code}"
        if self.ended.errors != self.expected.errors:
            yield f"{where}: printed {self.ended.errors!r} instead of {self.expected.errors!r}"


class Matrix:
    """Runs the programs of the matrix against real sinks; each run has its own job."""

    def __init__(self, sinks: Sinks, slow_ports: tuple[int, int], folder: Path) -> None:
        self._sinks = sinks
        self._slow_gateway, self._slow_receiver = slow_ports
        self._folder = folder
        self._numbers = count()

    def outcome(self, ending: str, library: Library) -> Outcome:
        """Run a program that counts five and ends in that way, then the second step."""
        mine = self._host(ending, library)
        ended = mine.end(ending)
        at_once = later = self._sinks.delivered(library, mine.job)
        if library in OURS:
            mine.deliver()
            later = self._sinks.delivered(library, mine.job)
        elif at_once != COUNTED:
            mine.run_idle()
            later = self._sinks.delivered(library, mine.job)
        expected = self._host(ending, Library.NOTHING).end(ending)
        return Outcome(ending, library, at_once, later, ended, expected)

    def _host(self, ending: str, library: Library) -> Host:
        job = f"matrix-{next(self._numbers)}"
        if ending != DURING_A_PUSH:
            return host(library, job, self._sinks.port(library), self._folder)
        port = self._slow_receiver if library is Library.OPENTELEMETRY else self._slow_gateway
        return host(library, job, port, self._folder, push_seconds=_SHORT)


@contextmanager
def matrix() -> Iterator[Matrix]:
    """Yield a matrix whose sinks run until the end of the block."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="exits-")))
        sinks = Sinks(stack.enter_context(pushgateway(folder)), stack.enter_context(receiver()))
        ports = (sinks.gateway.port, sinks.receiver.server_port)
        slow_ports = (stack.enter_context(slow(ports[0])), stack.enter_context(slow(ports[1])))
        yield Matrix(sinks, slow_ports, folder)


def outcomes(
    libraries: Sequence[Library], endings: Sequence[str] = ENDINGS
) -> dict[tuple[str, Library], Outcome]:
    """Run every ending with every library, several at a time."""
    cases = [(ending, library) for ending in endings for library in libraries]
    with matrix() as runs, ThreadPoolExecutor(PROGRAMS_AT_ONCE) as pool:
        found = pool.map(lambda case: runs.outcome(*case), cases)
        return dict(zip(cases, found, strict=True))


def prove() -> Section:
    """Run the whole matrix, with typedprom and peers."""
    libraries = (*OURS, *PEERS)
    found = outcomes(libraries)
    rows = [
        [ending, *(found[ending, library].cell() for library in libraries)] for ending in ENDINGS
    ]
    return Section(
        f"Exit matrix: counts that arrive, of {COUNTED}",
        table(["ending", *(library.value for library in libraries)], rows),
        [failure for outcome in found.values() for failure in outcome.failures()],
    )


def _at_once(library: Library, ending: str) -> bool:
    """Whether Python still runs at that ending, so that everything must arrive at once."""
    if ending in AT_ONCE_IN_A_JOB:
        return library is Library.OUR_JOB
    return ending not in WITHOUT_PYTHON
