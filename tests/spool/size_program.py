"""Sweeps a spool with many runs that have ended; prints what it cost as JSON.

size_program.py DIRECTORY RUNS
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.spool.run_files import DEPTH, ERRORS, JOBS, SECONDS, SINCE, Run, prepared, total
from typedprom.spool.format import HEADER_BYTES
from typedprom.spool.store import SpoolStore


def main(path: Path, runs: int) -> None:
    """Write the runs, sweep them, compare reading before and after."""
    directory = prepared(path)
    first = recorded()
    first.write(directory)
    store = SpoolStore(directory)
    store.collect()
    without = best(store.collect)
    body = first.data[HEADER_BYTES:]
    begin = time.perf_counter()
    for number in range(1, runs):
        run = Run(SINCE + number)
        place = os.open(directory.runs / f"{run.run}.run", os.O_WRONLY | os.O_CREAT)
        os.write(place, run.data + body)
        os.close(place)
    written = time.perf_counter()
    swept = store.compact()
    after = time.perf_counter()
    figures = {
        "swept": swept,
        "jobs": total(store),
        "write_seconds": written - begin,
        "sweep_seconds": after - written,
        "megabytes": most_memory(),
        "collect_seconds_before": without,
        "collect_seconds_after": best(store.collect),
    }
    print(json.dumps(figures))


def most_memory() -> float:
    """The most memory that this process has had, in MiB.

    `ru_maxrss` also counts what the process had that started it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def recorded() -> Run:
    """What each run has recorded."""
    run = Run().define(ERRORS, JOBS, DEPTH, SECONDS).count(5)
    run.count(2, ERRORS.name, source="one", kind="a")
    run.series(DEPTH.name, {}, SINCE + 5, 3.0)
    return run.series(SECONDS.name, {}, SINCE, 1.0, 0.0, 0.0, 0.0, 0.5)


def best(call: Callable[[], object]) -> float:
    """The seconds of the quickest of several calls."""
    took: list[float] = []
    for _ in range(20):
        begin = time.perf_counter()
        call()
        took.append(time.perf_counter() - begin)
    return min(took)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
