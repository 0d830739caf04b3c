"""Spooled cells with a part for each thread, for builds without a GIL."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING, cast

from typedprom.metrics.cell import Undo
from typedprom.metrics.thread_cells import (
    THREAD,
    Parts,
    PerThreadCounterCell,
    PerThreadGaugeCell,
    PerThreadHistogramCell,
    ThreadKey,
)
from typedprom.spool.gauge_cells import SpooledGauge
from typedprom.spool.spooled_cell import NEVER, Spooled, place, scratch, spool_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typedprom.metrics.cell import AnyInstrument, Undo
    from typedprom.spool.run_file import Doubles, Slot
    from typedprom.spool.spooled_cell import CellSpool

_DOUBLE = 8


class SpooledParts(Parts):
    """Parts that are kept in a run file. Each is a memoryview, used like a list of floats."""

    __slots__ = ("_cell", "_homeless")

    def __init__(self, size: int, cell: Spooled) -> None:
        super().__init__(size)
        self._cell = cell
        self._homeless: dict[int, list[float]] = {}  # parts that are in no file, by their ids

    def __missing__(self, key: ThreadKey) -> list[float]:
        inherited = self._inherited(key)
        if inherited is not None:
            return inherited
        spool = spool_of(self._cell.metric)
        moves = spool.moves if spool is not None else 0
        part = self._recorded(spool) if spool is not None else None
        if part is None:
            part = cast(
                "list[float]", memoryview(bytearray(_DOUBLE * len(self.ended[0]))).cast("d")
            )
            self._homeless[id(part)] = part
        elif spool is not None and moves != spool.moves:  # that file was left just now
            self._homeless[id(part)] = part
        if id(part) in self._homeless and spool is not None:
            spool.await_room(self._cell)
        return self.setdefault(key, part)

    def are_placed(self) -> bool:
        """Whether the file has all of them."""
        return not self._homeless

    def detach(self) -> None:
        """Take all for homeless: they are in a file that is gone."""
        for part in self.copy().values():
            self._homeless[id(part)] = part

    def on_merged(self) -> None:
        """Begin at zero, but for homeless ones: what is in the file was counted."""
        for key, part in self.copy().items():
            if id(part) not in self._homeless:
                self.pop(key, None)

    def find_places(self, spool: CellSpool) -> bool:
        """Move the homeless ones into the file, with what they hold; False where it has no room."""
        for key, part in self.copy().items():
            if id(part) in self._homeless:
                new = self._recorded(spool)
                if new is None:
                    return False
                new[:] = part  # in one step with the next: without a call, no other thread runs
                self[key] = new
                self._homeless.pop(id(part), None)
        homeless = tuple(self._homeless)
        there = {id(part) for part in self.copy().values()}
        for part_id in homeless:
            if part_id not in there:  # a signal handler was quicker to give the thread a part
                self._homeless.pop(part_id, None)
        return True

    def total(self) -> list[float]:
        """The sums at one instant."""
        parts = {
            id(part): [*part] for part in self.copy().values()
        }  # an inherited one may be twice
        return [sum(numbers) for numbers in zip(self.ended[0], *parts.values(), strict=True)]

    def zero(self) -> Undo:
        """Set all parts to zero, and return what undoes that: for tests."""
        before = {key: [*part] for key, part in self.copy().items()}
        for part in self.copy().values():
            _store(part, [0.0] * len(part))

        def undo() -> None:
            for key, numbers in before.items():
                if key in self:
                    _store(self[key], numbers)

        return undo

    def _recorded(self, spool: CellSpool) -> list[float] | None:
        """A part in the file; None where it has no room."""
        there = spool.record(self._cell, {}, self._cell.initial_values())
        return None if there is None else cast("list[float]", cast("memoryview", there.numbers)[1:])

    def _inherited(self, key: ThreadKey) -> list[float] | None:
        """The part of a thread that has ended, from now on that of this one."""
        for other in self.copy():
            part = self.get(other) if other() is None else None
            if part is not None and id(part) not in self._homeless:
                mine = self.setdefault(key, part)
                if self.pop(other, None) is not None:
                    return mine
                del self[key]  # another thread was quicker
        return None


def _store(part: list[float], numbers: Sequence[float]) -> None:
    for place_, number in enumerate(numbers):
        part[place_] = number


class _WithParts(Spooled):
    """What cells with a record a thread have in common."""

    __slots__ = ()
    _parts: Parts

    def has_place(self) -> bool:
        """Whether the file has the parts there are; each finds its own when a thread records."""
        return cast("SpooledParts", self._parts).are_placed()

    def find_place(self, spool: CellSpool) -> bool:
        """Have the file take the parts; False where it cannot."""
        return cast("SpooledParts", self._parts).find_places(spool)

    def detach(self) -> None:
        """Do without the places."""
        cast("SpooledParts", self._parts).detach()

    def on_merged(self) -> bool:
        """Leave the places to those who have counted what is there."""
        cast("SpooledParts", self._parts).on_merged()
        return not self.has_place()

    def reset(self) -> Undo:
        """Go back to the start, in place, and return what undoes that."""
        return cast("SpooledParts", self._parts).zero()


class SpooledPerThreadCounterCell(_WithParts, PerThreadCounterCell):
    """A series of a counter."""

    __slots__ = ()

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self.on_fork()

    def initial_values(self) -> list[float]:
        """What a record of this series begins with."""
        return [self.created, 0.0]

    def on_fork(self) -> None:
        """Begin at zero, without a place."""
        self._parts = SpooledParts(1, self)


class SpooledPerThreadHistogramCell(_WithParts, PerThreadHistogramCell):
    """A series of a histogram."""

    __slots__ = ()

    def __init__(
        self, metric: AnyInstrument, values: tuple[str, ...], bounds: tuple[float, ...]
    ) -> None:
        super().__init__(metric, values, bounds)
        self.on_fork()

    def initial_values(self) -> list[float]:
        """What a record of this series begins with."""
        return [self.created, *[0.0] * (len(self.bounds) + 2)]

    def on_fork(self) -> None:
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
        self._place: Slot | None = None

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

    def on_fork(self) -> None:
        """Begin at zero, without a place."""
        unset = scratch(2)
        self._numbers, self._place, self._parts = unset, None, Parts(1)

    def reset(self) -> Undo:
        """Go back to the start, in place, and return what undoes that."""
        restore = super().reset()
        timestamp = NEVER if self._numbers is scratch(2) else self._numbers[0]
        self.drop()

        def undo() -> None:
            restore()
            if timestamp != NEVER:
                self._numbers = [timestamp, 0.0]
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
