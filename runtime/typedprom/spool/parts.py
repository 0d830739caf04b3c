"""The parts of a cell that threads have each for themselves, kept in a run file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from typedprom.metrics.thread_cells import Key, Parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typedprom.metrics.cells import Undo
    from typedprom.spool.process import Spool
    from typedprom.spool.spooled import Spooled

_DOUBLE = 8


class SpooledParts(Parts):
    """Parts that are kept in a run file. Each is a memoryview, used like a list of floats."""

    __slots__ = ("_cell", "_homeless")

    def __init__(self, size: int, cell: Spooled) -> None:
        super().__init__(size)
        self._cell = cell
        self._homeless: dict[int, list[float]] = {}  # parts that are in no file, by their ids

    def __missing__(self, key: Key) -> list[float]:
        inherited = self._inherited(key)
        if inherited is not None:
            return inherited
        spool = self._cell.metric.spool
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

    def leave(self) -> None:
        """Take all for homeless: they are in a file that is gone."""
        for part in self.copy().values():
            self._homeless[id(part)] = part

    def cede(self) -> None:
        """Begin at zero, but for homeless ones: what is in the file was counted."""
        for key, part in self.copy().items():
            if id(part) not in self._homeless:
                self.pop(key, None)

    def find_places(self, spool: Spool) -> bool:
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

    def _recorded(self, spool: Spool) -> list[float] | None:
        """A part in the file; None where it has no room."""
        there = spool.record(self._cell, {}, self._cell.fresh())
        return None if there is None else cast("list[float]", cast("memoryview", there.numbers)[1:])

    def _inherited(self, key: Key) -> list[float] | None:
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
