"""Cells of counters and histograms whose numbers are in a run file too."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from typedprom.metrics.amounts import LARGEST, ONE, ZERO
from typedprom.metrics.cell import Undo
from typedprom.metrics.cells import (
    NO_EXEMPLAR,
    NONE_OBSERVED,
    CounterCell,
    ExemplarLabels,
    HistogramCell,
    NoExemplar,
)
from typedprom.spool.spooled_cell import Spooled, place, scratch, unplace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.exemplars import Exemplar
    from typedprom.spool.run_file import Doubles, Slot


class SpooledCount(Spooled):
    """A cell that counts. Its first number is when that began."""

    if not TYPE_CHECKING:  # what is declared here has its slots in the classes made of it
        __slots__ = ()
    _numbers: Doubles

    def has_place(self) -> bool:
        """Whether the file has the numbers."""
        return _is_placed(self._numbers)

    def attach(self, place: Slot) -> None:
        """Keep the numbers there from now on, with what was recorded before."""
        before, self._numbers = self._numbers, place.numbers
        self.store()
        if _is_placed(before):  # two threads have found one
            for number in range(1, len(before)):
                before[number] = 0.0

    def store(self) -> None:
        """Store all counts."""
        raise NotImplementedError

    def detach(self) -> None:
        """Do without the place."""
        self._numbers = scratch(len(self._numbers))


class SpooledCounterCell(SpooledCount, CounterCell):
    """A series of a counter. Its numbers: when counting began, the value."""

    __slots__ = ("_numbers",)

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._numbers: Doubles = scratch(2)

    def inc(
        self, amount: float = ONE, /, exemplar: ExemplarLabels | NoExemplar | None = NO_EXEMPLAR
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

    def initial_values(self) -> list[float]:
        """What a record of this series begins with."""
        return [self.created, 0.0]

    def store(self) -> None:
        """Store the value."""
        self._value = self._numbers[1] = self._value + 0.0

    def on_fork(self) -> None:
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
        self, amount: float = ONE, /, exemplar: ExemplarLabels | NoExemplar | None = NO_EXEMPLAR
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
        self, amount: float, /, exemplar: ExemplarLabels | type[float] | None = NONE_OBSERVED
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

    def initial_values(self) -> list[float]:
        """What a record of this series begins with."""
        return [self.created, *[0.0] * (len(self.bounds) + 2)]

    def store(self) -> None:
        """Store all counts."""
        buckets = self._buckets
        for bucket in range(len(buckets)):
            after = bucket + 1
            buckets[bucket] = self._numbers[after] = buckets[bucket] + 0.0
        self._sum = self._numbers[-1] = self._sum + 0.0

    def on_fork(self) -> None:
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
        self, amount: float, /, exemplar: ExemplarLabels | type[float] | None = NONE_OBSERVED
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
