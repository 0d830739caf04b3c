"""Exposition: time of one scrape by our renderer, compared with prometheus_client's.

The registries hold the same counters with two labels, with `_created`. The renderers take turns,
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
SCRAPES = 3  # of ours for each of theirs


@dataclass(frozen=True, slots=True)
class Result:
    """The best time of one scrape in seconds, ours and theirs, and the target ratio."""

    name: str
    ours: float
    theirs: float
    target: float | None


@dataclass(frozen=True, slots=True)
class SameSeries:
    """The same series in both libraries."""

    cells: Sequence[CounterCell]
    ours: CollectorRegistry
    theirs: CollectorRegistry


def same_series(series: int) -> SameSeries:
    """Make `series` counters with two labels in both libraries, each with a value."""
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
    return SameSeries(cells, ours, theirs)


def seconds(work: Callable[[], object]) -> float:
    """Return the time of one call."""
    started = perf_counter()
    work()
    return perf_counter() - started


def measure(series: int) -> Iterator[Result]:
    """Measure every case with that number of series."""
    both = same_series(series)
    warm = RegistryRenderer()
    warm.render(both.ours)
    tenth = both.cells[::10]
    theirs = float("inf")
    best = dict.fromkeys(TARGETS[series], float("inf"))

    def keep(name: str, took: float) -> None:
        best[name] = min(best[name], took)

    for _ in range(TURNS[series]):
        theirs = min(theirs, seconds(lambda: generate_latest(both.theirs)))
        for _ in range(SCRAPES):
            cold = RegistryRenderer()
            keep("first scrape", seconds(lambda: cold.render(both.ours)))  # noqa: B023 - called at once
            for name, changed in (("every value changed", both.cells), ("10 % changed", tenth)):
                for cell in changed:
                    cell.inc()
                keep(name, seconds(lambda: warm.render(both.ours)))
            keep("nothing changed", seconds(lambda: warm.render(both.ours)))
    if warm.render(both.ours) != generate_latest(both.ours):
        sys.exit("the expositions differ, so the figures are meaningless")
    for name, ours in best.items():
        yield Result(name, ours, theirs, TARGETS[series][name])


TARGETS: dict[int, dict[str, float | None]] = {
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
    """Print a table: milliseconds per scrape, the ratio and the target ratio."""
    print(
        f"exposition, {platform.python_implementation()} {platform.python_version()}, "
        f"prometheus_client {version('prometheus-client')}, {os.cpu_count()} cores"
    )
    print(f"{'':34}{'typedprom':>10}{'prometheus_client':>20}{'ratio':>8}{'target':>8}")
    for series in TARGETS:
        for result in measure(series):
            name = f"{series:7,} counters, {result.name}"
            target = f"{result.target:.0f}" if result.target else ""
            print(
                f"{name:38}{result.ours * 1e3:9.1f} ms{result.theirs * 1e3:14.1f} ms"
                f"{result.theirs / result.ours:7.1f}×{target:>8}"
            )


if __name__ == "__main__":
    main()
