"""Exposition: time of one scrape by our renderer, beside prometheus_client's, in one run.

The registries hold the same counters of two labels, with `_created`. The contenders take turns,
and the best of several scrapes counts.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from time import perf_counter

import prometheus_client
from prometheus_client import CollectorRegistry, generate_latest

from sms_metrics_generated._signatures import CounterBySourceIdSourcesErrorType
from typedprom import Catalog, CounterCell, OpenLabel
from typedprom.exposition.cell_renderer import RegistryRenderer

TURNS = {10_000: 15, 100_000: 2}  # by number of series
SCRAPES = 3  # of ours, for one of theirs


@dataclass(frozen=True, slots=True)
class Result:
    """The best time of one scrape, in seconds, of ours and of theirs, and the ratio we aim at."""

    name: str
    ours: float
    theirs: float
    aim: float | None


@dataclass(frozen=True, slots=True)
class World:
    """The same series in both libraries."""

    cells: Sequence[CounterCell]
    ours: CollectorRegistry
    theirs: CollectorRegistry


def world(series: int) -> World:
    """So many counters by two labels; each has counted something."""
    catalog = Catalog(namespace="bench", title="", description="", interface=1)
    labels = (
        OpenLabel("source_id", help="", budget=series),
        OpenLabel("error_type", help="", budget=series),
    )
    mine = CounterBySourceIdSourcesErrorType(
        catalog, key="c", name="bench_requests_total", help="Requests.", labels=labels
    )
    other = prometheus_client.Counter(
        "bench_requests", "Requests.", ["source_id", "error_type"], registry=None
    )
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    ours.register(mine)
    theirs.register(other)
    cells = []
    for number in range(series):
        source = f"source_{number}"
        cells.append(mine.labels(source_id=source, error_type="timeout"))
        cells[-1].inc(number + 0.5)
        other.labels(source, "timeout").inc(number + 0.5)
    return World(cells, ours, theirs)


def seconds(work: Callable[[], object]) -> float:
    """The time of one call."""
    started = perf_counter()
    work()
    return perf_counter() - started


def measure(series: int) -> Iterator[Result]:
    """The cases, for so many series."""
    there = world(series)
    warm = RegistryRenderer()
    warm.render(there.ours)
    tenth = there.cells[::10]
    theirs = float("inf")
    best = dict.fromkeys(AIMS[series], float("inf"))

    def keep(name: str, took: float) -> None:
        best[name] = min(best[name], took)

    for _ in range(TURNS[series]):
        theirs = min(theirs, seconds(lambda: generate_latest(there.theirs)))
        for _ in range(SCRAPES):
            cold = RegistryRenderer()
            keep("first scrape", seconds(lambda: cold.render(there.ours)))  # noqa: B023 - at once
            for name, changed in (("every value changed", there.cells), ("10 % changed", tenth)):
                for cell in changed:
                    cell.inc()
                keep(name, seconds(lambda: warm.render(there.ours)))
            keep("nothing changed", seconds(lambda: warm.render(there.ours)))
    if warm.render(there.ours) != generate_latest(there.ours):
        sys.exit("the expositions differ: the figures mean nothing")
    for name, ours in best.items():
        yield Result(name, ours, theirs, AIMS[series][name])


AIMS: dict[int, dict[str, float | None]] = {
    10_000: {
        "first scrape": 4,
        "every value changed": 15,
        "10 % changed": 50,
        "nothing changed": None,
    },
    100_000: {
        "first scrape": None,
        "every value changed": 10,
        "10 % changed": 10,
        "nothing changed": None,
    },
}


def main() -> None:
    """Print a table: milliseconds a scrape, how many times quicker, and what we aim at."""
    print(
        f"exposition, {platform.python_implementation()} {platform.python_version()}, "
        f"prometheus_client {version('prometheus-client')}, {os.cpu_count()} cores"
    )
    print(f"{'':34}{'typedprom':>10}{'prometheus_client':>20}{'ratio':>8}{'aim':>6}")
    for series in AIMS:
        for result in measure(series):
            name = f"{series:7,} counters, {result.name}"
            aim = f"{result.aim:.0f}" if result.aim else ""
            print(
                f"{name:38}{result.ours * 1e3:9.1f} ms{result.theirs * 1e3:14.1f} ms"
                f"{result.theirs / result.ours:7.1f}×{aim:>6}"
            )


if __name__ == "__main__":
    main()
