"""Adopting: a catalog that was there before the spool has its series kept there from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedprom.metrics.cells import Cell, CounterCell, GaugeCell, HistogramCell
from typedprom.spool.spooled_cells import SpooledHistogramCell
from typedprom.spool.spooled_thread_cells import SpooledPerThreadHistogramCell

if TYPE_CHECKING:
    from typedprom.metrics.catalog import Catalog
    from typedprom.spool.writer import Spool


def adopt(spool: Spool, catalog: Catalog) -> None:
    """Keep the catalog's series in the spool, with what was recorded before."""
    catalog.spool, catalog.cells = spool, spool.cells
    for metric in tuple(catalog.metrics.values()):
        for old, new in metric.renew():
            if not old.untouched():
                _take_over(new, old)


def _take_over(new: Cell, old: Cell) -> None:
    if isinstance(old, CounterCell) and isinstance(new, CounterCell):
        new.created, new.exemplar = old.created, old.exemplar
        new.inc(old.snapshot())
    elif isinstance(old, GaugeCell) and isinstance(new, GaugeCell):
        value = old.snapshot()
        if value is not None and new.untouched():
            new.set(value)
    elif isinstance(old, HistogramCell) and isinstance(
        new, SpooledHistogramCell | SpooledPerThreadHistogramCell
    ):
        new.created, new.exemplars = old.created, old.exemplars
        new.take_over(*old.snapshot())
