"""Placing: one thread at a time finds a cell its place in the run file, without a lock."""

from __future__ import annotations

from threading import get_ident
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from typedprom.spool.process import Spool
    from typedprom.spool.spooled import Spooled

_SECONDS: Final = 0.05  # that a recording waits for another thread to place its series
_STALE_SECONDS: Final = 1.0  # after which whoever was placing a cell was interrupted for good


class Claim(NamedTuple):
    """Who is placing a cell."""

    thread: int
    since: float


def placed(spool: Spool, claims: dict[int, Claim], cell: Spooled) -> bool:
    """Whether the cell has a place, now or already."""
    key, mine = id(cell), Claim(get_ident(), monotonic())
    try:
        holder = claims.setdefault(key, mine)
        return _placed(spool, cell) if holder is mine else _placed_by(holder, claims, cell)
    finally:
        if claims.get(key) is mine:
            del claims[key]


def _placed(spool: Spool, cell: Spooled) -> bool:
    while True:
        moves = spool.moves
        if not cell.has_place() and not cell.find_place(spool):
            return False
        if moves != spool.moves:  # that place was in a file which the process has left
            cell.leave()
        elif cell.has_place():  # else something else was said meanwhile
            return True


def _placed_by(holder: Claim, claims: dict[int, Claim], cell: Spooled) -> bool:
    """Wait until another thread has placed the cell, but not for what this one interrupts."""
    key = id(cell)
    if monotonic() - holder.since > _STALE_SECONDS and claims.get(key) is holder:
        claims.pop(key, None)  # the next one places it
    elif holder.thread != get_ident():
        deadline = monotonic() + _SECONDS
        while claims.get(key) is holder and monotonic() < deadline:
            sleep(0)
    return cell.has_place()
