"""Runs a program of the runtime's tests, then holds its run file against its memory.

python -m tests.spool.compared_program MODULE ARGUMENT…
"""

import os
import runpy
import sys
from collections import defaultdict
from pathlib import Path

from typedprom.metrics.catalog import catalogs
from typedprom.metrics.cell import Cell
from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell
from typedprom.spool.run_reader import RunReading


def in_memory() -> dict[str, list[float]]:
    """What each series holds, by metric and labels."""
    found = {}
    for catalog in catalogs():
        for metric in catalog.metrics.values():
            names = [label.name for label in metric.signature]
            for values, cell in metric.series():
                key = str((metric.name, *sorted(zip(names, values, strict=True))))
                if any(numbers := numbers_of(cell)):
                    found[key] = numbers
    return found


def numbers_of(cell: Cell) -> list[float]:
    """Its numbers without the moment."""
    if isinstance(cell, CounterCell):
        return [cell.snapshot()]
    if isinstance(cell, GaugeCell):
        return [cell.snapshot() or 0.0]
    assert isinstance(cell, HistogramCell)
    buckets, total = cell.snapshot()
    return [*buckets, total]


def in_the_file() -> dict[str, list[float]]:
    """The same, from the run file of this process."""
    (path,) = Path(os.environ["TYPEDPROM_SPOOL_DIR"], "runs").glob("*.run")
    file = RunReading(path)
    if file.damage:
        raise AssertionError(f"{file.damage}")
    found: dict[str, list[float]] = defaultdict(list)
    for definition, labels, (_, *numbers) in file.series():
        before = found[str((definition.name, *labels))] or [0.0] * len(numbers)
        found[str((definition.name, *labels))] = [
            a + b for a, b in zip(before, numbers, strict=True)
        ]
    return {key: numbers for key, numbers in found.items() if any(numbers)}


def main() -> None:
    """Run, compare."""
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=False)
    memory, file = in_memory(), in_the_file()
    wrong = {key for key in {*memory, *file} if memory.get(key) != file.get(key)}
    if wrong:
        lines = [f"{key}: memory {memory.get(key)}, file {file.get(key)}" for key in sorted(wrong)]
        raise AssertionError(f"{len(wrong)} of {len(memory)} differ:\n" + "\n".join(lines[:5]))
    print(f"{len(memory)} series are the same")


if __name__ == "__main__":
    main()
