"""Spooled cells with a part for each thread, for builds without a GIL."""

from __future__ import annotations

from bisect import bisect_left
from time import time
from typing import TYPE_CHECKING, cast

from typedprom.metrics.amounts import LARGEST, ONE
from typedprom.metrics.cell import Undo
from typedprom.metrics.cells import (
    NO_EXEMPLAR,
    NONE_OBSERVED,
    ExemplarLabels,
    NoExemplar,
)
from typedprom.metrics.thread_cells import (
    THREAD,
    Parts,
    PerThreadCounterCell,
    PerThreadGaugeCell,
    PerThreadHistogramCell,
    ThreadKey,
)
from typedprom.spool.spooled_cells import (
    Spooled,
    SpooledCounter,
    SpooledHistogram,
    scratch,
    spool_of,
)
from typedprom.spool.spooled_setting_cells import SpooledGauge, store_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typedprom.metrics.cell import AnyInstrument
    from typedprom.spool.segments import Doubles
    from typedprom.spool.spooled_cells import CellSpool


class SpooledPart(list[float]):
    """What a thread has added, and the numbers in its record that are the same."""

    __slots__ = ("numbers",)

    def __init__(self, size: int) -> None:
        super().__init__([0.0] * size)
        self.numbers: Doubles = scratch(size + 1)  # the first is when counting began

    def add(self, added: Sequence[float]) -> None:
        """Add to each, in one step."""
        width = len(self) + 1
        for index, number in enumerate(added):
            numbers, first = self.numbers, index + 1
            second = first + width
            self[index] = numbers[first] = numbers[second] = numbers[second + width] = (
                self[index] + number
            )

    def store(self) -> None:
        """Store all of them."""
        self.add([0.0] * len(self))

    def clear_numbers(self) -> None:
        """Begin at zero."""
        self[:] = [0.0] * len(self)
        self.store()


class SpooledParts(Parts):
    """Parts that are kept in a run file."""

    __slots__ = ("_cell", "unplaced")

    def __init__(self, size: int, cell: Spooled) -> None:
        super().__init__(size)
        self._cell = cell
        self.unplaced: dict[int, SpooledPart] = {}  # parts that are in no file, by their ids

    if TYPE_CHECKING:  # what `__missing__` returns

        def __getitem__(self, key: ThreadKey, /) -> SpooledPart:
            raise NotImplementedError

    def __missing__(self, key: ThreadKey) -> SpooledPart:
        inherited = self._inherited(key)
        if inherited is not None:
            return inherited
        spool = spool_of(self._cell.metric)
        moves = spool.moves
        part = SpooledPart(len(self.ended[0]))
        is_placed = self.find_slot(part, spool) and moves == spool.moves
        if not is_placed:  # or that file was left just now
            self.unplaced[id(part)] = part
            spool.await_room(self._cell)
        return cast("SpooledPart", self.setdefault(key, part))

    def total(self) -> list[float]:
        # By id: an inherited one may be there twice.
        parts = {id(part): [*part] for part in self.copy().values()}
        return [sum(numbers) for numbers in zip(self.ended[0], *parts.values(), strict=True)]

    def spooled(self) -> dict[ThreadKey, SpooledPart]:
        """The parts there are now."""
        return cast("dict[ThreadKey, SpooledPart]", self.copy())

    def find_slot(self, part: SpooledPart, spool: CellSpool) -> bool:
        """Keep the part in a new record; False where the file has no room."""
        slot = spool.record(self._cell, {}, self._cell.initial_values())
        if slot is None:
            return False
        part.numbers = slot.numbers
        part.store()
        return True

    def _inherited(self, key: ThreadKey) -> SpooledPart | None:
        """The part of a thread that has ended: this thread goes on with it."""
        for other, part in self.spooled().items():
            if other() is None and id(part) not in self.unplaced:
                mine = self.setdefault(key, part)
                if self.pop(other, None) is not None:
                    return cast("SpooledPart", mine)
                del self[key]  # another thread was quicker
        return None


class _PerThreadCount(Spooled):
    """A count with a record for each thread."""

    if not TYPE_CHECKING:  # the slot is in the other base of the classes made of it
        __slots__ = ()
    _parts: Parts
    _spooled: SpooledParts  # the same

    def has_slot(self) -> bool:
        """Whether the file has the parts there are; each finds its own when a thread records."""
        return not self._spooled.unplaced

    def find_slot(self, spool: CellSpool) -> bool:
        """Move unplaced parts into the file, with their numbers; False where the file fails."""
        parts = self._spooled
        for part in parts.spooled().values():
            if id(part) in parts.unplaced:
                if not parts.find_slot(part, spool):
                    return False
                parts.unplaced.pop(id(part), None)
        unplaced = tuple(parts.unplaced)
        current = {id(part) for part in parts.copy().values()}
        for part_id in unplaced:
            if part_id not in current:  # a signal handler was quicker to give the thread a part
                parts.unplaced.pop(part_id, None)
        return True

    def detach(self) -> None:
        """Give up the slots of all parts."""
        parts = self._spooled
        for part in parts.spooled().values():
            parts.unplaced[id(part)] = part

    def on_fork(self) -> None:
        self._parts = self._spooled = SpooledParts(len(self.initial_values()) - 1, self)

    def on_merged(self) -> bool:
        """Begin at zero, but for parts without a slot: what is in the file was merged."""
        parts = self._spooled
        for key, part in parts.copy().items():
            if id(part) not in parts.unplaced:
                parts.pop(key, None)
        return not self.has_slot()

    def reset(self) -> Undo:
        parts = self._spooled
        before = {key: [*part] for key, part in parts.copy().items()}
        for part in parts.spooled().values():
            part.clear_numbers()

        def undo() -> None:
            for key, numbers in before.items():
                if key in parts:
                    parts[key].clear_numbers()
                    parts[key].add(numbers)

        return undo


class SpooledPerThreadCounterCell(_PerThreadCount, SpooledCounter, PerThreadCounterCell):
    """A series of a counter."""

    __slots__ = ("_spooled",)

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self.on_fork()

    def inc(
        self, amount: float = ONE, /, exemplar: ExemplarLabels | NoExemplar | None = NO_EXEMPLAR
    ) -> None:
        if amount is exemplar:  # both are left out
            part = self._spooled[THREAD.key]
            numbers = part.numbers
            part[0] = numbers[1] = numbers[3] = numbers[5] = part[0] + 1.0
        elif (
            exemplar is NO_EXEMPLAR
            and (type(amount) is float or type(amount) is int)
            and 0.0 <= amount <= LARGEST
        ):
            part = self._spooled[THREAD.key]
            numbers = part.numbers
            part[0] = numbers[1] = numbers[3] = numbers[5] = part[0] + amount
        else:
            self._inc_checked(amount, None if exemplar is NO_EXEMPLAR else exemplar)


class SpooledPerThreadHistogramCell(_PerThreadCount, SpooledHistogram, PerThreadHistogramCell):
    """A series of a histogram."""

    __slots__ = ("_spooled", "_width")

    def __init__(
        self, metric: AnyInstrument, values: tuple[str, ...], bounds: tuple[float, ...]
    ) -> None:
        super().__init__(metric, values, bounds)
        self._width = len(bounds) + 3
        self.on_fork()

    def observe(
        self, amount: float, /, exemplar: ExemplarLabels | type[float] | None = NONE_OBSERVED
    ) -> None:
        if type(amount) is exemplar and amount - amount == 0.0:  # a finite float, no exemplar
            bucket, width = bisect_left(self.bounds, amount), self._width
            part = self._spooled[THREAD.key]
            numbers, first = part.numbers, bucket + 1
            second = first + width
            part[bucket] = numbers[first] = numbers[second] = numbers[second + width] = (
                part[bucket] + 1.0
            )
            part[-1] = numbers[width - 1] = numbers[-1 - width] = numbers[-1] = part[-1] + amount
        else:
            self._observe_checked(amount, None if exemplar is NONE_OBSERVED else exemplar)

    def add(self, buckets: Sequence[float], total: float) -> None:
        self._spooled[THREAD.key].add((*buckets, total))


class SpooledPerThreadGaugeCell(SpooledGauge, PerThreadGaugeCell):
    """A series of a gauge: its parts are in memory, their sum is in the file."""

    __slots__ = ("_numbers", "_slot")

    def set(self, value: float, /) -> None:
        super().set(value)
        self._keep()

    def inc(self, amount: float = 1.0, /) -> None:
        super().inc(amount)
        self._keep()

    def dec(self, amount: float = 1.0, /) -> None:
        super().dec(amount)
        self._keep()

    def store(self) -> None:
        while True:
            total, numbers = self._parts.total()[0], self._numbers
            numbers[1] = numbers[3] = numbers[5] = total
            now = self._parts.total()[0]
            if now == total or (now != now and total != total):
                break  # else another thread came between, and may have stored first

    def on_fork(self) -> None:
        unset = scratch(2)
        self._numbers, self._slot, self._parts = unset, None, Parts(1)

    def _keep(self) -> None:
        if not self.has_slot():
            self.place()
        self.store()
        store_time(self._numbers, time())


_CLASSES = (SpooledPerThreadCounterCell, SpooledPerThreadHistogramCell, SpooledPerThreadGaugeCell)
for _kind in _CLASSES:
    _kind.placed = _kind.unplaced = _kind
