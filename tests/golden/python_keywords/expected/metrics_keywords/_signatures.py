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
    GaugeCell,
    GaugeFunction,
    HistogramCell,
    InProgress,
    LabelledCounter,
    LabelledGauge,
    LabelledHistogram,
    Timer,
)

from ._labels import B10, Amount, Exceptions_, Final_

__tracebackhide__ = True  # pytest shows the calling line instead


class CounterByClassSelfAmountValueCellTypeFinalB10(
    LabelledCounter[
        dict[
            str,
            dict[
                str,
                dict[
                    str,
                    dict[str, dict[str, dict[str, dict[str, dict[str, CounterCell]]]]],
                ],
            ],
        ]
    ]
):
    """A counter by `class`, `self`, `amount`, `value`, `cell`, `type`, `final` and
    `b10`.
    """

    __slots__ = ()

    def inc(
        self,
        amount_: float = ONE,
        /,
        *,
        class_: str,
        self_: str,
        amount: Amount,
        value: str,
        cell: str,
        type: str,
        final: Final_,
        b10: B10,
    ) -> None:
        """Add `amount_`, 1 by default; it must be finite and not negative."""
        try:
            cell_ = self._cells[class_][self_][amount][value][cell][type][final][b10]
        except Exception:
            cell_ = self._cell(class_, self_, amount, value, cell, type, final, b10)
        return cell_.inc(amount_)

    def count_exceptions(
        self,
        causes: Causes[B10],
        /,
        *,
        class_: str,
        self_: str,
        amount: Amount,
        value: str,
        cell: str,
        type: str,
        final: Final_,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(
            causes,
            class_,
            self_,
            amount,
            value,
            cell,
            type,
            final,
            ...,
        )

    def labels(
        self,
        *,
        class_: str,
        self_: str,
        amount: Amount,
        value: str,
        cell: str,
        type: str,
        final: Final_,
        b10: B10,
    ) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell_ = self._cells[class_][self_][amount][value][cell][type][final][b10]
        except Exception:
            cell_ = self._cell(class_, self_, amount, value, cell, type, final, b10)
        return cell_

    def remove(
        self,
        *,
        class_: str,
        self_: str,
        amount: Amount,
        value: str,
        cell: str,
        type: str,
        final: Final_,
        b10: B10,
    ) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(class_, self_, amount, value, cell, type, final, b10)


class GaugeByValueCell(LabelledGauge[dict[str, dict[str, GaugeCell]]]):
    """A gauge by `value` and `cell`."""

    __slots__ = ()

    def set(self, value_: float, /, *, value: str, cell: str) -> None:
        """Set the value to `value_`."""
        try:
            cell_ = self._cells[value][cell]
        except Exception:
            cell_ = self._cell(value, cell)
        return cell_.set(value_)

    def inc(self, amount: float = ONE, /, *, value: str, cell: str) -> None:
        """Add `amount`, 1 by default."""
        try:
            cell_ = self._cells[value][cell]
        except Exception:
            cell_ = self._cell(value, cell)
        return cell_.inc(amount)

    def dec(self, amount: float = ONE, /, *, value: str, cell: str) -> None:
        """Subtract `amount`, 1 by default."""
        try:
            cell_ = self._cells[value][cell]
        except Exception:
            cell_ = self._cell(value, cell)
        return cell_.dec(amount)

    def set_to_current_time(self, *, value: str, cell: str) -> None:
        """Set the value to the current Unix time."""
        cell_ = self._cell(value, cell)
        return cell_.set_to_current_time()

    def set_function(
        self,
        function: GaugeFunction | None,
        /,
        *,
        value: str,
        cell: str,
    ) -> None:
        """Call `function` for the value at every scrape; None stops this."""
        cell_ = self._cell(value, cell)
        return cell_.set_function(function)

    def track_inprogress(self, *, value: str, cell: str) -> InProgress:
        """Track how many blocks or calls of a function are in progress."""
        cell_ = self._cell(value, cell)
        return cell_.track_inprogress()

    def labels(self, *, value: str, cell: str) -> GaugeCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell_ = self._cells[value][cell]
        except Exception:
            cell_ = self._cell(value, cell)
        return cell_

    def remove(self, *, value: str, cell: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(value, cell)


class HistogramByAmount(LabelledHistogram[dict[str, HistogramCell]]):
    """A histogram by `amount`."""

    __slots__ = ()

    def observe(self, amount_: float, /, *, amount: Amount) -> None:
        """Observe `amount_`, which must be finite."""
        try:
            cell = self._cells[amount]
        except Exception:
            cell = self._cell(amount)
        return cell.observe(amount_)

    def time(self, *, amount: Amount) -> Timer:
        """Observe the duration of a block or of each call, in seconds."""
        try:
            cell = self._cells[amount]
        except Exception:
            cell = self._cell(amount)
        return cell.time()

    def labels(self, *, amount: Amount) -> HistogramCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[amount]
        except Exception:
            cell = self._cell(amount)
        return cell

    def remove(self, *, amount: Amount) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(amount)


class CounterByExceptionONEDictFloatTimerExceptions(
    LabelledCounter[
        dict[str, dict[str, dict[str, dict[str, dict[str, dict[str, CounterCell]]]]]]
    ]
):
    """A counter by `Exception`, `ONE`, `dict`, `float`, `Timer` and `exceptions`."""

    __slots__ = ()

    def inc(
        self,
        amount: float = ONE,
        /,
        *,
        Exception_: str,
        ONE: str,
        dict: str,
        float: str,
        Timer: str,
        exceptions: Exceptions_,
    ) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[Exception_][ONE][dict][float][Timer][exceptions]
        except Exception:
            cell = self._cell(Exception_, ONE, dict, float, Timer, exceptions)
        return cell.inc(amount)

    def count_exceptions(
        self,
        causes: Causes[Exceptions_],
        /,
        *,
        Exception_: str,
        ONE: str,
        dict: str,
        float: str,
        Timer: str,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, Exception_, ONE, dict, float, Timer, ...)

    def labels(
        self,
        *,
        Exception_: str,
        ONE: str,
        dict: str,
        float: str,
        Timer: str,
        exceptions: Exceptions_,
    ) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[Exception_][ONE][dict][float][Timer][exceptions]
        except Exception:
            cell = self._cell(Exception_, ONE, dict, float, Timer, exceptions)
        return cell

    def remove(
        self,
        *,
        Exception_: str,
        ONE: str,
        dict: str,
        float: str,
        Timer: str,
        exceptions: Exceptions_,
    ) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(Exception_, ONE, dict, float, Timer, exceptions)


class HistogramByExceptionONEDictFloatTimer(
    LabelledHistogram[
        dict[str, dict[str, dict[str, dict[str, dict[str, HistogramCell]]]]]
    ]
):
    """A histogram by `Exception`, `ONE`, `dict`, `float` and `Timer`."""

    __slots__ = ()

    def observe(
        self,
        amount: float,
        /,
        *,
        Exception_: str,
        ONE: str,
        dict: str,
        float: str,
        Timer: str,
    ) -> None:
        """Observe `amount`, which must be finite."""
        try:
            cell = self._cells[Exception_][ONE][dict][float][Timer]
        except Exception:
            cell = self._cell(Exception_, ONE, dict, float, Timer)
        return cell.observe(amount)

    def time(
        self,
        *,
        Exception_: str,
        ONE: str,
        dict: str,
        float: str,
        Timer: str,
    ) -> Timer:
        """Observe the duration of a block or of each call, in seconds."""
        try:
            cell = self._cells[Exception_][ONE][dict][float][Timer]
        except Exception:
            cell = self._cell(Exception_, ONE, dict, float, Timer)
        return cell.time()

    def labels(
        self,
        *,
        Exception_: str,
        ONE: str,
        dict: str,
        float: str,
        Timer: str,
    ) -> HistogramCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[Exception_][ONE][dict][float][Timer]
        except Exception:
            cell = self._cell(Exception_, ONE, dict, float, Timer)
        return cell

    def remove(
        self,
        *,
        Exception_: str,
        ONE: str,
        dict: str,
        float: str,
        Timer: str,
    ) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(Exception_, ONE, dict, float, Timer)
