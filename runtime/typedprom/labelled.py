"""Bases of generated classes: one class a label signature, with the labels as keyword parameters.

A generated method looks its cell up in `_cells`, falls back to `_cell()` for label values that are
not there, and leaves the recording to the cell:

    class CounterBySourceId(LabelledCounter[dict[str, CounterCell]]):
        __slots__ = ()

        def inc(self, amount: float = ONE, /, *, source_id: str) -> None:
            try:
                cell = self._cells[source_id]
            except Exception:
                cell = self._cell(source_id)
            cell.inc(amount)
"""

from __future__ import annotations

from typedprom.instrument import CellsT_co
from typedprom.kinds import CounterKind, GaugeKind, HistogramKind


class LabelledCounter(CounterKind[CellsT_co]):
    """A counter with labels; the parameter: one `dict[str, …]` a label, then `CounterCell`."""

    __slots__ = ()


class LabelledGauge(GaugeKind[CellsT_co]):
    """A gauge with labels; the parameter: one `dict[str, …]` a label, then `GaugeCell`."""

    __slots__ = ()


class LabelledHistogram(HistogramKind[CellsT_co]):
    """A histogram with labels; the parameter: one `dict[str, …]` a label, then `HistogramCell`."""

    __slots__ = ()
