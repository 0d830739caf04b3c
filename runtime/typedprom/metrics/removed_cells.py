"""Detached cells: those of series that were removed, while somebody may still hold their handle.

A removed cell is given another class. Recording costs nothing more for that while the series is
there, and the first recording into a removed one brings the series back, into this cell or into
the one that has taken its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from typedprom.metrics.cell import Cell

__tracebackhide__ = True  # pytest shows the line that is wrong instead

_classes: Final[dict[type[Cell], type[Cell]]] = {}  # of detached cells, by what they were


def detach(cell: Cell) -> None:
    """Let the next recording into the cell bring its series back."""
    cell.__class__ = _detached(type(cell))


def attach(cell: Cell) -> None:
    """Let the cell record as it did before it was detached."""
    kind = type(cell)
    if issubclass(kind, Detached):
        cell.__class__ = kind.__mro__[2]


class Detached:
    """Marks the classes of detached cells, so that none is detached twice."""

    __slots__ = ()


def _detached(kind: type[Cell]) -> type[Cell]:
    """The class of detached cells of a kind: it has the same slots, so that a cell can change."""
    if issubclass(kind, Detached):
        return kind
    found = _classes.get(kind)
    if found is None:
        methods = {name: _rerouted(name) for name in kind.recordings}
        made = type(f"Detached{kind.__name__}", (Detached, kind), {"__slots__": (), **methods})
        found = _classes.setdefault(kind, made)
    return found


def _rerouted(name: str) -> Callable[..., object]:
    def record(cell: Cell, *args: Any, **kwargs: Any) -> object:
        method: Callable[..., object] = getattr(cell.metric.bring_back(cell), name)
        return method(*args, **kwargs)

    return record
