"""The classes of metrics with labels: one for each instrument and its labels.

Amounts and values are in the metric's unit. A value that its label does not
allow raises ValueError in strict mode, else the series `_invalid` is recorded.
So does an amount that the method refuses, but it is left out. What cannot be
looked up, even because it has no hash, is the runtime's to judge.
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

__tracebackhide__ = True  # pytest shows the line that calls instead


class InfoOfVersionChannel(Info):
    """An info of `version` and `channel`."""

    __slots__ = ()

    def set(self, *, version: str, channel: Channel) -> None:
        """Say what is so now."""
        return self._set((version, channel))


class InfoOfChannelByWorker(Info):
    """An info of `channel` by `worker`."""

    __slots__ = ()

    def set(self, *, worker: str, channel: Channel) -> None:
        """Say what is so now."""
        return self._set((channel,), worker)

    def remove(self, *, worker: str) -> None:
        """Remove the series of these values; recording brings it back."""
        return self._remove(worker)


class StateSetOfWorkersWorkerPhaseByWorker(
    LabelledStateSet[dict[str, StateSetCell[WorkersWorkerPhase]], WorkersWorkerPhase]
):
    """A stateset of `WorkersWorkerPhase` by `worker`."""

    __slots__ = ()

    def set(self, state: WorkersWorkerPhase, /, *, worker: str) -> None:
        """Be in `state`, in no other state."""
        try:
            cell = self._cells[worker]
        except Exception:
            cell = self._cell(worker)
        return cell.set(state)

    def labels(self, *, worker: str) -> StateSetCell[WorkersWorkerPhase]:
        """Return the series of these values, to record into often."""
        try:
            cell = self._cells[worker]
        except Exception:
            cell = self._cell(worker)
        return cell

    def remove(self, *, worker: str) -> None:
        """Remove the series of these values; recording brings it back."""
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
        """Count exceptions of a block or function, each as `causes` says."""
        return self._count_exceptions(causes, worker, ...)

    def labels(self, *, worker: str, channel: Channel) -> CounterCell:
        """Return the series of these values, to record into often."""
        try:
            cell = self._cells[worker][channel]
        except Exception:
            cell = self._cell(worker, channel)
        return cell

    def remove(self, *, worker: str, channel: Channel) -> None:
        """Remove the series of these values; recording brings it back."""
        return self._remove(worker, channel)
