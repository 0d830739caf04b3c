"""The libraries that the proofs hold side by side: how a program uses one, what arrives of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from proofs.support import gateway
from proofs.support.otlp import Receiver
from proofs.support.programs import Ended, run
from tools.running import HOST, Server

SPOOL_COMMAND = Path(sys.executable).parent / "typedprom-spool"
COUNTER = "sms_heartbeat_total"
PUSH_SECONDS = 15.0  # between pushes in the background: no program here lives that long


class Library(Enum):
    """A library, and how it is used. The value is its name in tables and in the environment."""

    NOTHING = "nothing"
    OURS = "typedprom"
    OUR_JOB = "typedprom, job"
    CLIENT = "prometheus_client"
    OPENTELEMETRY = "OpenTelemetry"
    PUSHER = "prometheus-pusher"


OURS = (Library.OURS, Library.OUR_JOB)
PEERS = (Library.CLIENT, Library.OPENTELEMETRY, Library.PUSHER)


@dataclass(frozen=True, slots=True)
class Sinks:
    """What programs push to: a real gateway, or what speaks OpenTelemetry's protocol."""

    gateway: Server
    receiver: Receiver

    def port(self, library: Library) -> int:
        """Where programs with that library push to."""
        return self.receiver.server_port if library is Library.OPENTELEMETRY else self.gateway.port

    def delivered(self, library: Library, job: str) -> float:
        """What has arrived of that job."""
        if library is Library.OPENTELEMETRY:
            return self.receiver.total(job)
        return gateway.total(self.gateway.port, COUNTER, {"job": job})


@dataclass(frozen=True, slots=True)
class Host:
    """One that programs of a job run on: its name, where they push to, its spool."""

    library: Library
    job: str
    address: str
    folder: Path
    name: str = "host"
    push_seconds: float = PUSH_SECONDS
    spool_parent: Path | None = None  # by default `folder`

    @property
    def spool(self) -> Path:
        """The spool directory of ours."""
        return (self.spool_parent or self.folder) / "spool"

    def environment(self) -> dict[str, str]:
        """What the programs find in their environment."""
        theirs = {
            "PROOFS_LIBRARY": self.library.value,
            "PROOFS_ADDRESS": self.address,
            "PROOFS_JOB": self.job,
            "PROOFS_INSTANCE": self.name,
            "PROOFS_PUSH_SECONDS": str(self.push_seconds),
        }
        if self.library not in OURS:
            return theirs
        return theirs | self.ours()

    def ours(self) -> dict[str, str]:
        """What turns our delivery on."""
        return {
            "SMS_PUSHGATEWAY_URL": f"http://{self.address}",  # the catalog's own
            "TYPEDPROM_PUSHGATEWAY_URL": f"http://{self.address}",  # without a catalog
            "TYPEDPROM_SPOOL_DIR": str(self.spool),
            "TYPEDPROM_JOB": self.job,
            "TYPEDPROM_INSTANCE": self.name,
            "TYPEDPROM_PUSH_SECONDS": str(self.push_seconds),
        }

    def end(self, ending: str) -> Ended:
        """Run the program that counts five and ends so."""
        return self._run("-m", "proofs.programs.endings", ending)

    def run_idle(self) -> Ended:
        """Run a program that counts nothing: it delivers what others left, if its library can."""
        return self._run("-m", "proofs.programs.idle")

    def deliver(self) -> Ended:
        """Deliver what dead processes left in the spool."""
        return run(self.delivering(), self.environment(), folder=self.folder)

    def delivering(self) -> list[str]:
        """The arguments of Python that deliver what dead processes left."""
        return [str(SPOOL_COMMAND), "deliver", str(self.spool)]

    def _run(self, *arguments: str) -> Ended:
        return run(arguments, self.environment(), folder=self.folder)


def host(
    library: Library, job: str, port: int, folder: Path, *, push_seconds: float = PUSH_SECONDS
) -> Host:
    """A host of this machine, with a new folder below `folder`."""
    home = folder / f"{library.name}-{job}".replace(" ", "-").replace(",", "")
    home.mkdir()
    return Host(library, job, f"{HOST}:{port}", home, push_seconds=push_seconds)
