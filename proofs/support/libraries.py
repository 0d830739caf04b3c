"""The libraries that the proofs compare: how a program uses one, what arrives from it."""

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
PUSH_SECONDS = 15.0  # between pushes in the background; no program here runs that long


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
    """What programs push to: a real gateway or a receiver of OpenTelemetry's protocol."""

    gateway: Server
    receiver: Receiver

    def port(self, library: Library) -> int:
        """Return the port that programs with that library push to."""
        return self.receiver.server_port if library is Library.OPENTELEMETRY else self.gateway.port

    def delivered(self, library: Library, job: str) -> float:
        """Return the count of that job that has arrived."""
        if library is Library.OPENTELEMETRY:
            return self.receiver.total(job)
        return gateway.total(self.gateway.port, COUNTER, {"job": job})


@dataclass(frozen=True, slots=True)
class Host:
    """A host on which programs of a job run: its name, the address they push to, its spool."""

    library: Library
    job: str
    address: str
    folder: Path
    name: str = "host"
    push_seconds: float = PUSH_SECONDS
    spool_parent: Path | None = None  # `folder` by default

    @property
    def spool(self) -> Path:
        """The spool directory of typedprom."""
        return (self.spool_parent or self.folder) / "spool"

    def environment(self) -> dict[str, str]:
        """Return the environment variables of the programs."""
        variables = {
            "PROOFS_LIBRARY": self.library.value,
            "PROOFS_ADDRESS": self.address,
            "PROOFS_JOB": self.job,
            "PROOFS_INSTANCE": self.name,
            "PROOFS_PUSH_SECONDS": str(self.push_seconds),
        }
        if self.library not in OURS:
            return variables
        return variables | self.ours()

    def ours(self) -> dict[str, str]:
        """Return the variables that enable delivery by typedprom."""
        return {
            "SMS_PUSHGATEWAY_URL": f"http://{self.address}",  # the variable that the catalog names
            "TYPEDPROM_PUSHGATEWAY_URL": f"http://{self.address}",  # without a catalog
            "TYPEDPROM_SPOOL_DIR": str(self.spool),
            "TYPEDPROM_JOB": self.job,
            "TYPEDPROM_INSTANCE": self.name,
            "TYPEDPROM_PUSH_SECONDS": str(self.push_seconds),
        }

    def end(self, ending: str) -> Ended:
        """Run the program that counts five and ends in that way."""
        return self._run("-m", "proofs.programs.endings", ending)

    def run_idle(self) -> Ended:
        """Run a program without counts: it delivers what others left, if its library can."""
        return self._run("-m", "proofs.programs.idle")

    def deliver(self) -> Ended:
        """Deliver what ended processes left in the spool."""
        return run(self.delivering(), self.environment(), folder=self.folder)

    def delivering(self) -> list[str]:
        """Return the arguments of Python that deliver what ended processes left."""
        return [str(SPOOL_COMMAND), "deliver", str(self.spool)]

    def _run(self, *arguments: str) -> Ended:
        return run(arguments, self.environment(), folder=self.folder)


def host(
    library: Library, job: str, port: int, folder: Path, *, push_seconds: float = PUSH_SECONDS
) -> Host:
    """Make a host on this machine, with a new folder below `folder`."""
    directory = folder / f"{library.name}-{job}".replace(" ", "-").replace(",", "")
    directory.mkdir()
    return Host(library, job, f"{HOST}:{port}", directory, push_seconds=push_seconds)
