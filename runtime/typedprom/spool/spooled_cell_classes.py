"""Which classes of cells a spool keeps: those for threads that share a series, or that do not."""

from __future__ import annotations

from typedprom.metrics.cell_classes import PER_THREAD, CellClasses, thread_mode
from typedprom.spool.gauge_cells import UnplacedGaugeCell
from typedprom.spool.spooled_cells import UnplacedCounterCell, UnplacedHistogramCell
from typedprom.spool.spooled_text_cells import SpooledInfoCell, SpooledStateSetCell


def spooled() -> CellClasses:
    """The classes of cells that are kept in a run file."""
    if thread_mode() == PER_THREAD:
        from typedprom.spool import spooled_thread_cells as cells

        return CellClasses(
            cells.SpooledPerThreadCounterCell,
            cells.SpooledPerThreadGaugeCell,
            cells.SpooledPerThreadHistogramCell,
            SpooledInfoCell,
            SpooledStateSetCell,
        )
    return CellClasses(
        UnplacedCounterCell,
        UnplacedGaugeCell,
        UnplacedHistogramCell,
        SpooledInfoCell,
        SpooledStateSetCell,
    )
