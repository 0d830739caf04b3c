"""Idle cells: what is recorded into while recording is turned off."""

from __future__ import annotations

from collections.abc import Callable

from typedprom.metrics.amounts import ONE
from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell


class IdleCounterCell(CounterCell):
    """A series of a counter that does not count."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, exemplar: object = None) -> None:
        """Do nothing."""


class IdleGaugeCell(GaugeCell):
    """A series of a gauge that keeps no value."""

    __slots__ = ()

    def set(self, value: float, /) -> None:
        """Do nothing."""

    def inc(self, amount: float = ONE, /) -> None:
        """Do nothing."""

    def dec(self, amount: float = ONE, /) -> None:
        """Do nothing."""

    def set_function(self, function: Callable[[], float] | None, /) -> None:
        """Do nothing."""


class IdleHistogramCell(HistogramCell):
    """A series of a histogram that observes nothing."""

    __slots__ = ()

    def observe(self, amount: float, /, exemplar: object = None) -> None:
        """Do nothing."""
