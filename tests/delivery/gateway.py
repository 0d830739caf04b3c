"""A real Pushgateway, and programs that deliver to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.support.programs import FORKS_MAY_WARN, ROOT
from tools.running import HOST

SUCCESS = "sms_sources_requests_success_total"
KEXP = f'{SUCCESS}{{source_id="kexp"}}'
RUNS = "typedprom_job_runs_total"
RECORD_FIVE = """
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
for _ in range(5):
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
"""
_COMMAND = "import sys; from typedprom.delivery.cli import main; sys.exit(main())"
# Without -P, CPython 3.13.0 fails in `import socket` where there is no current folder.
_GONE = f"import os, tempfile; f = tempfile.mkdtemp(); os.chdir(f); os.rmdir(f); {_COMMAND}"


@dataclass(frozen=True, slots=True)
class Delivering:
    """Programs with a state folder of their own that push to the gateway on `port`."""

    port: int
    state: Path
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def spool(self) -> Path:
        """Where the programs spool."""
        return self.state / "typedprom" / "sms"

    def environment(self) -> dict[str, str]:
        """What the programs find."""
        return {
            **os.environ,
            "SMS_PUSHGATEWAY_URL": f"http://{HOST}:{self.port}",
            "XDG_STATE_HOME": str(self.state),
            "TYPEDPROM_INSTANCE": "here",
            "PYTHONPATH": str(ROOT),
            **self.more,
        }

    def start(
        self, program: str, place: Callable[[Sequence[str]], list[str]] = list
    ) -> subprocess.Popen[str]:
        """Start a program; `place` makes its command one that runs elsewhere."""
        return subprocess.Popen(
            place([sys.executable, "-P", *FORKS_MAY_WARN, "-c", program]),
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, program: str, *, status: int = 0, errors: str = "") -> str:
        """Run a program that must end like this; what it printed."""
        with self.start(program) as process:
            output, complaints = process.communicate(timeout=60)
        assert process.returncode == status, complaints
        assert complaints == errors
        return output

    def spool_command(
        self,
        *arguments: str,
        without_folder: bool = False,
        place: Callable[[Sequence[str]], list[str]] = list,
    ) -> subprocess.CompletedProcess[str]:
        """Run `typedprom-spool`; in a current folder that is gone if that is wanted."""
        command = _GONE if without_folder else _COMMAND
        return subprocess.run(
            place([sys.executable, "-P", "-c", command, *arguments]),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def samples(port: int) -> list[tuple[str, dict[str, str], float]]:
    """What the gateway holds: name, labels and value of each sample."""
    connection = HTTPConnection(HOST, port, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return [
        (sample.name, dict(sample.labels), sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def held(port: int, job: str = "sms") -> dict[str, float]:
    """What the gateway holds of the job's group, by name and the series' own labels."""
    found = {}
    for name, labels, value in samples(port):
        if labels.pop("job", None) == job and labels.pop("instance", None) == "here":
            inside = ",".join(f'{label}="{text}"' for label, text in sorted(labels.items()))
            found[name + (f"{{{inside}}}" if inside else "")] = value
    return found


def ended_runs(port: int) -> dict[str, float]:
    """How often jobs have ended, by outcome, as the gateway holds it; without those at zero."""
    return {
        name.partition('outcome="')[2].rstrip('"}'): value
        for name, value in held(port).items()
        if name.startswith(RUNS) and value
    }
