"""Cells of counters, gauges and histograms, exact under the GIL without a lock.

A cell is also the handle that `labels()` returns. Its updates are single `x += y` of exact floats,
within which the interpreter does not switch threads.

What a reader finds in a cell, whatever class of it a process records into:

- `snapshot()`: what is recorded, at one instant. A float for a counter; for a gauge a float, or
  None while its function fails and the series is left out; for a histogram the buckets, not
  cumulated, and the sum.
- `created`, of counters and histograms: when counting began, in Unix time.
- `exemplar` of a counter: the last one, or None. `exemplars` of a histogram: the last one of each
  bucket, by the bucket's index.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from time import time
from typing import TYPE_CHECKING, Final, NewType, SupportsFloat, TypeAlias

from typedprom.core.misuse import log_once, report_misuse
from typedprom.metrics.amounts import LARGEST, LEFT_OUT, ONE, ZERO, to_float
from typedprom.metrics.cell import Cell, Undo
from typedprom.metrics.context_managers import (
    ExceptionCounter,
    Exceptions,
    InProgress,
    Timer,
    counting,
    without_parentheses,
)

if TYPE_CHECKING:
    from typing import Never

    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.exemplars import Exemplar

__tracebackhide__ = True  # pytest shows the line that is wrong instead

GaugeFunction: TypeAlias = Callable[[], float]

ExemplarLabels: TypeAlias = Mapping[str, str]

# What `exemplar` is where it is left out. No caller passes these objects, so one comparison with
# the amount tells both that there is no exemplar and what the amount is like.
NoExemplar = NewType("NoExemplar", float)
NO_EXEMPLAR: Final = NoExemplar(ONE)
NONE_OBSERVED: Final = float
_NO_EXEMPLARS: Final[Mapping[int, Exemplar]] = {}


class CounterCell(Cell):
    """A series of a counter."""

    __slots__ = ("_value", "created", "exemplar")
    recordings = ("inc",)

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._value = ZERO
        self.created = time()
        self.exemplar: Exemplar | None = None

    def inc(
        self, amount: float = ONE, /, exemplar: ExemplarLabels | NoExemplar | None = NO_EXEMPLAR
    ) -> None:
        """Add `amount`, which must be finite and not negative.

        `exemplar` are labels that lead to an example of what was counted, such as a trace id.
        """
        if amount is exemplar:  # both are left out
            self._value += 1.0
        elif (
            exemplar is NO_EXEMPLAR
            and (type(amount) is float or type(amount) is int)
            and 0.0 <= amount <= LARGEST
        ):
            self._value += amount
        else:
            self._inc_checked(amount, None if exemplar is NO_EXEMPLAR else exemplar)

    def count_exceptions(self, exceptions: Exceptions = Exception, /) -> ExceptionCounter:
        """Count the exceptions of these classes that leave a `with` block or a function."""
        return counting(self.metric.name, exceptions, self)

    def snapshot(self) -> float:
        return self._value

    def is_unused(self) -> bool:
        return self._value is ZERO

    def reset(self) -> Undo:
        before = self._value, self.created, self.exemplar
        self._value, self.created, self.exemplar = ZERO, time(), None

        def undo() -> None:
            self._value, self.created, self.exemplar = before

        return undo

    def _inc_checked(self, amount: SupportsFloat, labels: object) -> None:
        name = self.metric.name
        number = to_float(name, amount)
        if number is None:
            return
        if not 0.0 <= number <= LARGEST:
            _refuse(name, f"a counter and cannot grow by {number}")
            return
        if labels is not None:
            self.exemplar = _exemplar(name, labels, number) or self.exemplar
        self.inc(number)


class GaugeCell(Cell):
    """A series of a gauge."""

    __slots__ = ("_function", "_value")
    recordings = ("set", "inc", "dec", "set_function")

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._value = ZERO
        self._function: GaugeFunction | None = None

    def set(self, value: float, /) -> None:
        """Make `value` the current value."""
        number = value if type(value) is float else to_float(self.metric.name, value)
        if number is not None:
            self._value = number

    def inc(self, amount: float = ONE, /) -> None:
        """Add `amount`."""
        number = amount if type(amount) is float else to_float(self.metric.name, amount)
        if number is not None:
            self._value += number

    def dec(self, amount: float = ONE, /) -> None:
        """Subtract `amount`."""
        number = amount if type(amount) is float else to_float(self.metric.name, amount)
        if number is not None:
            self._value -= number

    def set_to_current_time(self) -> None:
        """Make the current Unix time, in seconds, the current value."""
        if _takes_seconds(self.metric):
            self.set(time())

    def set_function(self, function: GaugeFunction | None, /) -> None:
        """Call `function` for the value at every scrape, instead of what is set; None ends that.

        While it raises, the series is left out of scrapes, which is logged once. Removing or
        clearing the series ends it too.
        """
        self._function = function

    def track_inprogress(self, *function: Never) -> InProgress:
        """Count how many `with` blocks or calls of a function are being executed."""
        if function:
            raise without_parentheses("track_inprogress()")
        return InProgress(self)

    def snapshot(self) -> float | None:
        """The value at one instant; None while its function fails."""
        function = self._function
        return self._value if function is None else self._call(function)

    def is_unused(self) -> bool:
        return self._value is ZERO and self._function is None

    def reset(self) -> Undo:
        before = self._value, self._function
        self._value, self._function = ZERO, None

        def undo() -> None:
            self._value, self._function = before

        return undo

    def _call(self, function: GaugeFunction) -> float | None:
        try:
            return float(function())
        except BaseException as error:  # the user's code must not break the scrape
            if isinstance(error, KeyboardInterrupt):
                from threading import get_ident, main_thread

                if get_ident() == main_thread().ident:
                    raise
            name, why = self.metric.name, error
            log_once(
                (name, "function"),
                lambda: f"the function of `{name}` failed, its series is not exposed: {why!r}",
            )
            return None


class HistogramCell(Cell):
    """A series of a histogram: the observations in each bucket, not cumulated, and their sum."""

    __slots__ = ("_buckets", "_sum", "bounds", "created", "exemplars")
    recordings = ("observe",)

    def __init__(
        self, metric: AnyInstrument, values: tuple[str, ...], bounds: tuple[float, ...]
    ) -> None:
        super().__init__(metric, values)
        self.bounds = bounds
        self.created = time()
        self._buckets = [ZERO] * (len(bounds) + 1)  # the last one is +Inf
        self._sum = ZERO
        self.exemplars: Mapping[int, Exemplar] = _NO_EXEMPLARS

    def observe(
        self, amount: float, /, exemplar: ExemplarLabels | type[float] | None = NONE_OBSERVED
    ) -> None:
        """Count `amount`, which must be finite, into its bucket.

        `exemplar` are labels that lead to an example of what was observed, such as a trace id.
        """
        # A float and no exemplar. What is not finite leaves NaN of itself.
        if type(amount) is exemplar and amount - amount == 0.0:
            self._buckets[bisect_left(self.bounds, amount)] += 1.0
            self._sum += amount
        else:
            self._observe_checked(amount, None if exemplar is NONE_OBSERVED else exemplar)

    def time(self, *function: Never) -> Timer:
        """Observe how many seconds a `with` block or each call of a function takes."""
        if function:
            raise without_parentheses("time()")
        return Timer(self if _takes_seconds(self.metric) else None)

    def snapshot(self) -> tuple[list[float], float]:
        """The buckets and the sum at one instant: a slice copy is never torn."""
        return self._buckets[:], self._sum

    def is_unused(self) -> bool:
        return self._sum is ZERO

    def reset(self) -> Undo:
        before = self._buckets[:], self._sum, self.created, self.exemplars
        empty, now = [ZERO] * len(self._buckets), time()
        # The list stays, because an observation may be adding to it; it is emptied in one step.
        self._buckets[:], self._sum, self.created, self.exemplars = empty, ZERO, now, _NO_EXEMPLARS

        def undo() -> None:
            self._buckets[:], self._sum, self.created, self.exemplars = before

        return undo

    def _observe_checked(self, amount: SupportsFloat, labels: object) -> None:
        name = self.metric.name
        number = to_float(name, amount)
        if number is None:
            return
        if not -LARGEST <= number <= LARGEST:
            _refuse(name, f"a histogram and cannot observe {number}")
            return
        exemplar = None if labels is None else _exemplar(name, labels, number)
        if exemplar is not None:
            self.exemplars = {**self.exemplars, bisect_left(self.bounds, number): exemplar}
        self.observe(number)


def _refuse(metric: str, why: str) -> None:
    report_misuse(ValueError, (metric, "amount"), lambda: f"`{metric}` is {why}", LEFT_OUT)


def _exemplar(metric: str, labels: object, value: float) -> Exemplar | None:
    try:
        from typedprom.metrics.exemplars import exemplar  # here: most programs have none
    except ImportError:  # a signal handler has interrupted this very import
        return None
    return exemplar(metric, labels, value)


def _takes_seconds(metric: AnyInstrument) -> bool:
    """Whether the metric can record seconds; if not, that is misuse."""
    name, unit = metric.name, metric.unit
    if unit in (None, "seconds"):
        return True
    message = f"`{name}` is in {unit} and cannot record seconds"
    report_misuse(TypeError, (name, "seconds"), lambda: message, LEFT_OUT)
    return False
