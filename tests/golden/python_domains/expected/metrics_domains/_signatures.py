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
    Exceptions,
    GaugeCell,
    GaugeFunction,
    HistogramCell,
    InProgress,
    LabelledCounter,
    LabelledGauge,
    LabelledHistogram,
    Timer,
)

from ._labels import Method, OrdersReason

__tracebackhide__ = True  # pytest shows the calling line instead


class CounterByCountry(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `country`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, country: str) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[country]
        except Exception:
            cell = self._cell(country)
        return cell.inc(amount)

    def count_exceptions(
        self,
        exceptions: Exceptions = Exception,
        /,
        *,
        country: str,
    ) -> ExceptionCounter:
        """Count exceptions of these classes in a block or function."""
        cell = self._cell(country)
        return cell.count_exceptions(exceptions)

    def labels(self, *, country: str) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[country]
        except Exception:
            cell = self._cell(country)
        return cell

    def remove(self, *, country: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(country)


class CounterByCountryMethodOrdersReason(
    LabelledCounter[dict[str, dict[str, dict[str, CounterCell]]]]
):
    """A counter by `country`, `method` and `reason`."""

    __slots__ = ()

    def inc(
        self,
        amount: float = ONE,
        /,
        *,
        country: str,
        method: Method,
        reason: OrdersReason,
    ) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[country][method][reason]
        except Exception:
            cell = self._cell(country, method, reason)
        return cell.inc(amount)

    def count_exceptions(
        self,
        causes: Causes[OrdersReason],
        /,
        *,
        country: str,
        method: Method,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, country, method, ...)

    def labels(
        self,
        *,
        country: str,
        method: Method,
        reason: OrdersReason,
    ) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[country][method][reason]
        except Exception:
            cell = self._cell(country, method, reason)
        return cell

    def remove(self, *, country: str, method: Method, reason: OrdersReason) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(country, method, reason)


class CounterByVoucher(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `voucher`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, voucher: str) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[voucher]
        except Exception:
            cell = self._cell(voucher)
        return cell.inc(amount)

    def count_exceptions(
        self,
        exceptions: Exceptions = Exception,
        /,
        *,
        voucher: str,
    ) -> ExceptionCounter:
        """Count exceptions of these classes in a block or function."""
        cell = self._cell(voucher)
        return cell.count_exceptions(exceptions)

    def labels(self, *, voucher: str) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[voucher]
        except Exception:
            cell = self._cell(voucher)
        return cell

    def remove(self, *, voucher: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(voucher)


class HistogramByMethod(LabelledHistogram[dict[str, HistogramCell]]):
    """A histogram by `method`."""

    __slots__ = ()

    def observe(self, amount: float, /, *, method: Method) -> None:
        """Observe `amount`, which must be finite."""
        try:
            cell = self._cells[method]
        except Exception:
            cell = self._cell(method)
        return cell.observe(amount)

    def time(self, *, method: Method) -> Timer:
        """Observe the duration of a block or of each call, in seconds."""
        try:
            cell = self._cells[method]
        except Exception:
            cell = self._cell(method)
        return cell.time()

    def labels(self, *, method: Method) -> HistogramCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[method]
        except Exception:
            cell = self._cell(method)
        return cell

    def remove(self, *, method: Method) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(method)


class GaugeByCountry(LabelledGauge[dict[str, GaugeCell]]):
    """A gauge by `country`."""

    __slots__ = ()

    def set(self, value: float, /, *, country: str) -> None:
        """Set the value to `value`."""
        try:
            cell = self._cells[country]
        except Exception:
            cell = self._cell(country)
        return cell.set(value)

    def inc(self, amount: float = ONE, /, *, country: str) -> None:
        """Add `amount`, 1 by default."""
        try:
            cell = self._cells[country]
        except Exception:
            cell = self._cell(country)
        return cell.inc(amount)

    def dec(self, amount: float = ONE, /, *, country: str) -> None:
        """Subtract `amount`, 1 by default."""
        try:
            cell = self._cells[country]
        except Exception:
            cell = self._cell(country)
        return cell.dec(amount)

    def set_to_current_time(self, *, country: str) -> None:
        """Set the value to the current Unix time."""
        cell = self._cell(country)
        return cell.set_to_current_time()

    def set_function(self, function: GaugeFunction | None, /, *, country: str) -> None:
        """Call `function` for the value at every scrape; None stops this."""
        cell = self._cell(country)
        return cell.set_function(function)

    def track_inprogress(self, *, country: str) -> InProgress:
        """Track how many blocks or calls of a function are in progress."""
        cell = self._cell(country)
        return cell.track_inprogress()

    def labels(self, *, country: str) -> GaugeCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[country]
        except Exception:
            cell = self._cell(country)
        return cell

    def remove(self, *, country: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(country)
