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
from typedprom.spool.spooled_cells import (
    Spooled,
    SpooledCounter,
    SpooledHistogram,
    scratch,
    spool_of,
)
from typedprom.spool.spooled_setting_cells import SpooledGauge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typedprom.metrics.cell import AnyInstrument
    from typedprom.spool.spooled_cells import CellSpool

_DOUBLE = 8


class SpooledParts(Parts):
    """Parts that are kept in a run file. Each is a memoryview, used like a list of floats."""

    __slots__ = ("_cell", "unplaced")

    def __init__(self, size: int, cell: Spooled) -> None:
        super().__init__(size)
        self._cell = cell
        self.unplaced: dict[int, list[float]] = {}  # parts that are in no file, by their ids

    def __missing__(self, key: ThreadKey) -> list[float]:
        inherited = self._inherited(key)
        if inherited is not None:
            return inherited
        spool = spool_of(self._cell.metric)
        moves = spool.moves
        part = self.record(spool)
        is_placed = part is not None and moves == spool.moves  # else that file was left just now
        if part is None:
            in_memory = memoryview(bytearray(_DOUBLE * len(self.ended[0]))).cast("d")
            part = cast("list[float]", in_memory)
        if not is_placed:
            self.unplaced[id(part)] = part
            spool.await_room(self._cell)
        return self.setdefault(key, part)

    def total(self) -> list[float]:
        # By id: an inherited one may be there twice.
        parts = {id(part): [*part] for part in self.copy().values()}
        return [sum(numbers) for numbers in zip(self.ended[0], *parts.values(), strict=True)]

    def record(self, spool: CellSpool) -> list[float] | None:
        """A new part in the file; None where it has no room."""
        slot = spool.record(self._cell, {}, self._cell.initial_values())
        return None if slot is None else cast("list[float]", cast("memoryview", slot.numbers)[1:])

    def _inherited(self, key: ThreadKey) -> list[float] | None:
        """The part of a thread that has ended: this thread goes on with it."""
        for other in self.copy():
            part = self.get(other) if other() is None else None
            if part is not None and id(part) not in self.unplaced:
                mine = self.setdefault(key, part)
                if self.pop(other, None) is not None:
                    return mine
                del self[key]  # another thread was quicker
        return None


def _store(part: list[float], numbers: Sequence[float]) -> None:
    for index, number in enumerate(numbers):
        part[index] = number


class _PerThreadCount(Spooled):
    """A count with a record for each thread."""

    if not TYPE_CHECKING:  # the slot is in the other base of the classes made of it
        __slots__ = ()
    _parts: Parts

    @property
    def _spooled_parts(self) -> SpooledParts:
        return cast("SpooledParts", self._parts)

    def has_slot(self) -> bool:
        """Whether the file has the parts there are; each finds its own when a thread records."""
        return not self._spooled_parts.unplaced

    def find_slot(self, spool: CellSpool) -> bool:
        """Move unplaced parts into the file, with their numbers; False where the file fails."""
        parts = self._spooled_parts
        for key, part in parts.copy().items():
            if id(part) in parts.unplaced:
                new = parts.record(spool)
                if new is None:
                    return False
                new[:] = part  # in one step with the next: without a call, no other thread runs
                parts[key] = new
                parts.unplaced.pop(id(part), None)
        unplaced = tuple(parts.unplaced)
        current = {id(part) for part in parts.copy().values()}
        for part_id in unplaced:
            if part_id not in current:  # a signal handler was quicker to give the thread a part
                parts.unplaced.pop(part_id, None)
        return True

    def detach(self) -> None:
        """Give up the slots of all parts."""
        parts = self._spooled_parts
        for part in parts.copy().values():
            parts.unplaced[id(part)] = part

    def on_fork(self) -> None:
        self._parts = SpooledParts(len(self.initial_values()) - 1, self)

    def on_merged(self) -> bool:
        """Begin at zero, but for parts without a slot: what is in the file was merged."""
        parts = self._spooled_parts
        for key, part in parts.copy().items():
            if id(part) not in parts.unplaced:
                parts.pop(key, None)
        return not self.has_slot()

    def reset(self) -> Undo:
        parts = self._spooled_parts
        before = {key: [*part] for key, part in parts.copy().items()}
        for part in parts.copy().values():
            _store(part, [0.0] * len(part))

        def undo() -> None:
            for key, numbers in before.items():
                if key in parts:
                    _store(parts[key], numbers)

        return undo


class SpooledPerThreadCounterCell(_PerThreadCount, SpooledCounter, PerThreadCounterCell):
    """A series of a counter."""

    __slots__ = ()

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self.on_fork()


class SpooledPerThreadHistogramCell(_PerThreadCount, SpooledHistogram, PerThreadHistogramCell):
    """A series of a histogram."""

    __slots__ = ()

    def __init__(
        self, metric: AnyInstrument, values: tuple[str, ...], bounds: tuple[float, ...]
    ) -> None:
        super().__init__(metric, values, bounds)
        self.on_fork()

    def add(self, buckets: Sequence[float], total: float) -> None:
        part = self._parts[THREAD.key]
        for index, number in enumerate((*buckets, total)):
            part[index] += number


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
            self._numbers[1] = total = self._parts.total()[0]
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
        self._numbers[0] = time()


_CLASSES = (SpooledPerThreadCounterCell, SpooledPerThreadHistogramCell, SpooledPerThreadGaugeCell)
for _kind in _CLASSES:
    _kind.placed = _kind.unplaced = _kind
