"""Importing: CPU time of a process with a package of metrics, compared with one without.

The programs take turns, and the best time of each counts, which excludes other load on the
machine. The first turn writes byte code, as for an installed package, and is not counted.
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
    """The additional time of one program compared with another, and the target in ms."""

    name: str
    program: str
    without: str
    target: float | None = None


DIFFERENCES = (
    Difference("SMS beyond prometheus_client", SMS_CLIENT, CLIENT, target=20),
    Difference("1,000 metrics beyond prometheus_client", MANY_CLIENT, CLIENT, target=40),
    Difference("SMS alone, beyond an empty program", SMS, BARE, target=25),
    Difference("  of which `typing` of the standard library", TYPING, BARE),
    Difference("1,000 metrics alone, beyond an empty program", MANY, BARE),
)


def measure(folder: Path, turns: int = TURNS) -> dict[str, list[float]]:
    """Return CPU times of each program in ms; the 1,000 metrics and byte code go into `folder`."""
    write_catalog(folder, METRICS)
    subprocess.run([*TYPEDPROM, "--project", str(folder)], check=True, capture_output=True)
    environment = _environment(folder)
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for turn in range(turns + 1):
        for name, program in PROGRAMS.items():
            start = _seconds_of_children()
            subprocess.run([sys.executable, "-c", program], check=True, env=environment)
            if turn:  # the first turn writes byte code
                times[name].append((_seconds_of_children() - start) * 1e3)
    return times


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment(folder: Path) -> Mapping[str, str]:
    import_paths = [
        Path(module.__file__ or "").parents[1] for module in (sms_metrics_generated, typedprom)
    ]
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "PYTHONPATH": os.pathsep.join(map(str, [folder, *import_paths])),
        "PYTHONPYCACHEPREFIX": str(folder / "byte-code"),
    }


def main() -> None:
    """Print a table of the programs and of the additional time of those with metrics."""
    print(f"importing, whole process, CPython {platform.python_version()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        times = measure(Path(folder))
    print(f"{'':46}{'best':>10}{'median':>10}")
    for name, measured in times.items():
        print(f"{name:46}{min(measured):7.1f} ms{median(measured):7.1f} ms")
    print(f"\n{'':46}{'best':>10}{'median':>10}{'target':>10}")
    for case in DIFFERENCES:
        more, without = times[case.program], times[case.without]
        best, middle = min(more) - min(without), median(more) - median(without)
        target = f"{case.target:g} ms" if case.target else ""
        print(f"{case.name:46}{best:7.1f} ms{middle:7.1f} ms{target:>10}")


if __name__ == "__main__":
    main()
