"""Adoption: a catalog begins to record into a spool, by cells that are kept in its run file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedprom.metrics.cell_classes import PER_THREAD, CellClasses, thread_mode
from typedprom.spool.spooled_cells import Spooled, UnplacedCounterCell, UnplacedHistogramCell
from typedprom.spool.spooled_setting_cells import (
    SpooledInfoCell,
    SpooledStateSetCell,
    UnplacedGaugeCell,
)

if TYPE_CHECKING:
    from typedprom.metrics.catalog import Catalog
    from typedprom.metrics.cell import Storage
    from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell


def adopt(spool: Storage, cells: CellClasses, catalog: Catalog) -> None:
    """Keep the catalog's series in the spool, with what was recorded before."""
    catalog.spool, catalog.cells = spool, cells
    for metric in tuple(catalog.metrics.values()):
        for old, new in metric.renew():
            if not old.is_unused() and isinstance(new, Spooled):
                new.take_over(old)


def spooled_cell_classes() -> CellClasses:
    """The classes of cells that are kept in a run file."""
    counter: type[CounterCell] = UnplacedCounterCell
    gauge: type[GaugeCell] = UnplacedGaugeCell
    histogram: type[HistogramCell] = UnplacedHistogramCell
    if thread_mode() == PER_THREAD:
        from typedprom.spool import spooled_thread_cells as cells

        counter, gauge = cells.SpooledPerThreadCounterCell, cells.SpooledPerThreadGaugeCell
        histogram = cells.SpooledPerThreadHistogramCell
    return CellClasses(counter, gauge, histogram, SpooledInfoCell, SpooledStateSetCell)
