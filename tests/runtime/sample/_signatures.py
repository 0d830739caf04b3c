"""The signature classes of the sample."""

from tests.runtime.sample._labels import JobsErrorType, JobsSeverity
from typedprom import (
    ONE,
    Causes,
    CounterCell,
    ExceptionCounter,
    Exceptions,
    GaugeCell,
    GaugeFunction,
    HistogramCell,
    Info,
    InProgress,
    LabelledCounter,
    LabelledGauge,
    LabelledHistogram,
    LabelledStateSet,
    StateSetCell,
    Timer,
)


class CounterByCity(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `city`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, city: str) -> None:
        """Add `amount`, which must not be negative."""
        try:
            cell = self._cells[city]
        except Exception:
            cell = self._cell(city)
        cell.inc(amount)

    def labels(self, *, city: str) -> CounterCell:
        """The series of these labels, to record into it often."""
        try:
            return self._cells[city]
        except Exception:
            return self._cell(city)

    def count_exceptions(
        self, exceptions: Exceptions = Exception, /, *, city: str
    ) -> ExceptionCounter:
        """Count exceptions of these classes that leave a block or function."""
        cell = self._cell(city)
        return cell.count_exceptions(exceptions)

    def remove(self, *, city: str) -> None:
        """Remove the series of these values; recording brings it back."""
        return self._remove(city)


class CounterByErrorTypeSeverity(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `error_type` and `severity`."""

    __slots__ = ()

    def inc(
        self, amount: float = ONE, /, *, error_type: JobsErrorType, severity: JobsSeverity
    ) -> None:
        """Add `amount`, which must not be negative."""
        try:
            cell = self._cells[error_type][severity]
        except Exception:
            cell = self._cell(error_type, severity)
        cell.inc(amount)

    def labels(self, *, error_type: JobsErrorType, severity: JobsSeverity) -> CounterCell:
        """The series of these labels, to record into it often."""
        try:
            return self._cells[error_type][severity]
        except Exception:
            return self._cell(error_type, severity)

    def remove(self, *, error_type: JobsErrorType, severity: JobsSeverity) -> None:
        """Remove the series of these values; recording brings it back."""
        return self._remove(error_type, severity)


class CounterBySourceIdErrorType(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `source_id` and `error_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, source_id: str, error_type: JobsErrorType) -> None:
        """Add `amount`, which must not be negative."""
        try:
            cell = self._cells[source_id][error_type]
        except Exception:
            cell = self._cell(source_id, error_type)
        cell.inc(amount)

    def labels(self, *, source_id: str, error_type: JobsErrorType) -> CounterCell:
        """The series of these labels, to record into it often."""
        try:
            return self._cells[source_id][error_type]
        except Exception:
            return self._cell(source_id, error_type)

    def count_exceptions(
        self, causes: Causes[JobsErrorType], /, *, source_id: str
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, each class as `causes` says."""
        return self._count_exceptions(causes, source_id, ...)

    def remove(self, *, source_id: str, error_type: JobsErrorType) -> None:
        """Remove the series of these values; recording brings it back."""
        return self._remove(source_id, error_type)


class GaugeByErrorType(LabelledGauge[dict[str, GaugeCell]]):
    """A gauge by `error_type`."""

    __slots__ = ()

    def set(self, value: float, /, *, error_type: JobsErrorType) -> None:
        """Make `value` the current value."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        cell.set(value)

    def inc(self, amount: float = ONE, /, *, error_type: JobsErrorType) -> None:
        """Add `amount`."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        cell.inc(amount)

    def dec(self, amount: float = ONE, /, *, error_type: JobsErrorType) -> None:
        """Subtract `amount`."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        cell.dec(amount)

    def labels(self, *, error_type: JobsErrorType) -> GaugeCell:
        """The series of these labels, to record into it often."""
        try:
            return self._cells[error_type]
        except Exception:
            return self._cell(error_type)

    def set_to_current_time(self, *, error_type: JobsErrorType) -> None:
        """Make the Unix time the current value."""
        cell = self._cell(error_type)
        return cell.set_to_current_time()

    def set_function(self, function: GaugeFunction | None, /, *, error_type: JobsErrorType) -> None:
        """Ask `function` for the value at every scrape; None ends that."""
        cell = self._cell(error_type)
        return cell.set_function(function)

    def track_inprogress(self, *, error_type: JobsErrorType) -> InProgress:
        """Count how many blocks or calls of a function are being executed."""
        cell = self._cell(error_type)
        return cell.track_inprogress()

    def remove(self, *, error_type: JobsErrorType) -> None:
        """Remove the series of these values; recording brings it back."""
        return self._remove(error_type)


class HistogramBySourceId(LabelledHistogram[dict[str, HistogramCell]]):
    """A histogram by `source_id`."""

    __slots__ = ()

    def observe(self, amount: float, /, *, source_id: str) -> None:
        """Count `amount` into its bucket."""
        try:
            cell = self._cells[source_id]
        except Exception:
            cell = self._cell(source_id)
        cell.observe(amount)

    def time(self, *, source_id: str) -> Timer:
        """Observe how many seconds a `with` block takes."""
        return self.labels(source_id=source_id).time()

    def labels(self, *, source_id: str) -> HistogramCell:
        """The series of these labels, to record into it often."""
        try:
            return self._cells[source_id]
        except Exception:
            return self._cell(source_id)

    def remove(self, *, source_id: str) -> None:
        """Remove the series of these values; recording brings it back."""
        return self._remove(source_id)


class InfoOfErrorTypeBySourceId(Info):
    """An info of `error_type` by `source_id`."""

    __slots__ = ()

    def set(self, *, source_id: str, error_type: JobsErrorType) -> None:
        """Say what is so now."""
        return self._set((error_type,), source_id)

    def remove(self, *, source_id: str) -> None:
        """Remove the series of these values; recording brings it back."""
        return self._remove(source_id)


class InfoOfCitySeverity(Info):
    """An info of `city` and `severity`."""

    __slots__ = ()

    def set(self, *, city: str, severity: JobsSeverity) -> None:
        """Say what is so now."""
        return self._set((city, severity))


class StateSetOfJobsSeverityBySourceId(
    LabelledStateSet[dict[str, StateSetCell[JobsSeverity]], JobsSeverity]
):
    """A stateset of `JobsSeverity` by `source_id`."""

    __slots__ = ()

    def set(self, state: JobsSeverity, /, *, source_id: str) -> None:
        """Be in `state`, in no other state."""
        try:
            cell = self._cells[source_id]
        except Exception:
            cell = self._cell(source_id)
        return cell.set(state)

    def labels(self, *, source_id: str) -> StateSetCell[JobsSeverity]:
        """The series of these labels, to record into it often."""
        try:
            return self._cells[source_id]
        except Exception:
            return self._cell(source_id)

    def remove(self, *, source_id: str) -> None:
        """Remove the series of these values; recording brings it back."""
        return self._remove(source_id)
