"""Placing a cell: one thread does it, others that record into the same series wait a moment."""

from __future__ import annotations

from threading import get_ident
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from typedprom.spool.spooled_cells import Spooled

_PLACING_SECONDS: Final = 0.05  # that a recording waits for another thread to place its series
_STALE_SECONDS: Final = 1.0  # after which a thread that is placing a cell was interrupted for good


class PlacingThread(NamedTuple):
    """The thread that is placing a cell, and since when."""

    thread: int
    since: float


class PlacingThreads:
    """The threads that are placing cells."""

    __slots__ = ("by_cell",)

    def __init__(self) -> None:
        self.by_cell: dict[int, PlacingThread] = {}  # by its id

    def place(self, cell: Spooled, find_slot: Callable[[Spooled], bool]) -> bool:
        """Find the cell a slot, or wait until another thread has; whether it has one."""
        key, mine = id(cell), PlacingThread(get_ident(), monotonic())
        try:
            first = self.by_cell.setdefault(key, mine)
            return find_slot(cell) if first is mine else self._wait_for(first, cell)
        finally:
            if self.by_cell.get(key) is mine:
                del self.by_cell[key]

    def _wait_for(self, other: PlacingThread, cell: Spooled) -> bool:
        """Wait until another thread has placed the cell, but not for what this one interrupts."""
        key = id(cell)
        if monotonic() - other.since > _STALE_SECONDS and self.by_cell.get(key) is other:
            self.by_cell.pop(key, None)  # the next one places it
        elif other.thread != get_ident():
            deadline = monotonic() + _PLACING_SECONDS
            while self.by_cell.get(key) is other and monotonic() < deadline:
                sleep(0)
        return cell.has_slot()
