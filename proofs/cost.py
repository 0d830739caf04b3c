"""The cost of durability: a call with a spool and a push of many series, compared with peers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proofs.support import gateway
from proofs.support.measuring import best_of, measurers
from proofs.support.section import Section
from proofs.support.tables import table
from tools.running import pushgateway

TURNS, PUSHES = 200, 15
SERIES = 10_000
MEMORY, SPOOL, CLIENT, DURABLE_CLIENT = (
    "typedprom, memory",
    "typedprom, spool",
    "prometheus_client",
    "prometheus_client, multiprocess",
)
CALLS = ("labelled inc()", "labelled observe(0.3)")
_TIMED = "proofs.programs.timed"
_PUSHING = "proofs.programs.pushing"


@dataclass(frozen=True, slots=True)
class Ratio:
    """The ratio of two times, and the least or greatest value that is promised."""

    what: str
    value: float
    least: float | None = None
    most: float | None = None

    def failures(self) -> Iterator[str]:
        """Yield each bound that the ratio violates."""
        if self.least is not None and self.value < self.least:
            yield f"{self.what}: {self.value:.1f}, must be at least {self.least:g}"
        if self.most is not None and self.value > self.most:
            yield f"{self.what}: {self.value:.2f}, must be at most {self.most:g}"


def recording(turns: int = TURNS) -> dict[str, list[float]]:
    """Measure nanoseconds of each of `CALLS`, by library."""
    with tempfile.TemporaryDirectory(prefix="cost-") as name:
        folder = Path(name)
        multiprocess = folder / "multiprocess"
        multiprocess.mkdir()
        spool = {"TYPEDPROM_SPOOL_DIR": str(folder / "spool")}
        programs = {
            MEMORY: ([_TIMED, "typedprom"], {}),
            SPOOL: ([_TIMED, "typedprom"], spool),
            CLIENT: ([_TIMED, "prometheus_client"], {}),
            DURABLE_CLIENT: (
                [_TIMED, "prometheus_client"],
                {"PROMETHEUS_MULTIPROC_DIR": str(multiprocess)},
            ),
        }
        with measurers(programs, folder) as running:
            found = best_of(running, turns)
        if not any((folder / "spool" / "runs").iterdir()):
            raise RuntimeError("the spool was not used, so the figures are meaningless")
        return found


def pushing(pushes: int = PUSHES, series: int = SERIES) -> dict[str, float]:
    """Measure seconds of a push of that number of series, all changed."""
    with (
        tempfile.TemporaryDirectory(prefix="cost-") as name,
        pushgateway(Path(name)) as server,
    ):
        folder = Path(name)
        size = [server.address, str(series)]
        ours = {
            "TYPEDPROM_SPOOL_DIR": str(folder / "spool"),
            "TYPEDPROM_PUSHGATEWAY_URL": f"http://{server.address}",
            "TYPEDPROM_JOB": "pushed_by_us",
            "TYPEDPROM_PUSH_SECONDS": "3600",
            "TYPEDPROM_EXIT_SECONDS": "30",
        }
        programs = {
            SPOOL: ([_PUSHING, "typedprom", *size], ours),
            CLIENT: ([_PUSHING, "prometheus_client", *size], {}),
        }
        with measurers(programs, folder) as running:
            best = best_of(running, pushes)
        for job in ("pushed_by_us", "pushed_by_client"):
            arrived = gateway.total(server.port, "pushed_requests_total", {"job": job})
            if arrived != pushes * series:
                raise RuntimeError(f"{arrived:g} of {pushes * series} counts of {job} arrived")
        return {name: seconds for name, (seconds,) in best.items()}


def ratios(calls: dict[str, list[float]], pushes: dict[str, float]) -> list[Ratio]:
    """Return the ratios of the figures, with the promised bounds."""
    inc = {name: times[0] for name, times in calls.items()}
    observe = {name: times[1] for name, times in calls.items()}
    return [
        Ratio("inc, multiprocess / spool", inc[DURABLE_CLIENT] / inc[SPOOL], least=14),
        Ratio("inc, spool / memory", inc[SPOOL] / inc[MEMORY], most=1.5),
        Ratio("observe, multiprocess / spool", observe[DURABLE_CLIENT] / observe[SPOOL]),
        Ratio("observe, spool / memory", observe[SPOOL] / observe[MEMORY]),
        Ratio(f"push of {SERIES:,}, push_to_gateway / ours", pushes[CLIENT] / pushes[SPOOL], 3),
    ]


def prove() -> Section:
    """Measure recording and pushing."""
    calls, pushes = recording(), pushing()
    rows = [
        [what, *(f"{calls[name][n]:.0f} ns" for name in (MEMORY, SPOOL, CLIENT, DURABLE_CLIENT))]
        for n, what in enumerate(CALLS)
    ]
    push = f"push of {SERIES:,} series"
    rows.append([push, "", f"{pushes[SPOOL] * 1e3:.0f} ms", f"{pushes[CLIENT] * 1e3:.0f} ms", ""])
    found = ratios(calls, pushes)
    text = table(["", MEMORY, SPOOL, CLIENT, DURABLE_CLIENT], rows)
    text += "\n\n" + table(["ratio", ""], [[one.what, f"{one.value:.1f}×"] for one in found])
    return Section("Cost", text, [failure for one in found for failure in one.failures()])
