"""Cells whose numbers are in a run file too: counters, histograms, and what all of them share."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, ClassVar, Final

from typedprom.metrics.amounts import LARGEST, ONE, ZERO
from typedprom.metrics.cells import (
    NO_EXEMPLAR,
    NONE_OBSERVED,
    Cell,
    CounterCell,
    HistogramCell,
    Labels,
    NoExemplar,
    Undo,
)
from typedprom.metrics.removed_cells import Detached

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typedprom.metrics.catalog import AnyInstrument
    from typedprom.metrics.exemplars import Exemplar
    from typedprom.spool.run_file import Doubles, Place
    from typedprom.spool.writer import Spool

NEVER: Final = 0.0  # the moment of what was not set

_scratch: Final[dict[int, list[float]]] = {}  # by length; nobody reads what is in them


def scratch(length: int) -> Doubles:
    """Numbers that nobody reads."""
    return _scratch.setdefault(length, [0.0] * length)


class Spooled(Cell):
    """A cell that has a place in a run file, or finds one when it is recorded into.

    Threads and signal handlers may record while any of these methods runs. Each step leaves memory
    and file equal, or is followed by one that makes them so.
    """

    __slots__ = ()
    placed: ClassVar[type[Spooled]]  # the class once there is a place
    unplaced: ClassVar[type[Spooled]]  # and before

    def fresh(self) -> list[float]:
        """What a record of this series begins with."""
        raise NotImplementedError

    def has_place(self) -> bool:
        """Whether the file has the numbers."""
        raise NotImplementedError

    def find_place(self, spool: Spool) -> bool:
        """Have the file take the numbers; False where it cannot."""
        place = spool.record(self, {}, self.fresh())
        if place is None:
            return False
        self.settle(place)
        return True

    def settle(self, place: Place) -> None:
        """Keep the numbers there from now on, with what was recorded before."""
        raise NotImplementedError

    def wait(self) -> None:
        """Keep in memory what the file would: it has no room, until `find_place` says so."""

    def leave(self) -> None:
        """Do without the place, as if the file had never had room; what was recorded stays."""
        raise NotImplementedError

    def disown(self) -> None:
        """Begin at zero, without a place, and leave what is there to whom it belongs now."""
        raise NotImplementedError

    def cede(self) -> bool:
        """Leave the place to those who have counted what is there.

        Whether something is left that waits for another one.
        """
        if self.has_place():
            self.disown()
        return False

    def drop(self) -> None:
        """Take the series out of the file, if it shows what is, not what was counted."""

    def release(self) -> None:
        """Keep what is recorded for the time when the series is recorded again."""
        spool = self.metric.spool
        if spool is not None:
            spool.removed.keep(self)


class SpooledSetting(Spooled):
    """A cell of which the last setting counts. Its numbers: when that was, and what was set."""

    if not TYPE_CHECKING:  # what is declared here has its slots in the classes made of it
        __slots__ = ()
    _numbers: Doubles
    _place: Place | None

    def fresh(self) -> list[float]:
        """What a record of this series begins with."""
        return [NEVER, 0.0]

    def has_place(self) -> bool:
        """Whether the file has the numbers."""
        return self._place is not None

    def settle(self, place: Place) -> None:
        """Keep the numbers there from now on, with what was recorded before."""
        old, before, self._place, self._numbers = self._numbers, self._place, place, place.numbers
        self.store()
        unset = scratch(2)
        if self._numbers[0] == NEVER and old is not unset:
            self._numbers[0] = old[0]
        if before is not None:  # two threads have found one
            before.free()

    def store(self) -> None:
        """Store what is set, but not when."""
        raise NotImplementedError

    def wait(self) -> None:
        """Keep in memory what the file would."""
        mine, unset = self.fresh(), scratch(2)
        if self._numbers is unset:
            self._numbers = mine

    def leave(self) -> None:
        """Do without the place."""
        numbers = [self._numbers[0], self._numbers[1]]
        self._numbers, self._place = numbers, None

    def drop(self) -> None:
        """Take the series out of the file."""
        unset = scratch(2)
        place, self._place, self._numbers = self._place, None, unset
        if place is not None:
            place.free()
        spool = self.metric.spool
        if spool is not None:
            spool.forget(self)

    def cede(self) -> bool:
        """Leave the place: what was set last still holds."""
        had_place = self.has_place()
        if had_place:
            self.leave()
        return had_place


def place(cell: Spooled) -> None:
    """Find the cell a place in the run file, if that can be had."""
    spool = cell.metric.spool
    if spool is None or not spool.place(cell):
        return
    if not isinstance(cell, Detached):
        cell.__class__ = cell.placed
        cell.metric.reconcile(cell)
    if isinstance(cell, Detached):  # it was removed just now
        cell.drop()


def unplace(cell: Spooled) -> None:
    """Let the next recording into the cell find it a place."""
    cell.__class__ = cell.unplaced


class SpooledCount(Spooled):
    """A cell that counts. Its first number is when that began."""

    if not TYPE_CHECKING:  # what is declared here has its slots in the classes made of it
        __slots__ = ()
    _numbers: Doubles

    def has_place(self) -> bool:
        """Whether the file has the numbers."""
        return _is_placed(self._numbers)

    def settle(self, place: Place) -> None:
        """Keep the numbers there from now on, with what was recorded before."""
        before, self._numbers = self._numbers, place.numbers
        self.store()
        if _is_placed(before):  # two threads have found one
            for number in range(1, len(before)):
                before[number] = 0.0

    def store(self) -> None:
        """Store all counts."""
        raise NotImplementedError

    def leave(self) -> None:
        """Do without the place."""
        self._numbers = scratch(len(self._numbers))


class SpooledCounterCell(SpooledCount, CounterCell):
    """A series of a counter. Its numbers: when counting began, the value."""

    __slots__ = ("_numbers",)

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._numbers: Doubles = scratch(2)

    def inc(
        self, amount: float = ONE, /, exemplar: Labels | NoExemplar | None = NO_EXEMPLAR
    ) -> None:
        """Add `amount`, which must be finite and not negative."""
        if amount is exemplar:  # both are left out
            self._value = self._numbers[1] = self._value + 1.0
        elif (
            exemplar is NO_EXEMPLAR
            and (type(amount) is float or type(amount) is int)
            and 0.0 <= amount <= LARGEST
        ):
            self._value = self._numbers[1] = self._value + amount
        else:
            self._inc_checked(amount, None if exemplar is NO_EXEMPLAR else exemplar)

    def fresh(self) -> list[float]:
        """What a record of this series begins with."""
        return [self.created, 0.0]

    def store(self) -> None:
        """Store the value."""
        self._value = self._numbers[1] = self._value + 0.0

    def disown(self) -> None:
        """Begin at zero, without a place."""
        self._numbers, self._value, self.exemplar = scratch(2), ZERO, None
        unplace(self)

    def reset(self) -> Undo:
        """Go back to the start, in place, and return what undoes that."""
        value, exemplar = self._value, self.exemplar
        self._value = self._numbers[1] = ZERO
        self.exemplar = None

        def undo() -> None:
            self._value = self._numbers[1] = value
            self.exemplar = exemplar

        return undo


class UnplacedCounterCell(SpooledCounterCell):
    """One that has no place yet."""

    __slots__ = ()

    def inc(
        self, amount: float = ONE, /, exemplar: Labels | NoExemplar | None = NO_EXEMPLAR
    ) -> None:
        """Add `amount`, which must be finite and not negative."""
        place(self)
        SpooledCounterCell.inc(self, amount, exemplar)


class SpooledHistogramCell(SpooledCount, HistogramCell):
    """A series of a histogram. Its numbers: when counting began, the buckets, the sum."""

    __slots__ = ("_numbers",)

    def __init__(
        self, metric: AnyInstrument, values: tuple[str, ...], bounds: tuple[float, ...]
    ) -> None:
        super().__init__(metric, values, bounds)
        self._numbers: Doubles = scratch(len(bounds) + 3)

    def observe(
        self, amount: float, /, exemplar: Labels | type[float] | None = NONE_OBSERVED
    ) -> None:
        """Count `amount` into its bucket."""
        if type(amount) is exemplar and amount - amount == 0.0:  # a finite float, no exemplar
            bucket = bisect_left(self.bounds, amount)
            buckets = self._buckets
            # The file's buckets come after the moment. One step each, of bucket and sum.
            after = bucket + 1
            buckets[bucket] = self._numbers[after] = buckets[bucket] + 1.0
            self._sum = self._numbers[-1] = self._sum + amount
        else:
            self._observe_checked(amount, None if exemplar is NONE_OBSERVED else exemplar)

    def fresh(self) -> list[float]:
        """What a record of this series begins with."""
        return [self.created, *[0.0] * (len(self.bounds) + 2)]

    def store(self) -> None:
        """Store all counts."""
        buckets = self._buckets
        for bucket in range(len(buckets)):
            after = bucket + 1
            buckets[bucket] = self._numbers[after] = buckets[bucket] + 0.0
        self._sum = self._numbers[-1] = self._sum + 0.0

    def disown(self) -> None:
        """Begin at zero, without a place."""
        none: dict[int, Exemplar] = {}
        numbers, empty = scratch(len(self.bounds) + 3), [ZERO] * len(self._buckets)
        self._numbers, self._buckets[:], self._sum, self.exemplars = numbers, empty, ZERO, none
        unplace(self)

    def reset(self) -> Undo:
        """Go back to the start, in place, and return what undoes that."""
        restore = super().reset()
        self._store_all()

        def undo() -> None:
            restore()
            self._store_all()

        return undo

    def take_over(self, buckets: Sequence[float], total: float) -> None:
        """Count what another cell of the series counted."""
        place(self)
        for bucket, count in enumerate(buckets):
            after = bucket + 1
            self._buckets[bucket] = self._numbers[after] = self._buckets[bucket] + count
        self._sum = self._numbers[-1] = self._sum + total

    def _store_all(self) -> None:
        """Store all numbers, for tests: nothing is recorded meanwhile."""
        for place_, number in enumerate((self.created, *self._buckets, self._sum)):
            self._numbers[place_] = number


class UnplacedHistogramCell(SpooledHistogramCell):
    """One that has no place yet."""

    __slots__ = ()

    def observe(
        self, amount: float, /, exemplar: Labels | type[float] | None = NONE_OBSERVED
    ) -> None:
        """Count `amount` into its bucket."""
        place(self)
        SpooledHistogramCell.observe(self, amount, exemplar)


def _is_placed(numbers: Doubles) -> bool:
    return isinstance(numbers, memoryview)


SpooledCounterCell.placed, SpooledCounterCell.unplaced = SpooledCounterCell, UnplacedCounterCell
SpooledHistogramCell.placed, SpooledHistogramCell.unplaced = (
    SpooledHistogramCell,
    UnplacedHistogramCell,
)
