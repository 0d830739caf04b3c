"""The cell classes that catalogs use in memory, chosen once, when typedprom is imported.

With a GIL, where one thread runs at a time, threads share the cells. On a free-threaded build each
thread has its own part of a cell. `TYPEDPROM_CELLS` overrides the choice.
"""

from __future__ import annotations

import os
import sys
from typing import Final

from typedprom.core.misuse import log_once
from typedprom.core.variables import CELLS
from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell
from typedprom.metrics.text_cells import InfoCell, StateSetCell

SHARED: Final = "shared"
PER_THREAD: Final = "per-thread"


class CellClasses:
    """A class of cells for each type of metric."""

    __slots__ = ("counter", "gauge", "histogram", "info", "stateset")

    def __init__(
        self,
        counter: type[CounterCell],
        gauge: type[GaugeCell],
        histogram: type[HistogramCell],
        info: type[InfoCell] = InfoCell,
        stateset: type[StateSetCell[str]] = StateSetCell,
    ) -> None:
        self.counter = counter
        self.gauge = gauge
        self.histogram = histogram
        self.info = info
        self.stateset = stateset


def thread_mode() -> str:
    """How threads record into a series: `SHARED` or `PER_THREAD`."""
    wanted = os.environ.get(CELLS)
    if wanted in (SHARED, PER_THREAD):
        return wanted
    if wanted:
        log_once(
            (CELLS,),
            lambda: f"{CELLS}={wanted} is neither {SHARED} nor {PER_THREAD}; it is ignored",
        )
    if not hasattr(sys, "_is_gil_enabled"):  # before 3.13 there are no free-threaded builds
        return SHARED
    from sysconfig import get_config_var  # here: it takes milliseconds

    return PER_THREAD if get_config_var("Py_GIL_DISABLED") else SHARED


def _in_memory() -> CellClasses:
    if thread_mode() == PER_THREAD:
        from typedprom.metrics import thread_cells as cells

        return CellClasses(
            cells.PerThreadCounterCell, cells.PerThreadGaugeCell, cells.PerThreadHistogramCell
        )
    return CellClasses(CounterCell, GaugeCell, HistogramCell)


IN_MEMORY: Final = _in_memory()
