"""Fan-in: workers of one host that count into one group add up, and two hosts keep apart."""

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
    """What arrived of the workers of one host, and of each of two hosts with one job."""

    library: Library
    workers: float
    hosts: tuple[float, ...]

    def failures(self) -> list[str]:
        """What of it is not as promised; nothing is promised for peers."""
        if self.library not in OURS:
            return []
        name, wrong = self.library.value, []
        if self.workers != WORKERS * COUNTED:
            wrong.append(f"{name}: {self.workers:g} of {WORKERS * COUNTED} arrived of workers")
        if any(arrived != COUNTED for arrived in self.hosts):
            wrong.append(f"{name}: {self.hosts} of {COUNTED} each arrived of two hosts")
        return wrong


def measure(libraries: Sequence[Library]) -> list[FanIn]:
    """Run the workers and the hosts of each library."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fan-in-")))
        sinks = Sinks(stack.enter_context(pushgateway(folder)), stack.enter_context(receiver()))
        return [_measure(library, sinks, folder) for library in libraries]


def _measure(library: Library, sinks: Sinks, folder: Path) -> FanIn:
    port = sinks.port(library)
    crowd = host(library, f"{library.name}-crowd", port, folder)
    _end_at_once([crowd] * WORKERS)
    homes = [host(library, f"{library.name}-{name}", port, folder) for name in HOSTS]
    pair = f"{library.name}-pair"
    _end_at_once([replace(h, job=pair, name=n) for h, n in zip(homes, HOSTS, strict=True)])
    return FanIn(library, sinks.delivered(library, crowd.job), _by_host(library, pair, sinks))


def _by_host(library: Library, job: str, sinks: Sinks) -> tuple[float, ...]:
    if library is Library.OPENTELEMETRY:  # the receiver tells streams apart, whoever sends them
        return (sinks.delivered(library, job) / len(HOSTS),) * len(HOSTS)
    return tuple(
        gateway.total(sinks.gateway.port, COUNTER, {"job": job, "instance": name}) for name in HOSTS
    )


def _end_at_once(hosts: Sequence[Host]) -> None:
    with ThreadPoolExecutor(len(hosts)) as pool:
        for ended in pool.map(lambda one: one.end("return"), hosts):
            if ended.code:
                raise RuntimeError(f"a program of the proof failed:\n{ended.errors}")


def prove() -> Section:
    """Ours beside the peers."""
    found = measure((*OURS, *PEERS))
    rows = [
        [one.library.value, f"{one.workers:g}", " and ".join(f"{h:g}" for h in one.hosts)]
        for one in found
    ]
    head = ["", f"{WORKERS} workers × {COUNTED}, one group", f"two hosts × {COUNTED}"]
    failures = [failure for one in found for failure in one.failures()]
    return Section("Workers and hosts", table(head, rows), failures)
