"""The classes of metrics with labels: one for each instrument and its labels.

Amounts and values are in the metric's unit. A value that its label does not
allow raises ValueError in strict mode, else the series `_invalid` is recorded.
So does an amount that the method refuses, but it is left out. What cannot be
looked up, even because it has no hash, is the runtime's to judge.
"""

from __future__ import annotations

from typedprom import ONE, Causes, CounterCell, ExceptionCounter, LabelledCounter

from ._labels import Kind

__tracebackhide__ = True  # pytest shows the line that calls instead


class CounterByKindPath(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `kind` and `path`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, kind: Kind, path: str) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[kind][path]
        except Exception:
            cell = self._cell(kind, path)
        return cell.inc(amount)

    def count_exceptions(
        self,
        causes: Causes[Kind],
        /,
        *,
        path: str,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, each as `causes` says."""
        return self._count_exceptions(causes, ..., path)

    def labels(self, *, kind: Kind, path: str) -> CounterCell:
        """Return the series of these values, to record into often."""
        try:
            cell = self._cells[kind][path]
        except Exception:
            cell = self._cell(kind, path)
        return cell

    def remove(self, *, kind: Kind, path: str) -> None:
        """Remove the series of these values; recording brings it back."""
        return self._remove(kind, path)
