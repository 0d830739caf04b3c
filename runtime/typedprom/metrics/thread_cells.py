"""Cells of counters, gauges and histograms with a part for each thread, for builds without a GIL.

They are used, read and removed like the shared cells they derive from.
"""

from __future__ import annotations

from _weakref import ref  # `weakref` without its Python half, which nothing here needs
from bisect import bisect_left
from threading import Lock, local
from typing import TYPE_CHECKING, Final, TypeAlias

from typedprom.core.forks import run_in_children
from typedprom.metrics.amounts import LARGEST, ONE, ZERO, to_float
from typedprom.metrics.cell import Cell, Undo
from typedprom.metrics.cells import (
    NO_EXEMPLAR,
    NONE_OBSERVED,
    CounterCell,
    ExemplarLabels,
    GaugeCell,
    HistogramCell,
    NoExemplar,
)

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument

__tracebackhide__ = True  # pytest shows the line that is wrong instead


class _PerThreadCell(Cell):
    """A cell whose numbers are in parts, and not where the shared cell has them."""

    if not TYPE_CHECKING:  # the slot of `_parts` is in the classes derived from this one
        __slots__ = ()

    def _use(self, parts: Parts) -> None:
        self._parts = parts

    def is_unused(self) -> bool:
        return self._parts.is_unused() and super().is_unused()

    def reset(self) -> Undo:
        parts, undo_others = self._parts, super().reset()
        self._use(Parts(len(parts.ended[0])))

        def undo() -> None:
            undo_others()
            self._use(parts)

        return undo


class PerThreadCounterCell(_PerThreadCell, CounterCell):
    """A series of a counter."""

    __slots__ = ("_parts",)

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._parts = Parts(1)

    def inc(
        self, amount: float = ONE, /, exemplar: ExemplarLabels | NoExemplar | None = NO_EXEMPLAR
    ) -> None:
        if amount is exemplar:  # both are left out
            self._parts[THREAD.key][0] += 1.0
        elif (
            exemplar is NO_EXEMPLAR
            and (type(amount) is float or type(amount) is int)
            and 0.0 <= amount <= LARGEST
        ):
            self._parts[THREAD.key][0] += amount
        else:
            self._inc_checked(amount, None if exemplar is NO_EXEMPLAR else exemplar)

    def snapshot(self) -> float:
        return self._parts.total()[0]


class PerThreadGaugeCell(_PerThreadCell, GaugeCell):
    """A series of a gauge. Setting it starts new parts: an addition under way came before."""

    __slots__ = ("_parts",)

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._parts = Parts(1)

    def set(self, value: float, /) -> None:
        number = value if type(value) is float else to_float(self.metric.name, value)
        if number is not None:
            parts = Parts(1)
            parts[THREAD.key] = [number]
            self._parts = parts

    def inc(self, amount: float = ONE, /) -> None:
        number = amount if type(amount) is float else to_float(self.metric.name, amount)
        if number is not None:
            self._parts[THREAD.key][0] += number

    def dec(self, amount: float = ONE, /) -> None:
        number = amount if type(amount) is float else to_float(self.metric.name, amount)
        if number is not None:
            self._parts[THREAD.key][0] -= number

    def snapshot(self) -> float | None:
        function = self._function
        return self._parts.total()[0] if function is None else self._call(function)


class PerThreadHistogramCell(_PerThreadCell, HistogramCell):
    """A series of a histogram. A part is the buckets and then the sum."""

    __slots__ = ("_parts",)

    def __init__(
        self, metric: AnyInstrument, values: tuple[str, ...], bounds: tuple[float, ...]
    ) -> None:
        super().__init__(metric, values, bounds)
        self._buckets = []  # the parts are used instead
        self._parts = Parts(len(bounds) + 2)

    def observe(
        self, amount: float, /, exemplar: ExemplarLabels | type[float] | None = NONE_OBSERVED
    ) -> None:
        # A float and no exemplar. What is not finite leaves NaN of itself.
        if type(amount) is exemplar and amount - amount == 0.0:
            bucket = bisect_left(self.bounds, amount)
            part = self._parts[THREAD.key]  # no call from here on: a spool may move the part
            part[bucket] += 1.0
            part[-1] += amount
        else:
            self._observe_checked(amount, None if exemplar is NONE_OBSERVED else exemplar)

    def snapshot(self) -> tuple[list[float], float]:
        """The buckets and the sum at one instant, each thread's copied in one step."""
        total = self._parts.total()
        return total[:-1], total[-1]


class _Life:
    """Lives as long as its thread."""

    __slots__ = ("__weakref__",)


ThreadKey: TypeAlias = ref[_Life]  # a key is dead when its thread has ended


class _Thread(local):
    """The current thread, with its key."""

    key: ThreadKey

    def __getattr__(self, name: str) -> ThreadKey:
        if name != "key":
            raise AttributeError(name)
        # Once a thread. `setdefault`, because a signal handler may come between and record too.
        mine = self.__dict__
        life: _Life = mine.setdefault("life", _Life())
        key: ThreadKey = mine.setdefault("key", ref(life))
        return key


THREAD: Final = _Thread()


class Parts(dict[ThreadKey, list[float]]):
    """Numbers that several threads add to: `parts[THREAD.key][0] += amount`.

    `ended` is the sum of the parts of threads that have ended, and the keys of those that may still
    be in the dict. It is replaced as a whole, so that a reader can tell that it was.
    """

    __slots__ = ("ended",)

    def __init__(self, size: int) -> None:
        super().__init__()
        self.ended: tuple[list[float], frozenset[ThreadKey]] = ([ZERO] * size, frozenset())

    def __missing__(self, key: ThreadKey) -> list[float]:
        self._fold()
        return self.setdefault(key, [0.0] * len(self.ended[0]))

    def total(self) -> list[float]:
        """The sums at one instant; each thread's part is read in one step."""
        while True:
            ended = self.ended
            parts = self.copy()  # in one step, as `list(self.items())` is not: it makes tuples,
            # which can start the garbage collector, which can run a finalizer that records
            if self.ended is ended:  # else a part may be missing from both, or be in both
                break
        total, folded = ended
        return _summed(total, [part[:] for key, part in parts.items() if key not in folded])

    def is_unused(self) -> bool:
        """Whether nothing was ever added."""
        return not self and self.ended[0][-1] is ZERO

    def _fold(self) -> None:
        """Move the parts of threads that have ended into `ended`.

        This is left to the next time if another thread, or the code that a signal handler has
        interrupted, is doing it now.
        """
        if not _folding.acquire(blocking=False):
            return
        try:
            total, folded = self.ended
            dead = {key: part for key, part in self.copy().items() if key() is None}
            if dead:
                unfolded = [part for key, part in dead.items() if key not in folded]
                self.ended = (_summed(total, unfolded), frozenset(dead))
                for key in dead:
                    del self[key]
        finally:
            _folding.release()


def _summed(total: list[float], parts: list[list[float]]) -> list[float]:
    if total[-1] is not ZERO:
        parts = [total, *parts]
    if len(parts) > 1:
        return [sum(numbers) for numbers in zip(*parts, strict=True)]
    return parts[0] if parts else total[:]


_folding = Lock()


def _renew_lock() -> None:
    global _folding
    _folding = Lock()


run_in_children(_renew_lock)  # a thread that holds the lock is not in the child
