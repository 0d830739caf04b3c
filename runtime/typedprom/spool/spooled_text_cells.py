"""Cells of infos and statesets that are kept in a run file: what was said last counts."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING, cast

from typedprom.metrics.cell import Undo
from typedprom.metrics.labels import INVALID
from typedprom.metrics.text_cells import InfoCell, StateSetCell, StateT
from typedprom.spool.spooled_cell import NEVER, Spooled, SpooledSetting, place, scratch, spool_of

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.instruments import Info
    from typedprom.spool.run_file import Doubles, Slot
    from typedprom.spool.spooled_cell import CellSpool

_TICK = 1e-6  # seconds: more than a float of the present resolves


class SpooledInfoCell(Spooled, InfoCell):
    """A series of an info. What it says is in the text of its record, whose number is when."""

    __slots__ = ("_place", "_timestamp", "_written")

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._place: Slot | None = None
        self._written: tuple[str, ...] | None = None  # what the record says
        self._timestamp = NEVER

    def set(self, said: tuple[str, ...], /) -> None:
        """Say these values of the info labels, in their order."""
        self._timestamp = max(time(), self._timestamp + _TICK)
        super().set(said)
        if not self.has_place():
            place(self)
        there = self._place
        if there is not None and self._written == said:
            there.numbers[0] = self._timestamp

    def initial_values(self) -> list[float]:
        """What a record of this series begins with."""
        return [NEVER, 1.0]

    def has_place(self) -> bool:
        """Whether the file has what is said."""
        return self._said == self._written

    def find_place(self, spool: CellSpool) -> bool:
        """Have the file say it; False where it cannot."""
        said = self._said
        if said is None:
            self.drop()
            return True
        names = [label.name for label in cast("Info", self.metric).info_labels]
        new = spool.record(self, dict(zip(names, said, strict=True)), self.initial_values())
        if new is None:
            return False
        new.numbers[0] = self._timestamp  # the greatest counts
        before, self._place, self._written = self._place, new, said
        if before is not None:
            before.free()
        return True

    def detach(self) -> None:
        """Do without the place."""
        self._place, self._written = None, None

    def drop(self) -> None:
        """Take the series out of the file."""
        there, self._place, self._written = self._place, None, None
        if there is not None:
            there.free()
        spool = spool_of(self.metric)
        if spool is not None:
            spool.forget(self)

    def release(self) -> None:
        """Leave the series out until it says something again."""
        self._said = None
        self.drop()

    def on_fork(self) -> None:
        """Say nothing, without a place."""
        self._said, self._place, self._written = None, None, None

    def on_merged(self) -> bool:
        """Leave the place: what was said last still holds."""
        had_place = self._place is not None
        if had_place:
            self.detach()
        return had_place

    def reset(self) -> Undo:
        """Go back to the start, in place, and return what undoes that."""
        said = self._said
        self.release()

        def undo() -> None:
            self.release()
            if said is not None:
                self.set(said)

        return undo


class SpooledStateSetCell(SpooledSetting, StateSetCell[StateT]):
    """A series of a stateset. Its numbers: when it got into the state, and its index."""

    __slots__ = ("_numbers", "_place")

    def __init__(
        self, metric: AnyInstrument, values: tuple[str, ...], states: tuple[StateT, ...]
    ) -> None:
        super().__init__(metric, values, states)
        self._numbers: Doubles = scratch(2)
        self._place: Slot | None = None

    def set(self, state: StateT, /) -> None:
        """Be in `state`, in no other."""
        if not self.has_place():
            place(self)
        super().set(state)
        self.store()
        self._numbers[0] = time()

    def store(self) -> None:
        """Store the state it is in."""
        while True:
            state = self._state
            index = -1 if state == INVALID else self.states.index(cast("StateT", state))
            self._numbers[1] = float(index)
            if self._state == state:
                break  # else another thread came between, and may have stored first

    def release(self) -> None:
        """Leave the series out until it is recorded again."""
        self._state = self.states[0]
        self.drop()

    def on_fork(self) -> None:
        """Begin at the start, without a place."""
        unset = scratch(2)
        self._numbers, self._place, self._state = unset, None, self.states[0]

    def reset(self) -> Undo:
        """Go back to the start, in place, and return what undoes that."""
        state = self._state
        timestamp = NEVER if self._numbers is scratch(2) else self._numbers[0]
        self.release()

        def undo() -> None:
            self._state = state
            if timestamp != NEVER:
                self._numbers = [timestamp, 0.0]
                self.store()
                place(self)

        return undo


SpooledStateSetCell.placed = SpooledStateSetCell.unplaced = SpooledStateSetCell
SpooledInfoCell.placed = SpooledInfoCell.unplaced = SpooledInfoCell
