"""Removed: cells of series that were removed, and what they counted goes on counting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from typedprom.metrics.removed_cells import Detached

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typedprom.metrics.catalog import AnyInstrument
    from typedprom.metrics.cells import Cell
    from typedprom.spool.spooled import Spooled

_LIMIT: Final = 1_000


class Removed:
    """The cells that were removed last: a series that is recorded again goes on in its own one.

    Those removed long ago are let go of. What they counted stays in the file; if their series are
    recorded again they begin at zero, and readers add that up.
    """

    def __init__(self) -> None:
        self._cells: dict[tuple[AnyInstrument, tuple[str, ...]], Spooled] = {}

    def keep(self, cell: Spooled) -> None:
        """Keep a cell whose series is being removed."""
        cells = self._cells
        cells[cell.metric, cell.values] = cell
        while len(cells) > _LIMIT:
            try:
                oldest = next(iter(cells))
            except RuntimeError:  # another thread keeps one too
                return
            if not self._let_go(cells.pop(oldest, None)):
                return

    def take(self, metric: AnyInstrument, values: tuple[str, ...]) -> Cell | None:
        """The cell that was kept of a series, if one was."""
        return self._cells.pop((metric, values), None)

    def __iter__(self) -> Iterator[Spooled]:
        return iter(tuple(self._cells.values()))

    def _let_go(self, cell: Spooled | None) -> bool:
        """Whether the cell is no longer needed."""
        is_removed = isinstance(cell, Detached)
        if cell is None or not is_removed:  # it is recorded into again
            return True
        if not cell.has_place() and not cell.untouched():  # the file does not have it yet
            self._cells[cell.metric, cell.values] = cell
            return False
        cell.disown()
        cell.metric.reconcile(cell)
        return True
