"""Cells whose numbers are in a run file too: what they have in common, counters and histograms.

A number is stored in its three places by one statement, within which the interpreter does not
switch threads: first, second, third, as the format says.
Threads and signal handlers may record while any of the methods runs. Each step leaves memory and
file equal, or is followed by one that makes them equal.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, TypeVar, cast

from typedprom.metrics.amounts import LARGEST, ONE, ZERO
from typedprom.metrics.cell import Cell, Undo
from typedprom.metrics.cells import (
    NO_EXEMPLAR,
    NONE_OBSERVED,
    CounterCell,
    ExemplarLabels,
    HistogramCell,
    NoExemplar,
)
from typedprom.spool.format import COPIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.exemplars import Exemplar
    from typedprom.spool.run_file import Slot
    from typedprom.spool.segments import Doubles

SpooledT = TypeVar("SpooledT", bound="Spooled")

_scratch: Final[dict[int, list[float]]] = {}  # by how many numbers


def scratch(numbers: int) -> Doubles:
    """The copies of so many numbers that nobody reads: those of cells without a slot."""
    return _scratch.setdefault(numbers, [0.0] * (COPIES * numbers))


class CellSpool(Protocol):
    """The spool of this process, as far as its cells need it; `Spool` documents the methods."""

    moves: int

    def place(self, cell: Spooled) -> bool: ...
    def await_room(self, cell: Spooled) -> None: ...
    def forget(self, cell: Spooled) -> None: ...
    def keep(self, cell: Spooled) -> None: ...
    def watch(self, cell: Spooled) -> None: ...
    def record(self, cell: Cell, added: Mapping[str, str], numbers: list[float]) -> Slot | None: ...


def spool_of(metric: AnyInstrument) -> CellSpool:
    """The spool of a metric, as its cells see it: only a spool makes spooled cells."""
    return cast("CellSpool", metric.spool)


class Spooled(Cell):
    """A cell that has a slot in a run file, or finds one when it is recorded into."""

    __slots__ = ()
    placed: ClassVar[type[Spooled]]  # the class of a cell with a slot
    unplaced: ClassVar[type[Spooled]]  # and of one without

    def initial_values(self) -> list[float]:
        """The numbers of a new record of this series."""
        raise NotImplementedError

    def has_slot(self) -> bool:
        """Whether the file has the numbers."""
        raise NotImplementedError

    def place(self) -> None:
        """Find a slot, if the spool has room."""
        spool_of(self.metric).place(self)

    def find_slot(self, spool: CellSpool) -> bool:
        """Write a record of the numbers and keep them there; False where the file fails."""
        slot = spool.record(self, {}, self.initial_values())
        if slot is None:
            return False
        self.attach(slot)
        return True

    def attach(self, slot: Slot) -> None:
        """Keep the numbers in the slot from now on, with what was recorded before."""
        raise NotImplementedError

    def store(self) -> None:
        """Store all counts, or what is set but not when."""
        raise NotImplementedError

    def wait(self) -> None:
        """Keep in memory what the file would hold, until there is a slot."""

    def detach(self) -> None:
        """Give up the slot, as if there had never been one; what was recorded stays in memory."""
        raise NotImplementedError

    def on_fork(self) -> None:
        """Begin at zero, without a slot: the one there is belongs to the parent process."""
        raise NotImplementedError

    def on_merged(self) -> bool:
        """Give up the slot: its file was merged into the totals. Whether the cell needs another."""
        if self.has_slot():
            self.on_fork()
        return False

    def drop(self) -> None:
        """Take the series out of the file, unless it is a count."""

    def release(self) -> None:
        """Keep what is recorded for the time when the series is recorded again."""
        if not self.is_unused():
            spool_of(self.metric).keep(self)

    def take_over(self, old: Cell) -> None:
        """Record what the cell of the same series in memory has recorded before."""

    def store_function_value(self) -> bool:
        """Store what the function of a gauge returns; whether it has one."""
        return False


def unplace(cell: Spooled) -> None:
    """Let the next recording into the cell find it a slot."""
    cell.__class__ = cell.unplaced


def unplaced(kind: type[SpooledT]) -> type[SpooledT]:
    """The class of the cells of a kind that have no slot: a recording finds them one first."""
    methods = {name: _placing(kind, name) for name in kind.recordings if name != "set_function"}
    members = {"__slots__": (), **methods}
    made = cast("type[SpooledT]", type(f"Unplaced{kind.__name__}", (kind,), members))
    kind.placed, kind.unplaced = kind, made
    return made


def _placing(kind: type[Spooled], name: str) -> Callable[..., object]:
    method: Callable[..., object] = getattr(kind, name)

    def record(cell: Spooled, *args: Any, **kwargs: Any) -> object:
        cell.place()
        return method(cell, *args, **kwargs)

    return record


class SpooledCounter(Spooled, CounterCell):
    """A series of a counter. Its numbers: when counting began, the value."""

    __slots__ = ()

    def initial_values(self) -> list[float]:
        return [self.created, 0.0]

    def take_over(self, old: Cell) -> None:
        before = cast("CounterCell", old)
        self.created, self.exemplar = before.created, before.exemplar
        self.inc(before.snapshot())


class SpooledHistogram(Spooled, HistogramCell):
    """A series of a histogram. Its numbers: when counting began, the buckets, the sum."""

    __slots__ = ()

    def initial_values(self) -> list[float]:
        return [self.created, *[0.0] * (len(self.bounds) + 2)]

    def take_over(self, old: Cell) -> None:
        before = cast("HistogramCell", old)
        self.created, self.exemplars = before.created, before.exemplars
        self.add(*before.snapshot())

    def add(self, buckets: Sequence[float], total: float) -> None:
        """Add observations, by bucket, and their sum."""
        raise NotImplementedError


class _SharedCount(Spooled):
    """A count in memory and file that threads share under the GIL."""

    if not TYPE_CHECKING:  # what is declared here has its slots in the classes made of it
        __slots__ = ()
    _numbers: Doubles

    def has_slot(self) -> bool:
        return isinstance(self._numbers, memoryview)

    def attach(self, slot: Slot) -> None:
        before, self._numbers = self._numbers, slot.numbers
        self.store()
        if not isinstance(before, list):  # two threads have found one
            for number in range(len(before)):
                if number % (len(before) // COPIES):  # all but when counting began
                    before[number] = 0.0

    def detach(self) -> None:
        self._numbers = scratch(len(self._numbers) // COPIES)

    def reset(self) -> Undo:
        restore = super().reset()
        self._store_current()

        def undo() -> None:
            restore()
            self._store_current()

        return undo

    def _store_current(self) -> None:
        """Store all numbers, for tests: nothing is recorded meanwhile."""
        raise NotImplementedError


class SpooledCounterCell(_SharedCount, SpooledCounter):
    """A series of a counter that has a slot."""

    __slots__ = ("_numbers",)

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._numbers: Doubles = scratch(2)

    def inc(
        self, amount: float = ONE, /, exemplar: ExemplarLabels | NoExemplar | None = NO_EXEMPLAR
    ) -> None:
        if amount is exemplar:  # both are left out
            numbers = self._numbers
            self._value = numbers[1] = numbers[3] = numbers[5] = self._value + 1.0
        elif (
            exemplar is NO_EXEMPLAR
            and (type(amount) is float or type(amount) is int)
            and 0.0 <= amount <= LARGEST
        ):
            numbers = self._numbers
            self._value = numbers[1] = numbers[3] = numbers[5] = self._value + amount
        else:
            self._inc_checked(amount, None if exemplar is NO_EXEMPLAR else exemplar)

    def store(self) -> None:
        numbers = self._numbers
        self._value = numbers[1] = numbers[3] = numbers[5] = self._value + 0.0

    def on_fork(self) -> None:
        self._numbers, self._value, self.exemplar = scratch(2), ZERO, None
        unplace(self)

    def _store_current(self) -> None:
        for index in range(COPIES):
            self._numbers[2 * index], self._numbers[2 * index + 1] = self.created, self._value


class SpooledHistogramCell(_SharedCount, SpooledHistogram):
    """A series of a histogram that has a slot."""

    __slots__ = ("_numbers", "_width")

    def __init__(
        self, metric: AnyInstrument, values: tuple[str, ...], bounds: tuple[float, ...]
    ) -> None:
        super().__init__(metric, values, bounds)
        self._width = len(bounds) + 3  # how many numbers there are
        self._numbers: Doubles = scratch(self._width)

    def observe(
        self, amount: float, /, exemplar: ExemplarLabels | type[float] | None = NONE_OBSERVED
    ) -> None:
        if type(amount) is exemplar and amount - amount == 0.0:  # a finite float, no exemplar
            bucket = bisect_left(self.bounds, amount)
            buckets, numbers, width = self._buckets, self._numbers, self._width
            # The file's buckets come after the time. One step each, of bucket and sum.
            first = bucket + 1
            second = first + width
            buckets[bucket] = numbers[first] = numbers[second] = numbers[second + width] = (
                buckets[bucket] + 1.0
            )
            self._sum = numbers[width - 1] = numbers[-1 - width] = numbers[-1] = self._sum + amount
        else:
            self._observe_checked(amount, None if exemplar is NONE_OBSERVED else exemplar)

    def store(self) -> None:
        self._store_sums([0.0] * len(self._buckets), 0.0)

    def add(self, buckets: Sequence[float], total: float) -> None:
        self.place()
        self._store_sums(buckets, total)

    def on_fork(self) -> None:
        none: dict[int, Exemplar] = {}
        numbers, empty = scratch(self._width), [ZERO] * len(self._buckets)
        self._numbers, self._buckets[:], self._sum, self.exemplars = numbers, empty, ZERO, none
        unplace(self)

    def _store_current(self) -> None:
        for index, number in enumerate(COPIES * (self.created, *self._buckets, self._sum)):
            self._numbers[index] = number

    def _store_sums(self, buckets: Sequence[float], total: float) -> None:
        """Store all counts with these added: one step each, of bucket and sum."""
        counts, width = self._buckets, self._width
        for bucket, count in enumerate(buckets):
            numbers, first = self._numbers, bucket + 1
            second = first + width
            counts[bucket] = numbers[first] = numbers[second] = numbers[second + width] = (
                counts[bucket] + count
            )
        numbers = self._numbers
        self._sum = numbers[width - 1] = numbers[-1 - width] = numbers[-1] = self._sum + total


UnplacedCounterCell = unplaced(SpooledCounterCell)
UnplacedHistogramCell = unplaced(SpooledHistogramCell)
