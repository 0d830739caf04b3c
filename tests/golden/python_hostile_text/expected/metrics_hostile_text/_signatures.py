"""The classes of metrics with labels: one for each type and set of labels.

Amounts and values are in the metric's unit. A label value that is not allowed
raises ValueError in strict mode; otherwise the series `_invalid` is recorded.
An amount that is not allowed raises ValueError in strict mode; otherwise it is
not recorded. Methods catch every exception of a look-up, which may hash any
object, and leave such values to the runtime.
"""

from __future__ import annotations

from typedprom import ONE, Causes, CounterCell, ExceptionCounter, LabelledCounter

from ._labels import Kind

__tracebackhide__ = True  # pytest shows the calling line instead


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
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, ..., path)

    def labels(self, *, kind: Kind, path: str) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[kind][path]
        except Exception:
            cell = self._cell(kind, path)
        return cell

    def remove(self, *, kind: Kind, path: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(kind, path)
