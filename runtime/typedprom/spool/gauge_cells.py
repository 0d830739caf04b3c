"""Cells of gauges whose values are kept in a run file too."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING, cast

from typedprom.metrics.amounts import ONE, ZERO, to_float
from typedprom.metrics.cell import Undo
from typedprom.metrics.cells import GaugeCell, GaugeFunction
from typedprom.spool.spooled_cell import (
    NEVER,
    Spooled,
    SpooledSetting,
    place,
    scratch,
    spool_of,
    unplace,
)

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.instruments import GaugeKind
    from typedprom.spool.run_file import Doubles, Slot


class SpooledGauge(SpooledSetting, GaugeCell):
    """What the cells of gauges have in common."""

    __slots__ = ()

    def set_function(self, function: GaugeFunction | None, /) -> None:
        """Ask `function` for the value at every scrape and push; None ends that."""
        super().set_function(function)
        spool = spool_of(self.metric)
        if spool is not None:
            spool.ask(self)

    def ask(self) -> bool:
        """Store what the function says; whether there still is one."""
        function = self._function
        if function is None:
            return False
        said = self._call(function)
        if said is not None:
            self.set(said)
        return True

    def on_merged(self) -> bool:
        """Leave the place: what was set last still holds, unless it is added up."""
        if cast("GaugeKind[object]", self.metric).combine == "sum":
            return Spooled.on_merged(self)
        return super().on_merged()


class SpooledGaugeCell(SpooledGauge):
    """A series of a gauge. Its numbers: when it was set, the value."""

    __slots__ = ("_numbers", "_place")

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._numbers: Doubles = scratch(2)
        self._place: Slot | None = None

    def set(self, value: float, /) -> None:
        """Make `value` the current value."""
        number = value if type(value) is float else to_float(self.metric.name, value)
        if number is not None:
            self._value = self._numbers[1] = number
            self._numbers[0] = time()

    def inc(self, amount: float = ONE, /) -> None:
        """Add `amount`."""
        number = amount if type(amount) is float else to_float(self.metric.name, amount)
        if number is not None:
            self._value = self._numbers[1] = self._value + number
            self._numbers[0] = time()

    def dec(self, amount: float = ONE, /) -> None:
        """Subtract `amount`."""
        number = amount if type(amount) is float else to_float(self.metric.name, amount)
        if number is not None:
            self._value = self._numbers[1] = self._value - number
            self._numbers[0] = time()

    def store(self) -> None:
        """Store the value."""
        self._value = self._numbers[1] = self._value + 0.0

    def release(self) -> None:
        """Leave the series out until it is recorded again."""
        self._function, self._value = None, ZERO
        self.drop()
        unplace(self)

    def on_fork(self) -> None:
        """Begin at zero, without a place."""
        unset = scratch(2)
        self._numbers, self._place, self._value = unset, None, ZERO
        unplace(self)

    def reset(self) -> Undo:
        """Go back to the start, in place, and return what undoes that."""
        value, function = self._value, self._function
        timestamp = NEVER if self._numbers is scratch(2) else self._numbers[0]
        self.release()

        def undo() -> None:
            self._value = value
            if timestamp != NEVER:
                self._numbers = [timestamp, value]
                place(self)
            if function is not None:
                self.set_function(function)

        return undo


class UnplacedGaugeCell(SpooledGaugeCell):
    """One that has no place yet."""

    __slots__ = ()

    def set(self, value: float, /) -> None:
        """Make `value` the current value."""
        place(self)
        SpooledGaugeCell.set(self, value)

    def inc(self, amount: float = ONE, /) -> None:
        """Add `amount`."""
        place(self)
        SpooledGaugeCell.inc(self, amount)

    def dec(self, amount: float = ONE, /) -> None:
        """Subtract `amount`."""
        place(self)
        SpooledGaugeCell.dec(self, amount)


SpooledGaugeCell.placed, SpooledGaugeCell.unplaced = SpooledGaugeCell, UnplacedGaugeCell
