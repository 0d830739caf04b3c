"""Cells of gauges, infos and statesets that are kept in a run file: the last setting counts."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING, Final, cast

from typedprom.metrics.amounts import ONE, ZERO, to_float
from typedprom.metrics.cell import Cell, Undo
from typedprom.metrics.cells import GaugeCell, GaugeFunction
from typedprom.metrics.instruments import GaugeKind
from typedprom.metrics.labels import INVALID
from typedprom.metrics.text_cells import InfoCell, StateSetCell, StateT
from typedprom.spool.format import COPIES, NEVER
from typedprom.spool.spooled_cells import Spooled, scratch, spool_of, unplace, unplaced

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.instruments import Info
    from typedprom.spool.run_file import Slot
    from typedprom.spool.segments import Doubles
    from typedprom.spool.spooled_cells import CellSpool

_TICK: Final = 1e-6  # seconds: more than a float of the present resolves


def store_time(numbers: Doubles, timestamp: float) -> None:
    """Store when a cell with two numbers was set."""
    numbers[0] = numbers[2] = numbers[4] = timestamp


class _SpooledSetting(Spooled):
    """A cell of which the last setting counts. Its first number is when that was."""

    if not TYPE_CHECKING:  # what is declared here has its slots in the classes made of it
        __slots__ = ()
    _slot: Slot | None

    def on_merged(self) -> bool:
        """Give up the slot: what was set last still holds."""
        had_slot = self._slot is not None
        if had_slot:
            self.detach()
        return had_slot

    def release(self) -> None:
        """Leave the series out until it is recorded again."""
        self.reset()

    def _free(self, slot: Slot | None) -> None:
        """Take the record in a slot that was given up out of the file."""
        if slot is not None:
            slot.free()
        spool_of(self.metric).forget(self)


class SpooledNumber(_SpooledSetting):
    """A gauge or a stateset. Its numbers: when it was set, and the value or the state's index."""

    if not TYPE_CHECKING:
        __slots__ = ()
    _numbers: Doubles

    def initial_values(self) -> list[float]:
        return [NEVER, 0.0]

    def has_slot(self) -> bool:
        return self._slot is not None

    def attach(self, slot: Slot) -> None:
        old, before, self._slot, self._numbers = self._numbers, self._slot, slot, slot.numbers
        self.store()
        unset = scratch(2)
        if self._numbers[0] == NEVER and old is not unset:
            store_time(self._numbers, old[0])
        if before is not None:  # two threads have found one
            before.free()

    def wait(self) -> None:
        mine, unset = COPIES * self.initial_values(), scratch(2)
        if self._numbers is unset:
            self._numbers = mine

    def detach(self) -> None:
        numbers = [*self._numbers]
        self._numbers, self._slot = numbers, None

    def drop(self) -> None:
        unset = scratch(2)
        slot, self._slot, self._numbers = self._slot, None, unset
        self._free(slot)

    def reset(self) -> Undo:
        timestamp = NEVER if self._numbers is scratch(2) else self._numbers[0]
        restore = super().reset()
        self.drop()
        unplace(self)

        def undo() -> None:
            restore()
            if timestamp != NEVER:
                self._numbers = COPIES * [timestamp, 0.0]
                self.store()
                self.place()

        return undo


class SpooledGauge(SpooledNumber, GaugeCell):
    """What the cells of gauges have in common."""

    if not TYPE_CHECKING:
        __slots__ = ()

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._numbers: Doubles = scratch(2)
        self._slot: Slot | None = None

    def set_function(self, function: GaugeFunction | None, /) -> None:
        """Ask `function` for the value at every scrape and push; None ends that."""
        super().set_function(function)
        spool_of(self.metric).watch(self)

    def store_function_value(self) -> bool:
        function = self._function
        if function is None:
            return False
        value = self._call(function)
        if value is not None:
            self.set(value)
        return True

    def on_merged(self) -> bool:
        """Give up the slot: what was set last still holds, unless it is added up."""
        if cast("GaugeKind[object]", self.metric).combine == "sum":
            return Spooled.on_merged(self)
        return super().on_merged()

    def take_over(self, old: Cell) -> None:
        value = cast("GaugeCell", old).snapshot()
        if value is not None and self.is_unused():
            self.set(value)

    def reset(self) -> Undo:
        function = self._function
        restore = super().reset()

        def undo() -> None:
            restore()
            if function is not None:
                self.set_function(function)

        return undo


class SpooledGaugeCell(SpooledGauge):
    """A series of a gauge that has a slot."""

    __slots__ = ("_numbers", "_slot")

    def set(self, value: float, /) -> None:
        number = value if type(value) is float else to_float(self.metric.name, value)
        if number is not None:
            numbers = self._numbers
            self._value = numbers[1] = numbers[3] = numbers[5] = number
            now, numbers = time(), self._numbers
            numbers[0] = numbers[2] = numbers[4] = now

    def inc(self, amount: float = ONE, /) -> None:
        number = amount if type(amount) is float else to_float(self.metric.name, amount)
        if number is not None:
            numbers = self._numbers
            self._value = numbers[1] = numbers[3] = numbers[5] = self._value + number
            now, numbers = time(), self._numbers
            numbers[0] = numbers[2] = numbers[4] = now

    def dec(self, amount: float = ONE, /) -> None:
        number = amount if type(amount) is float else to_float(self.metric.name, amount)
        if number is not None:
            numbers = self._numbers
            self._value = numbers[1] = numbers[3] = numbers[5] = self._value - number
            now, numbers = time(), self._numbers
            numbers[0] = numbers[2] = numbers[4] = now

    def store(self) -> None:
        numbers = self._numbers
        self._value = numbers[1] = numbers[3] = numbers[5] = self._value + 0.0

    def on_fork(self) -> None:
        unset = scratch(2)
        self._numbers, self._slot, self._value = unset, None, ZERO
        unplace(self)


class SpooledStateSetCell(SpooledNumber, StateSetCell[StateT]):
    """A series of a stateset. Its numbers: when it got into the state, and its index."""

    __slots__ = ("_numbers", "_slot")

    def __init__(
        self, metric: AnyInstrument, values: tuple[str, ...], states: tuple[StateT, ...]
    ) -> None:
        super().__init__(metric, values, states)
        self._numbers: Doubles = scratch(2)
        self._slot: Slot | None = None

    def set(self, state: StateT, /) -> None:
        if not self.has_slot():
            self.place()
        super().set(state)
        self.store()
        store_time(self._numbers, time())

    def store(self) -> None:
        while True:
            state = self._state
            index = -1 if state == INVALID else self.states.index(cast("StateT", state))
            numbers = self._numbers
            numbers[1] = numbers[3] = numbers[5] = float(index)
            if self._state == state:
                break  # else another thread came between, and may have stored first

    def on_fork(self) -> None:
        """Begin at the start, without a slot."""
        unset = scratch(2)
        self._numbers, self._slot, self._state = unset, None, self.states[0]


class SpooledInfoCell(_SpooledSetting, InfoCell):
    """A series of an info. What it says is in the text of its record, whose number is when."""

    __slots__ = ("_slot", "_timestamp", "_written")

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._slot: Slot | None = None
        self._written: tuple[str, ...] | None = None  # what the record says
        self._timestamp = NEVER

    def set(self, said: tuple[str, ...], /) -> None:
        self._timestamp = max(time(), self._timestamp + _TICK)
        super().set(said)
        if not self.has_slot():
            self.place()
        slot = self._slot
        if slot is not None and self._written == said:
            store_time(slot.numbers, self._timestamp)

    def initial_values(self) -> list[float]:
        return [NEVER, 1.0]

    def has_slot(self) -> bool:
        """Whether the file has what is set."""
        return self._said == self._written

    def find_slot(self, spool: CellSpool) -> bool:
        """Write a record of what is set; False where the file fails."""
        said = self._said
        if said is None:
            self.drop()
            return True
        names = [label.name for label in cast("Info", self.metric).info_labels]
        new = spool.record(self, dict(zip(names, said, strict=True)), self.initial_values())
        if new is None:
            return False
        store_time(new.numbers, self._timestamp)  # the greatest counts
        before, self._slot, self._written = self._slot, new, said
        if before is not None:
            before.free()
        return True

    def detach(self) -> None:
        self._slot, self._written = None, None

    def drop(self) -> None:
        slot, self._slot, self._written = self._slot, None, None
        self._free(slot)

    def on_fork(self) -> None:
        """Begin with nothing set, without a slot."""
        self._said, self._slot, self._written = None, None, None

    def reset(self) -> Undo:
        said, self._said = self._said, None
        self.drop()

        def undo() -> None:
            self.reset()
            if said is not None:
                self.set(said)

        return undo


UnplacedGaugeCell = unplaced(SpooledGaugeCell)
SpooledStateSetCell.placed = SpooledStateSetCell.unplaced = SpooledStateSetCell
SpooledInfoCell.placed = SpooledInfoCell.unplaced = SpooledInfoCell
