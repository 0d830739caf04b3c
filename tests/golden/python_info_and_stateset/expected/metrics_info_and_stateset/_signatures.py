"""The classes of metrics with labels: one for each type and set of labels.

Amounts and values are in the metric's unit. A label value that is not allowed
raises ValueError in strict mode; otherwise the series `_invalid` is recorded.
An amount that is not allowed raises ValueError in strict mode; otherwise it is
not recorded. Methods catch every exception of a look-up, which may hash any
object, and leave such values to the runtime.
"""

from __future__ import annotations

from typedprom import (
    ONE,
    Causes,
    CounterCell,
    ExceptionCounter,
    Info,
    LabelledCounter,
    LabelledStateSet,
    StateSetCell,
)

from ._labels import Channel, WorkersWorkerPhase

__tracebackhide__ = True  # pytest shows the calling line instead


class InfoOfVersionChannel(Info):
    """An info of `version` and `channel`."""

    __slots__ = ()

    def set(self, *, version: str, channel: Channel) -> None:
        """Set the info labels."""
        return self._set((version, channel))


class InfoOfChannelByWorker(Info):
    """An info of `channel` by `worker`."""

    __slots__ = ()

    def set(self, *, worker: str, channel: Channel) -> None:
        """Set the info labels."""
        return self._set((channel,), worker)

    def remove(self, *, worker: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(worker)


class StateSetOfWorkersWorkerPhaseByWorker(
    LabelledStateSet[dict[str, StateSetCell[WorkersWorkerPhase]], WorkersWorkerPhase]
):
    """A stateset of `WorkersWorkerPhase` by `worker`."""

    __slots__ = ()

    def set(self, state: WorkersWorkerPhase, /, *, worker: str) -> None:
        """Set the current state."""
        try:
            cell = self._cells[worker]
        except Exception:
            cell = self._cell(worker)
        return cell.set(state)

    def labels(self, *, worker: str) -> StateSetCell[WorkersWorkerPhase]:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[worker]
        except Exception:
            cell = self._cell(worker)
        return cell

    def remove(self, *, worker: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(worker)


class CounterByWorkerChannel(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `worker` and `channel`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, worker: str, channel: Channel) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[worker][channel]
        except Exception:
            cell = self._cell(worker, channel)
        return cell.inc(amount)

    def count_exceptions(self, causes: Causes[Channel], /, *, worker: str) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, worker, ...)

    def labels(self, *, worker: str, channel: Channel) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[worker][channel]
        except Exception:
            cell = self._cell(worker, channel)
        return cell

    def remove(self, *, worker: str, channel: Channel) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(worker, channel)
