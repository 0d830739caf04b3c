"""The classes of cells that record into a spool: shared by threads, or with parts for each."""

from __future__ import annotations

from typedprom.metrics.cell_classes import PER_THREAD, CellClasses, thread_mode
from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell
from typedprom.spool.setting_cells import (
    SpooledInfoCell,
    SpooledStateSetCell,
    UnplacedGaugeCell,
)
from typedprom.spool.spooled_cells import UnplacedCounterCell, UnplacedHistogramCell


def spooled() -> CellClasses:
    """The classes of cells that are kept in a run file."""
    counter: type[CounterCell] = UnplacedCounterCell
    gauge: type[GaugeCell] = UnplacedGaugeCell
    histogram: type[HistogramCell] = UnplacedHistogramCell
    if thread_mode() == PER_THREAD:
        from typedprom.spool import spooled_thread_cells as cells

        counter, gauge = cells.SpooledPerThreadCounterCell, cells.SpooledPerThreadGaugeCell
        histogram = cells.SpooledPerThreadHistogramCell
    return CellClasses(counter, gauge, histogram, SpooledInfoCell, SpooledStateSetCell)
