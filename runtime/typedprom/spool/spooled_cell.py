"""A cell whose numbers are in a run file too, and the spool as it sees it.

The two are in one file because each needs the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Protocol, cast

from typedprom.metrics.cell import Cell, Detached

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typedprom.metrics.cell import AnyInstrument
    from typedprom.spool.run_file import Doubles, Slot

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

    def initial_values(self) -> list[float]:
        """What a record of this series begins with."""
        raise NotImplementedError

    def has_place(self) -> bool:
        """Whether the file has the numbers."""
        raise NotImplementedError

    def find_place(self, spool: CellSpool) -> bool:
        """Have the file take the numbers; False where it cannot."""
        place = spool.record(self, {}, self.initial_values())
        if place is None:
            return False
        self.attach(place)
        return True

    def attach(self, place: Slot) -> None:
        """Keep the numbers there from now on, with what was recorded before."""
        raise NotImplementedError

    def wait(self) -> None:
        """Keep in memory what the file would: it has no room, until `find_place` says so."""

    def detach(self) -> None:
        """Do without the place, as if the file had never had room; what was recorded stays."""
        raise NotImplementedError

    def on_fork(self) -> None:
        """Begin at zero, without a place, and leave what is there to whom it belongs now."""
        raise NotImplementedError

    def on_merged(self) -> bool:
        """Leave the place to those who have counted what is there.

        Whether something is left that waits for another one.
        """
        if self.has_place():
            self.on_fork()
        return False

    def drop(self) -> None:
        """Take the series out of the file, if it shows what is, not what was counted."""

    def release(self) -> None:
        """Keep what is recorded for the time when the series is recorded again."""
        spool = spool_of(self.metric)
        if spool is not None:
            spool.keep(self)


class Asked(Protocol):
    """A cell that is asked what it says before what is recorded is delivered."""

    def ask(self) -> bool:
        """Store what it says; whether it is to be asked again."""
        ...


class CellSpool(Protocol):
    """The spool of this process, as far as its cells need it."""

    moves: int

    def place(self, cell: Spooled) -> bool:
        """Whether the cell has a place, now or already."""
        ...

    def await_room(self, cell: Spooled) -> None:
        """Place the cell as soon as that can be done."""
        ...

    def forget(self, cell: Spooled) -> None:
        """Place the cell no more: its series was removed."""
        ...

    def keep(self, cell: Spooled) -> None:
        """Keep a cell whose series is being removed."""
        ...

    def ask(self, cell: Asked) -> None:
        """Ask the cell from now on, before what is recorded is delivered."""
        ...

    def record(self, cell: Cell, added: Mapping[str, str], numbers: list[float]) -> Slot | None:
        """A record for the series of the cell, with more labels; None where the file fails."""
        ...


def spool_of(metric: AnyInstrument) -> CellSpool | None:
    """The spool of a metric, as its cells see it: only a spool makes spooled cells."""
    return cast("CellSpool | None", metric.spool)


class SpooledSetting(Spooled):
    """A cell of which the last setting counts. Its numbers: when that was, and what was set."""

    if not TYPE_CHECKING:  # what is declared here has its slots in the classes made of it
        __slots__ = ()
    _numbers: Doubles
    _place: Slot | None

    def initial_values(self) -> list[float]:
        """What a record of this series begins with."""
        return [NEVER, 0.0]

    def has_place(self) -> bool:
        """Whether the file has the numbers."""
        return self._place is not None

    def attach(self, place: Slot) -> None:
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
        mine, unset = self.initial_values(), scratch(2)
        if self._numbers is unset:
            self._numbers = mine

    def detach(self) -> None:
        """Do without the place."""
        numbers = [self._numbers[0], self._numbers[1]]
        self._numbers, self._place = numbers, None

    def drop(self) -> None:
        """Take the series out of the file."""
        unset = scratch(2)
        place, self._place, self._numbers = self._place, None, unset
        if place is not None:
            place.free()
        spool = spool_of(self.metric)
        if spool is not None:
            spool.forget(self)

    def on_merged(self) -> bool:
        """Leave the place: what was set last still holds."""
        had_place = self.has_place()
        if had_place:
            self.detach()
        return had_place


def place(cell: Spooled) -> None:
    """Find the cell a place in the run file, if that can be had."""
    spool = spool_of(cell.metric)
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
