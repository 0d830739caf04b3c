"""Counters, gauges, histograms, infos and statesets: the base classes of generated ones."""

from __future__ import annotations

from itertools import pairwise, product
from math import inf, prod
from types import EllipsisType
from typing import TYPE_CHECKING, ClassVar, Generic, cast

from typedprom.metrics.amounts import ONE
from typedprom.metrics.cells import (
    NO_EXEMPLAR,
    NONE_OBSERVED,
    CounterCell,
    ExemplarLabels,
    GaugeCell,
    GaugeFunction,
    HistogramCell,
    NoExemplar,
)
from typedprom.metrics.context_managers import (
    Causes,
    ExceptionCounter,
    Exceptions,
    InProgress,
    Timer,
    counting_causes,
)
from typedprom.metrics.instrument import CellsT_co, Instrument
from typedprom.metrics.labels import ClosedLabel, LabelValues
from typedprom.metrics.text_cells import InfoCell, StateSetCell, StateT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Never, Unpack

    from typedprom.metrics.catalog import Catalog
    from typedprom.metrics.cell import Values
    from typedprom.metrics.definition import Combine, MetricType
    from typedprom.metrics.instrument import MetricArguments
    from typedprom.metrics.labels import Label

__tracebackhide__ = True  # pytest shows the line that is wrong instead


class CounterKind(Instrument[CellsT_co, CounterCell]):
    """Any counter."""

    __slots__ = ()
    type: ClassVar[MetricType] = "counter"
    starts_at_zero = True

    def _new_cell(self, values: Values) -> CounterCell:
        return self._catalog.cells.counter(self, values)

    def siblings_of_a_value(self, label: str) -> int:
        """How many series begin at zero with a value of the label: none if others are open."""
        return prod(map(len, self._siblings_of("", label)))

    def begin(self, label: str, value: str) -> Sequence[CounterCell]:
        """Begin these series at zero, and return the cells of those that were not there."""
        kept, begun = self._kept(), list[CounterCell]()
        is_allowed = all(one.allows(value) for one in self.signature if one.name == label)
        for values in product(*self._siblings_of(value, label)) if is_allowed else ():
            if values not in self._series and values not in kept and values not in self.zeros:
                begun.append(self.zeros.setdefault(values, self._new_cell(values)))
                if values in self._series:  # it was recorded just now
                    self.zeros.pop(values, None)
        self._make_room()
        return [cell for cell in begun if cell.values in self.zeros]

    def has_zeros(self, label: str, value: str) -> bool:
        """Whether there are zeros with this value of the label."""
        place = self.label_names().index(label)
        return any(values[place] == value for values in self.zeros.copy())

    def end(self, label: str, value: str) -> None:
        """Take back the zeros with this value of the label."""
        place = self.label_names().index(label)
        for values in self.zeros.copy():
            if values[place] == value:
                self.zeros.pop(values, None)

    def _siblings_of(self, value: str, label: str) -> Sequence[tuple[str, ...]]:
        """The values of each label in the series of one value of a label."""
        return [
            (value,) if one.name == label else one.values if isinstance(one, ClosedLabel) else ()
            for one in self.signature
        ]

    def _make_room(self) -> None:
        for place in self._budgeted if self.zeros else ():
            taken = self._label_values[place]
            others = (values[place] for values in self.zeros.copy() if not taken.has(values[place]))
            for value in tuple(dict.fromkeys(others))[taken.room() :]:
                self.end(self.signature[place].name, value)
        if self.zeros and self.budget is not None:
            for values in list(self.zeros.copy())[max(self.budget - len(self._series), 0) :]:
                self.zeros.pop(values, None)

    def _count_exceptions(
        self, causes: Causes[str], *values: str | EllipsisType
    ) -> ExceptionCounter:
        """Count each class of exceptions under its own value of the label given as `...`."""

        def counter(cause: str) -> CounterCell:
            return self._cell(*(cause if value is ... else value for value in values))

        place = next(place for place, value in enumerate(values) if value is ...)
        return counting_causes(self.name, self.signature[place].name, causes, counter)


class GaugeKind(Instrument[CellsT_co, GaugeCell]):
    """Any gauge. `combine` says how the values of several processes are combined."""

    __slots__ = ("combine",)
    type: ClassVar[MetricType] = "gauge"

    def __init__(
        self, catalog: Catalog, /, *, combine: Combine = "last", **rest: Unpack[MetricArguments]
    ) -> None:
        self.combine: Combine = combine
        super().__init__(catalog, **rest)

    def _new_cell(self, values: Values) -> GaugeCell:
        return self._catalog.cells.gauge(self, values)


class HistogramKind(Instrument[CellsT_co, HistogramCell]):
    """Any histogram. `buckets` are upper bounds in the metric's unit, ascending, without +Inf."""

    __slots__ = ("buckets",)
    type: ClassVar[MetricType] = "histogram"
    starts_at_zero = True

    def __init__(
        self, catalog: Catalog, /, *, buckets: tuple[float, ...], **rest: Unpack[MetricArguments]
    ) -> None:
        self.buckets = tuple(map(float, buckets))
        if not buckets or not all(a < b for a, b in pairwise((-inf, *self.buckets, inf))):
            raise ValueError(f"buckets of `{rest['name']}` do not ascend: {buckets}")
        super().__init__(catalog, **rest)

    @property
    def shape(self) -> tuple[object, ...]:  # noqa: D102
        return (*super().shape, self.buckets)

    def _new_cell(self, values: Values) -> HistogramCell:
        return self._catalog.cells.histogram(self, values, self.buckets)


class Counter(CounterKind[CounterCell]):
    """A counter without labels."""

    __slots__ = ()

    def inc(
        self, amount: float = ONE, /, exemplar: ExemplarLabels | NoExemplar | None = NO_EXEMPLAR
    ) -> None:
        """Add `amount`, which must be finite and not negative; `exemplar` as for its cell."""
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
        """Call `function` for the value at every scrape, instead of what is set; None ends that."""
        return self._cells.set_function(function)

    def track_inprogress(self, *function: Never) -> InProgress:
        """Count how many `with` blocks or calls of a function are being executed."""
        return self._cells.track_inprogress(*function)


class Histogram(HistogramKind[HistogramCell]):
    """A histogram without labels."""

    __slots__ = ()

    def observe(
        self, amount: float, /, exemplar: ExemplarLabels | type[float] | None = NONE_OBSERVED
    ) -> None:
        """Count `amount`, which must be finite, into its bucket; `exemplar` as for its cell."""
        return self._cells.observe(amount, exemplar)

    def time(self, *function: Never) -> Timer:
        """Observe how many seconds a `with` block or each call of a function takes."""
        return self._cells.time(*function)


class LabelledCounter(CounterKind[CellsT_co]):
    """A counter with labels; the parameter: one `dict[str, …]` a label, then `CounterCell`."""

    __slots__ = ()


class LabelledGauge(GaugeKind[CellsT_co]):
    """A gauge with labels; the parameter: one `dict[str, …]` a label, then `GaugeCell`."""

    __slots__ = ()


class LabelledHistogram(HistogramKind[CellsT_co]):
    """A histogram with labels; the parameter: one `dict[str, …]` a label, then `HistogramCell`."""

    __slots__ = ()


class Info(Instrument[object, InfoCell]):
    """Any info. Its generated class has `set`, with a keyword parameter for each label.

    `labels` identify a series, and `set` gives it the values of `info_labels`.
    """

    __slots__ = ("_info_values", "info_labels")
    type: ClassVar[MetricType] = "info"

    def __init__(
        self,
        catalog: Catalog,
        /,
        *,
        info_labels: tuple[Label, ...],
        **rest: Unpack[MetricArguments],
    ) -> None:
        self.info_labels = info_labels
        self._info_values = tuple(LabelValues(rest["name"], label) for label in info_labels)
        super().__init__(catalog, **rest)

    @property
    def shape(self) -> tuple[object, ...]:  # noqa: D102
        return (*super().shape, tuple(label.name for label in self.info_labels))

    def label_names(self) -> Sequence[str]:  # noqa: D102
        return [*super().label_names(), *(label.name for label in self.info_labels)]

    def _set(self, info: tuple[object, ...], *values: object) -> None:
        cell = self._cell(*values)
        self._release_info(cell)
        try:
            cell.set(tuple(map(LabelValues.admit, self._info_values, info)))
        finally:
            for label_values, text in zip(self._info_values, cell.snapshot() or (), strict=False):
                label_values.take(text)

    def _discard(self, values: Values) -> None:
        cell = self._series.get(values)
        if cell is not None:
            self._release_info(cell)
        super()._discard(values)

    def _release_info(self, cell: InfoCell) -> None:
        """Give back to the budgets the values that only this series has."""
        others = [
            info for other in self.cells() if other is not cell and (info := other.snapshot())
        ]
        for place, text in enumerate(cell.snapshot() or ()):
            if not any(info[place] == text for info in others):
                self._info_values[place].release(text)

    def _all_values(self) -> tuple[LabelValues, ...]:
        return (*super()._all_values(), *self._info_values)

    def _new_cell(self, values: Values) -> InfoCell:
        return self._catalog.cells.info(self, values)


class StateSetKind(Instrument[CellsT_co, StateSetCell[StateT]], Generic[CellsT_co, StateT]):
    """Any stateset. `states` are all its states; it begins in the first one."""

    __slots__ = ("states",)
    type: ClassVar[MetricType] = "stateset"

    def __init__(
        self, catalog: Catalog, /, *, states: tuple[StateT, ...], **rest: Unpack[MetricArguments]
    ) -> None:
        if not states:
            raise ValueError(f"`{rest['name']}` has no states")
        self.states = states
        super().__init__(catalog, **rest)

    @property
    def shape(self) -> tuple[object, ...]:  # noqa: D102
        return (*super().shape, self.states)

    def label_names(self) -> Sequence[str]:  # noqa: D102
        return [*super().label_names(), self.name]

    def _new_cell(self, values: Values) -> StateSetCell[StateT]:
        cell = self._catalog.cells.stateset(self, values, self.states)
        return cast("StateSetCell[StateT]", cell)


class StateSet(StateSetKind[StateSetCell[StateT], StateT]):
    """A stateset without labels."""

    __slots__ = ()

    def set(self, state: StateT, /) -> None:
        """Set the current state."""
        return self._cells.set(state)


class LabelledStateSet(StateSetKind[CellsT_co, StateT]):
    """A stateset with labels; the parameters: one `dict[str, …]` a label, then the cell; states."""

    __slots__ = ()
