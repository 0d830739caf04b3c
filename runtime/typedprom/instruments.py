"""Instruments without labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedprom.amounts import ONE
from typedprom.blocks import ExceptionCounter, Exceptions, InProgress
from typedprom.cells import (
    NO_EXEMPLAR,
    NONE_OBSERVED,
    CounterCell,
    GaugeCell,
    GaugeFunction,
    HistogramCell,
    Labels,
    NoExemplar,
)
from typedprom.kinds import CounterKind, GaugeKind, HistogramKind
from typedprom.timer import Timer

if TYPE_CHECKING:
    from typing import Never

__tracebackhide__ = True  # pytest shows the line that is wrong instead


class Counter(CounterKind[CounterCell]):
    """A counter without labels."""

    __slots__ = ()

    def inc(
        self, amount: float = ONE, /, exemplar: Labels | NoExemplar | None = NO_EXEMPLAR
    ) -> None:
        """Add `amount`, which must be finite and not negative.

        `exemplar` are labels that lead to an example of what was counted, such as a trace id.
        """
        return self._cells.inc(amount, exemplar)

    def count_exceptions(self, exceptions: Exceptions = Exception, /) -> ExceptionCounter:
        """Count the exceptions of these classes that leave a `with` block or a function."""
        return self._cells.count_exceptions(exceptions)


class Gauge(GaugeKind[GaugeCell]):
    """A gauge without labels."""

    __slots__ = ()

    def set(self, value: float, /) -> None:
        """Make `value` the current value."""
        return self._cells.set(value)

    def inc(self, amount: float = ONE, /) -> None:
        """Add `amount`."""
        return self._cells.inc(amount)

    def dec(self, amount: float = ONE, /) -> None:
        """Subtract `amount`."""
        return self._cells.dec(amount)

    def set_to_current_time(self) -> None:
        """Make the current Unix time, in seconds, the current value."""
        return self._cells.set_to_current_time()

    def set_function(self, function: GaugeFunction | None, /) -> None:
        """Ask `function` for the value at every scrape, instead of what is set; None ends that.

        While it raises, the series is left out of scrapes; that is logged once. Clearing the gauge
        ends it too.
        """
        return self._cells.set_function(function)

    def track_inprogress(self, *function: Never) -> InProgress:
        """Count how many `with` blocks or calls of a function are being executed."""
        return self._cells.track_inprogress(*function)


class Histogram(HistogramKind[HistogramCell]):
    """A histogram without labels."""

    __slots__ = ()

    def observe(
        self, amount: float, /, exemplar: Labels | type[float] | None = NONE_OBSERVED
    ) -> None:
        """Count `amount`, which must be finite, into its bucket.

        `exemplar` are labels that lead to an example of what was observed, such as a trace id.
        """
        return self._cells.observe(amount, exemplar)

    def time(self, *function: Never) -> Timer:
        """Observe how many seconds a `with` block or each call of a function takes."""
        return self._cells.time(*function)
