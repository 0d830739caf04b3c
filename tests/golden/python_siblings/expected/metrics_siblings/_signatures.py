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

from ._labels import OrdersReason

__tracebackhide__ = True  # pytest shows the calling line instead


class CounterByShop(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `shop`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, shop: str) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[shop]
        except Exception:
            cell = self._cell(shop)
        return cell.inc(amount)

    def count_exceptions(
        self,
        exceptions: Exceptions = Exception,
        /,
        *,
        shop: str,
    ) -> ExceptionCounter:
        """Count exceptions of these classes in a block or function."""
        cell = self._cell(shop)
        return cell.count_exceptions(exceptions)

    def labels(self, *, shop: str) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[shop]
        except Exception:
            cell = self._cell(shop)
        return cell

    def remove(self, *, shop: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(shop)


class CounterByShopOrdersReason(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `shop` and `reason`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, shop: str, reason: OrdersReason) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[shop][reason]
        except Exception:
            cell = self._cell(shop, reason)
        return cell.inc(amount)

    def count_exceptions(
        self,
        causes: Causes[OrdersReason],
        /,
        *,
        shop: str,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, shop, ...)

    def labels(self, *, shop: str, reason: OrdersReason) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[shop][reason]
        except Exception:
            cell = self._cell(shop, reason)
        return cell

    def remove(self, *, shop: str, reason: OrdersReason) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(shop, reason)


class CounterByClassSelf(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `class` and `self`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, class_: str, self_: str) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[class_][self_]
        except Exception:
            cell = self._cell(class_, self_)
        return cell.inc(amount)

    def count_exceptions(
        self,
        exceptions: Exceptions = Exception,
        /,
        *,
        class_: str,
        self_: str,
    ) -> ExceptionCounter:
        """Count exceptions of these classes in a block or function."""
        cell = self._cell(class_, self_)
        return cell.count_exceptions(exceptions)

    def labels(self, *, class_: str, self_: str) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[class_][self_]
        except Exception:
            cell = self._cell(class_, self_)
        return cell

    def remove(self, *, class_: str, self_: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(class_, self_)


class CounterByShopCustomer(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `shop` and `customer`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, shop: str, customer: str) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[shop][customer]
        except Exception:
            cell = self._cell(shop, customer)
        return cell.inc(amount)

    def count_exceptions(
        self,
        exceptions: Exceptions = Exception,
        /,
        *,
        shop: str,
        customer: str,
    ) -> ExceptionCounter:
        """Count exceptions of these classes in a block or function."""
        cell = self._cell(shop, customer)
        return cell.count_exceptions(exceptions)

    def labels(self, *, shop: str, customer: str) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[shop][customer]
        except Exception:
            cell = self._cell(shop, customer)
        return cell

    def remove(self, *, shop: str, customer: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(shop, customer)


class HistogramByShop(LabelledHistogram[dict[str, HistogramCell]]):
    """A histogram by `shop`."""

    __slots__ = ()

    def observe(self, amount: float, /, *, shop: str) -> None:
        """Observe `amount`, which must be finite."""
        try:
            cell = self._cells[shop]
        except Exception:
            cell = self._cell(shop)
        return cell.observe(amount)

    def time(self, *, shop: str) -> Timer:
        """Observe the duration of a block or of each call, in seconds."""
        try:
            cell = self._cells[shop]
        except Exception:
            cell = self._cell(shop)
        return cell.time()

    def labels(self, *, shop: str) -> HistogramCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[shop]
        except Exception:
            cell = self._cell(shop)
        return cell

    def remove(self, *, shop: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(shop)


class GaugeByShop(LabelledGauge[dict[str, GaugeCell]]):
    """A gauge by `shop`."""

    __slots__ = ()

    def set(self, value: float, /, *, shop: str) -> None:
        """Set the value to `value`."""
        try:
            cell = self._cells[shop]
        except Exception:
            cell = self._cell(shop)
        return cell.set(value)

    def inc(self, amount: float = ONE, /, *, shop: str) -> None:
        """Add `amount`, 1 by default."""
        try:
            cell = self._cells[shop]
        except Exception:
            cell = self._cell(shop)
        return cell.inc(amount)

    def dec(self, amount: float = ONE, /, *, shop: str) -> None:
        """Subtract `amount`, 1 by default."""
        try:
            cell = self._cells[shop]
        except Exception:
            cell = self._cell(shop)
        return cell.dec(amount)

    def set_to_current_time(self, *, shop: str) -> None:
        """Set the value to the current Unix time."""
        cell = self._cell(shop)
        return cell.set_to_current_time()

    def set_function(self, function: GaugeFunction | None, /, *, shop: str) -> None:
        """Call `function` for the value at every scrape; None stops this."""
        cell = self._cell(shop)
        return cell.set_function(function)

    def track_inprogress(self, *, shop: str) -> InProgress:
        """Track how many blocks or calls of a function are in progress."""
        cell = self._cell(shop)
        return cell.track_inprogress()

    def labels(self, *, shop: str) -> GaugeCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[shop]
        except Exception:
            cell = self._cell(shop)
        return cell

    def remove(self, *, shop: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(shop)
