"""Cells in a run file of which each thread has its own part, for where no GIL protects.

A part is a record of its own: readers add up what the records of one series hold. The part of a
thread that has ended is taken over by the next thread that records into the series. A part for
which the file has no room stays in memory until it has, and is then moved.
"""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING, cast

from typedprom.metrics.cells import Undo
from typedprom.metrics.thread_cells import (
    THREAD,
    Parts,
    PerThreadCounterCell,
    PerThreadGaugeCell,
    PerThreadHistogramCell,
)
from typedprom.spool.gauge_cells import SpooledGauge
from typedprom.spool.parts import SpooledParts
from typedprom.spool.spooled import NEVER, Spooled, place, scratch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typedprom.metrics.catalog import AnyInstrument
    from typedprom.spool.doubles import Doubles
    from typedprom.spool.process import Spool
    from typedprom.spool.segment import Place


class _WithParts(Spooled):
    """What cells with a record a thread have in common."""

    __slots__ = ()
    _parts: Parts

    def has_place(self) -> bool:
        """Whether the file has the parts there are; each finds its own when a thread records."""
        return cast("SpooledParts", self._parts).are_placed()

    def find_place(self, spool: Spool) -> bool:
        """Have the file take the parts; False where it cannot."""
        return cast("SpooledParts", self._parts).find_places(spool)

    def leave(self) -> None:
        """Do without the places."""
        cast("SpooledParts", self._parts).leave()

    def cede(self) -> bool:
        """Leave the places to those who have counted what is there."""
        cast("SpooledParts", self._parts).cede()
        return not self.has_place()

    def reset(self) -> Undo:
        """Go back to the start, in place, and return what undoes that."""
        return cast("SpooledParts", self._parts).zero()


class SpooledPerThreadCounterCell(_WithParts, PerThreadCounterCell):
    """A series of a counter."""

    __slots__ = ()

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self.disown()

    def fresh(self) -> list[float]:
        """What a record of this series begins with."""
        return [self.created, 0.0]

    def disown(self) -> None:
        """Begin at zero, without a place."""
        self._parts = SpooledParts(1, self)


class SpooledPerThreadHistogramCell(_WithParts, PerThreadHistogramCell):
    """A series of a histogram."""

    __slots__ = ()

    def __init__(
        self, metric: AnyInstrument, values: tuple[str, ...], bounds: tuple[float, ...]
    ) -> None:
        super().__init__(metric, values, bounds)
        self.disown()

    def fresh(self) -> list[float]:
        """What a record of this series begins with."""
        return [self.created, *[0.0] * (len(self.bounds) + 2)]

    def disown(self) -> None:
        """Begin at zero, without a place."""
        self._parts = SpooledParts(len(self.bounds) + 2, self)

    def take_over(self, buckets: Sequence[float], total: float) -> None:
        """Count what another cell of the series counted."""
        part = self._parts[THREAD.key]
        for place_, number in enumerate((*buckets, total)):
            part[place_] += number


class SpooledPerThreadGaugeCell(SpooledGauge, PerThreadGaugeCell):
    """A series of a gauge: its parts are in memory, what they come to is in the file."""

    __slots__ = ("_numbers", "_place")

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._numbers: Doubles = scratch(2)
        self._place: Place | None = None

    def set(self, value: float, /) -> None:
        """Make `value` the current value."""
        super().set(value)
        self._keep()

    def inc(self, amount: float = 1.0, /) -> None:
        """Add `amount`."""
        super().inc(amount)
        self._keep()

    def dec(self, amount: float = 1.0, /) -> None:
        """Subtract `amount`."""
        super().dec(amount)
        self._keep()

    def store(self) -> None:
        """Store the value."""
        while True:
            self._numbers[1] = total = self._parts.total()[0]
            now = self._parts.total()[0]
            if now == total or (now != now and total != total):
                break  # else another thread came between, and may have stored first

    def release(self) -> None:
        """Leave the series out until it is recorded again."""
        self._parts, self._function = Parts(1), None
        self.drop()

    def disown(self) -> None:
        """Begin at zero, without a place."""
        unset = scratch(2)
        self._numbers, self._place, self._parts = unset, None, Parts(1)

    def reset(self) -> Undo:
        """Go back to the start, in place, and return what undoes that."""
        restore = super().reset()
        moment = NEVER if self._numbers is scratch(2) else self._numbers[0]
        self.drop()

        def undo() -> None:
            restore()
            if moment != NEVER:
                self._numbers = [moment, 0.0]
                self.store()
                place(self)

        return undo

    def _keep(self) -> None:
        if not self.has_place():
            place(self)
        self.store()
        self._numbers[0] = time()


for _kind in (
    SpooledPerThreadCounterCell,
    SpooledPerThreadHistogramCell,
    SpooledPerThreadGaugeCell,
):
    _kind.placed = _kind.unplaced = _kind
