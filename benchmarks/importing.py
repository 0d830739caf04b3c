"""Importing: CPU time of a process that imports a package of metrics, beside those without.

The programs take turns; the best time of each counts, so that other load on the machine is left
out. Byte code is there, as it is for any installed package: the first turn writes it.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import sms_metrics_generated
import typedprom
from benchmarks.compiling import TYPEDPROM, write_catalog

TURNS = 25
METRICS = 1000

BARE, TYPING, CLIENT = "an empty program", "typing", "prometheus_client"
OURS, SMS, SMS_CLIENT = "typedprom", "SMS", "SMS and prometheus_client"
MANY, MANY_CLIENT = f"{METRICS:,} metrics", f"{METRICS:,} metrics and prometheus_client"
PROGRAMS = {
    BARE: "",
    TYPING: "import typing",
    CLIENT: "import prometheus_client",
    OURS: "import typedprom",
    SMS: "import sms_metrics_generated",
    SMS_CLIENT: "import prometheus_client, sms_metrics_generated",
    MANY: "import generated",
    MANY_CLIENT: "import prometheus_client, generated",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """What one program takes more than another, and how much that may be, in ms."""

    name: str
    program: str
    without: str
    aim: float | None = None


DIFFERENCES = (
    Difference("SMS beyond prometheus_client", SMS_CLIENT, CLIENT, aim=20),
    Difference("1,000 metrics beyond prometheus_client", MANY_CLIENT, CLIENT, aim=40),
    Difference("SMS, lean, beyond an empty program", SMS, BARE, aim=25),
    Difference("  of which `typing` of the standard library", TYPING, BARE),
    Difference("1,000 metrics, lean, beyond an empty program", MANY, BARE),
)


def measure(folder: Path, turns: int = TURNS) -> dict[str, list[float]]:
    """CPU times of each program in ms; the 1,000 metrics and byte code go into `folder`."""
    write_catalog(folder, METRICS)
    subprocess.run([*TYPEDPROM, "--project", str(folder)], check=True, capture_output=True)
    environment = _environment(folder)
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for turn in range(turns + 1):
        for name, program in PROGRAMS.items():
            start = _seconds_of_children()
            subprocess.run([sys.executable, "-c", program], check=True, env=environment)
            if turn:  # the first one compiles
                times[name].append((_seconds_of_children() - start) * 1e3)
    return times


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment(folder: Path) -> Mapping[str, str]:
    places = [
        Path(module.__file__ or "").parents[1] for module in (sms_metrics_generated, typedprom)
    ]
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "PYTHONPATH": os.pathsep.join(map(str, [folder, *places])),
        "PYTHONPYCACHEPREFIX": str(folder / "byte-code"),
    }


def main() -> None:
    """Print a table of the programs, and what the ones with metrics take more."""
    print(f"importing, whole process, CPython {platform.python_version()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        times = measure(Path(folder))
    print(f"{'':46}{'best':>10}{'median':>10}")
    for name, measured in times.items():
        print(f"{name:46}{min(measured):7.1f} ms{median(measured):7.1f} ms")
    print(f"\n{'':46}{'best':>10}{'median':>10}{'aim':>10}")
    for case in DIFFERENCES:
        more, without = times[case.program], times[case.without]
        best, middle = min(more) - min(without), median(more) - median(without)
        aim = f"{case.aim:g} ms" if case.aim else ""
        print(f"{case.name:46}{best:7.1f} ms{middle:7.1f} ms{aim:>10}")


if __name__ == "__main__":
    main()
