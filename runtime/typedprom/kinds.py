"""The kinds of instrument: which cells they record into."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from types import EllipsisType
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from typedprom.blocks import Causes, ExceptionCounter, counting_causes
from typedprom.cells import CounterCell, GaugeCell, HistogramCell
from typedprom.instrument import CellsT_co, Instrument, MetricType, Values

if TYPE_CHECKING:
    from typing import Unpack

    from typedprom.catalog import Catalog
    from typedprom.instrument import Definition

__tracebackhide__ = True  # pytest shows the line that is wrong instead

Combine: TypeAlias = Literal["last", "sum", "min", "max", "live_sum"]


class CounterKind(Instrument[CellsT_co, CounterCell]):
    """Any counter."""

    __slots__ = ()
    type: ClassVar[MetricType] = "counter"
    starts_at_zero = True

    def _new_cell(self, values: Values) -> CounterCell:
        return self._catalog.cells.counter(self, values)

    def _count_exceptions(
        self, causes: Causes[str], *values: str | EllipsisType
    ) -> ExceptionCounter:
        """Count each class of exceptions under its own value of the label given as `...`."""

        def counter(cause: str) -> CounterCell:
            return self._cell(*(cause if value is ... else value for value in values))

        place = next(place for place, value in enumerate(values) if value is ...)
        return counting_causes(self.name, self.signature[place].name, causes, counter)


class GaugeKind(Instrument[CellsT_co, GaugeCell]):
    """Any gauge. `combine` says how the values of several processes become one."""

    __slots__ = ("combine",)
    type: ClassVar[MetricType] = "gauge"

    def __init__(
        self, catalog: Catalog, /, *, combine: Combine = "last", **definition: Unpack[Definition]
    ) -> None:
        self.combine: Combine = combine
        super().__init__(catalog, **definition)

    def _new_cell(self, values: Values) -> GaugeCell:
        return self._catalog.cells.gauge(self, values)


class HistogramKind(Instrument[CellsT_co, HistogramCell]):
    """Any histogram. `buckets` are upper bounds in the metric's unit, ascending, without +Inf."""

    __slots__ = ("buckets",)
    type: ClassVar[MetricType] = "histogram"
    starts_at_zero = True

    def __init__(
        self, catalog: Catalog, /, *, buckets: tuple[float, ...], **definition: Unpack[Definition]
    ) -> None:
        self.buckets = tuple(map(float, buckets))
        if not buckets or not all(a < b for a, b in pairwise((-inf, *self.buckets, inf))):
            raise ValueError(f"buckets of `{definition['name']}` do not ascend: {buckets}")
        super().__init__(catalog, **definition)

    @property
    def shape(self) -> tuple[object, ...]:
        """What two instruments must have in common to share their series."""
        return (*super().shape, self.buckets)

    def _new_cell(self, values: Values) -> HistogramCell:
        return self._catalog.cells.histogram(self, values, self.buckets)
