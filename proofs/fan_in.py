"""Fan-in: counts of workers on one host are added; counts of two hosts are kept separate."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from proofs.programs.names import COUNTED
from proofs.support import gateway
from proofs.support.libraries import COUNTER, OURS, PEERS, Host, Library, Sinks, host
from proofs.support.otlp import receiver
from proofs.support.section import Section
from proofs.support.tables import table
from tools.running import pushgateway

WORKERS = 4
HOSTS = ("one", "two")


@dataclass(frozen=True, slots=True)
class FanIn:
    """What arrived from the workers of one host, and from each of two hosts with one job."""

    library: Library
    workers: float
    hosts: tuple[float, ...]

    def failures(self) -> list[str]:
        """Return the violated promises; peers do not promise anything here."""
        if self.library not in OURS:
            return []
        name, wrong = self.library.value, []
        if self.workers != WORKERS * COUNTED:
            wrong.append(f"{name}: {self.workers:g} of {WORKERS * COUNTED} arrived from workers")
        if any(arrived != COUNTED for arrived in self.hosts):
            wrong.append(f"{name}: {self.hosts} of {COUNTED} each arrived from two hosts")
        return wrong


def measure(libraries: Sequence[Library]) -> list[FanIn]:
    """Run the workers and the hosts with each library."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fan-in-")))
        sinks = Sinks(stack.enter_context(pushgateway(folder)), stack.enter_context(receiver()))
        return [_measure(library, sinks, folder) for library in libraries]


def _measure(library: Library, sinks: Sinks, folder: Path) -> FanIn:
    port = sinks.port(library)
    shared = host(library, f"{library.name}-workers", port, folder)
    _run_together([shared] * WORKERS)
    hosts = [host(library, f"{library.name}-{name}", port, folder) for name in HOSTS]
    job = f"{library.name}-hosts"
    _run_together([replace(h, job=job, name=n) for h, n in zip(hosts, HOSTS, strict=True)])
    return FanIn(library, sinks.delivered(library, shared.job), _by_host(library, job, sinks))


def _by_host(library: Library, job: str, sinks: Sinks) -> tuple[float, ...]:
    if library is Library.OPENTELEMETRY:  # the receiver does not know the host of a stream
        return (sinks.delivered(library, job) / len(HOSTS),) * len(HOSTS)
    return tuple(
        gateway.total(sinks.gateway.port, COUNTER, {"job": job, "instance": name}) for name in HOSTS
    )


def _run_together(hosts: Sequence[Host]) -> None:
    with ThreadPoolExecutor(len(hosts)) as pool:
        for ended in pool.map(lambda one: one.end("return"), hosts):
            if ended.code:
                raise RuntimeError(f"a program of the proof failed:\n{ended.errors}")


def prove() -> Section:
    """Run workers and hosts with typedprom and peers."""
    found = measure((*OURS, *PEERS))
    rows = [
        [one.library.value, f"{one.workers:g}", " and ".join(f"{h:g}" for h in one.hosts)]
        for one in found
    ]
    head = ["", f"{WORKERS} workers × {COUNTED}, one group", f"two hosts × {COUNTED}"]
    failures = [failure for one in found for failure in one.failures()]
    return Section("Workers and hosts", table(head, rows), failures)
