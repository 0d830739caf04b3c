"""Memory: bytes per series, compared with similar libraries, each in its own process.

Allocated is what Python's allocator returned; resident is the growth of the process.
"""

from __future__ import annotations

import gc
import os
import platform
import subprocess
import sys
import tracemalloc
from pathlib import Path

from benchmarks.peers import PEERS, TYPEDPROM, present

SERIES = 10_000
KINDS = ("counter", "histogram")
_STATUS = Path("/proc/self/statm")


def measure(name: str, kind: str, how: str) -> float:
    """Return bytes per series for `SERIES` series, in this process, which must do nothing else."""
    library = next(lib for lib in (TYPEDPROM, *PEERS) if lib.name == name)
    names = library.names()
    code = compile(library.series[KINDS.index(kind)], "series", "exec")

    def make(numbers: range) -> None:
        for number in numbers:
            names["i"] = number
            exec(code, names)  # noqa: S102 - our own statement

    make(range(100))  # what every process needs once
    gc.collect()
    if how == "allocated":
        tracemalloc.start()
        make(range(100, SERIES + 100))
        gc.collect()
        grown: float = tracemalloc.get_traced_memory()[0]
    else:
        before = _resident()
        make(range(100, SERIES + 100))
        gc.collect()
        grown = _resident() - before
    return grown / SERIES


def _resident() -> int:
    return int(_STATUS.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measured(name: str, kind: str, how: str) -> float:
    """Run `measure` in its own process."""
    command = [sys.executable, "-m", "benchmarks.memory", name, kind, how]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def main() -> None:
    """Print a table: bytes per series of each library."""
    libraries = (TYPEDPROM, *present())
    ways = ("allocated", "resident") if _STATUS.exists() else ("allocated",)
    print(f"memory, bytes per series, {SERIES:,} series, CPython {platform.python_version()}")
    columns = [(kind, way) for kind in KINDS for way in ways]
    print(f"{'':20}" + "".join(f"{kind + ', ' + way:>22}" for kind, way in columns))
    for library in libraries:
        sizes = [measured(library.name, kind, way) for kind, way in columns]
        print(f"{library.name:20}" + "".join(f"{size:22.0f}" for size in sizes))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(measure(*sys.argv[1:]))
    else:
        main()
