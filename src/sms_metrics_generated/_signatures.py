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

from ._labels import (
    ConflationErrorType,
    ConflationWarningType,
    EnrichStrategy,
    EnrichWarningType,
    GatewayCasErrorType,
    GatewayErrorType,
    GatewayOperation,
    GatewayOutcome,
    GatewayPolicy,
    IngestLogErrorType,
    NormalizeStrategy,
    NormalizeWarningType,
    ParserErrorType,
    ParserResolutionErrorType,
    PipelineCommand,
    PipelineErrorType,
    QualityGateIssueType,
    QualityGateSeverity,
    SourcesDecision,
    SourcesErrorType,
    SourcesRegistryErrorType,
)

__tracebackhide__ = True  # pytest shows the calling line instead


class CounterByConflationErrorType(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `error_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, error_type: ConflationErrorType) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        return cell.inc(amount)

    def count_exceptions(self, causes: Causes[ConflationErrorType], /) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, ...)

    def labels(self, *, error_type: ConflationErrorType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        return cell

    def remove(self, *, error_type: ConflationErrorType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(error_type)


class CounterByConflationWarningType(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `warning_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, warning_type: ConflationWarningType) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[warning_type]
        except Exception:
            cell = self._cell(warning_type)
        return cell.inc(amount)

    def count_exceptions(self, causes: Causes[ConflationWarningType], /) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, ...)

    def labels(self, *, warning_type: ConflationWarningType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[warning_type]
        except Exception:
            cell = self._cell(warning_type)
        return cell

    def remove(self, *, warning_type: ConflationWarningType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(warning_type)


class CounterByEnrichStrategy(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `strategy`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, strategy: EnrichStrategy) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[strategy]
        except Exception:
            cell = self._cell(strategy)
        return cell.inc(amount)

    def count_exceptions(self, causes: Causes[EnrichStrategy], /) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, ...)

    def labels(self, *, strategy: EnrichStrategy) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[strategy]
        except Exception:
            cell = self._cell(strategy)
        return cell

    def remove(self, *, strategy: EnrichStrategy) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(strategy)


class CounterByEnrichWarningType(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `warning_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, warning_type: EnrichWarningType) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[warning_type]
        except Exception:
            cell = self._cell(warning_type)
        return cell.inc(amount)

    def count_exceptions(self, causes: Causes[EnrichWarningType], /) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, ...)

    def labels(self, *, warning_type: EnrichWarningType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[warning_type]
        except Exception:
            cell = self._cell(warning_type)
        return cell

    def remove(self, *, warning_type: EnrichWarningType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(warning_type)


class CounterBySourceId(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `source_id`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, source_id: str) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[source_id]
        except Exception:
            cell = self._cell(source_id)
        return cell.inc(amount)

    def count_exceptions(
        self,
        exceptions: Exceptions = Exception,
        /,
        *,
        source_id: str,
    ) -> ExceptionCounter:
        """Count exceptions of these classes in a block or function."""
        cell = self._cell(source_id)
        return cell.count_exceptions(exceptions)

    def labels(self, *, source_id: str) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[source_id]
        except Exception:
            cell = self._cell(source_id)
        return cell

    def remove(self, *, source_id: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(source_id)


class CounterByGatewayCasErrorType(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `error_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, error_type: GatewayCasErrorType) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        return cell.inc(amount)

    def count_exceptions(self, causes: Causes[GatewayCasErrorType], /) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, ...)

    def labels(self, *, error_type: GatewayCasErrorType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        return cell

    def remove(self, *, error_type: GatewayCasErrorType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(error_type)


class HistogramByGatewayOperation(LabelledHistogram[dict[str, HistogramCell]]):
    """A histogram by `operation`."""

    __slots__ = ()

    def observe(self, amount: float, /, *, operation: GatewayOperation) -> None:
        """Observe `amount`, which must be finite."""
        try:
            cell = self._cells[operation]
        except Exception:
            cell = self._cell(operation)
        return cell.observe(amount)

    def time(self, *, operation: GatewayOperation) -> Timer:
        """Observe the duration of a block or of each call, in seconds."""
        try:
            cell = self._cells[operation]
        except Exception:
            cell = self._cell(operation)
        return cell.time()

    def labels(self, *, operation: GatewayOperation) -> HistogramCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[operation]
        except Exception:
            cell = self._cell(operation)
        return cell

    def remove(self, *, operation: GatewayOperation) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(operation)


class HistogramBySourceId(LabelledHistogram[dict[str, HistogramCell]]):
    """A histogram by `source_id`."""

    __slots__ = ()

    def observe(self, amount: float, /, *, source_id: str) -> None:
        """Observe `amount`, which must be finite."""
        try:
            cell = self._cells[source_id]
        except Exception:
            cell = self._cell(source_id)
        return cell.observe(amount)

    def time(self, *, source_id: str) -> Timer:
        """Observe the duration of a block or of each call, in seconds."""
        try:
            cell = self._cells[source_id]
        except Exception:
            cell = self._cell(source_id)
        return cell.time()

    def labels(self, *, source_id: str) -> HistogramCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[source_id]
        except Exception:
            cell = self._cell(source_id)
        return cell

    def remove(self, *, source_id: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(source_id)


class CounterByGatewayPolicyGatewayOutcome(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `policy` and `outcome`."""

    __slots__ = ()

    def inc(
        self,
        amount: float = ONE,
        /,
        *,
        policy: GatewayPolicy,
        outcome: GatewayOutcome,
    ) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[policy][outcome]
        except Exception:
            cell = self._cell(policy, outcome)
        return cell.inc(amount)

    def count_exceptions(
        self,
        causes: Causes[GatewayOutcome],
        /,
        *,
        policy: GatewayPolicy,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, policy, ...)

    def labels(self, *, policy: GatewayPolicy, outcome: GatewayOutcome) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[policy][outcome]
        except Exception:
            cell = self._cell(policy, outcome)
        return cell

    def remove(self, *, policy: GatewayPolicy, outcome: GatewayOutcome) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(policy, outcome)


class CounterBySourceIdGatewayErrorType(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `source_id` and `error_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, source_id: str, error_type: GatewayErrorType) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[source_id][error_type]
        except Exception:
            cell = self._cell(source_id, error_type)
        return cell.inc(amount)

    def count_exceptions(
        self,
        causes: Causes[GatewayErrorType],
        /,
        *,
        source_id: str,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, source_id, ...)

    def labels(self, *, source_id: str, error_type: GatewayErrorType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[source_id][error_type]
        except Exception:
            cell = self._cell(source_id, error_type)
        return cell

    def remove(self, *, source_id: str, error_type: GatewayErrorType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(source_id, error_type)


class CounterByIngestLogErrorType(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `error_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, error_type: IngestLogErrorType) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        return cell.inc(amount)

    def count_exceptions(self, causes: Causes[IngestLogErrorType], /) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, ...)

    def labels(self, *, error_type: IngestLogErrorType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        return cell

    def remove(self, *, error_type: IngestLogErrorType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(error_type)


class CounterByConsumer(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `consumer`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, consumer: str) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[consumer]
        except Exception:
            cell = self._cell(consumer)
        return cell.inc(amount)

    def count_exceptions(
        self,
        exceptions: Exceptions = Exception,
        /,
        *,
        consumer: str,
    ) -> ExceptionCounter:
        """Count exceptions of these classes in a block or function."""
        cell = self._cell(consumer)
        return cell.count_exceptions(exceptions)

    def labels(self, *, consumer: str) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[consumer]
        except Exception:
            cell = self._cell(consumer)
        return cell

    def remove(self, *, consumer: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(consumer)


class HistogramByConsumer(LabelledHistogram[dict[str, HistogramCell]]):
    """A histogram by `consumer`."""

    __slots__ = ()

    def observe(self, amount: float, /, *, consumer: str) -> None:
        """Observe `amount`, which must be finite."""
        try:
            cell = self._cells[consumer]
        except Exception:
            cell = self._cell(consumer)
        return cell.observe(amount)

    def time(self, *, consumer: str) -> Timer:
        """Observe the duration of a block or of each call, in seconds."""
        try:
            cell = self._cells[consumer]
        except Exception:
            cell = self._cell(consumer)
        return cell.time()

    def labels(self, *, consumer: str) -> HistogramCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[consumer]
        except Exception:
            cell = self._cell(consumer)
        return cell

    def remove(self, *, consumer: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(consumer)


class GaugeByConsumer(LabelledGauge[dict[str, GaugeCell]]):
    """A gauge by `consumer`."""

    __slots__ = ()

    def set(self, value: float, /, *, consumer: str) -> None:
        """Set the value to `value`."""
        try:
            cell = self._cells[consumer]
        except Exception:
            cell = self._cell(consumer)
        return cell.set(value)

    def inc(self, amount: float = ONE, /, *, consumer: str) -> None:
        """Add `amount`, 1 by default."""
        try:
            cell = self._cells[consumer]
        except Exception:
            cell = self._cell(consumer)
        return cell.inc(amount)

    def dec(self, amount: float = ONE, /, *, consumer: str) -> None:
        """Subtract `amount`, 1 by default."""
        try:
            cell = self._cells[consumer]
        except Exception:
            cell = self._cell(consumer)
        return cell.dec(amount)

    def set_to_current_time(self, *, consumer: str) -> None:
        """Set the value to the current Unix time."""
        cell = self._cell(consumer)
        return cell.set_to_current_time()

    def set_function(self, function: GaugeFunction | None, /, *, consumer: str) -> None:
        """Call `function` for the value at every scrape; None stops this."""
        cell = self._cell(consumer)
        return cell.set_function(function)

    def track_inprogress(self, *, consumer: str) -> InProgress:
        """Track how many blocks or calls of a function are in progress."""
        cell = self._cell(consumer)
        return cell.track_inprogress()

    def labels(self, *, consumer: str) -> GaugeCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[consumer]
        except Exception:
            cell = self._cell(consumer)
        return cell

    def remove(self, *, consumer: str) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(consumer)


class CounterByNormalizeStrategy(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `strategy`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, strategy: NormalizeStrategy) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[strategy]
        except Exception:
            cell = self._cell(strategy)
        return cell.inc(amount)

    def count_exceptions(self, causes: Causes[NormalizeStrategy], /) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, ...)

    def labels(self, *, strategy: NormalizeStrategy) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[strategy]
        except Exception:
            cell = self._cell(strategy)
        return cell

    def remove(self, *, strategy: NormalizeStrategy) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(strategy)


class CounterByNormalizeWarningType(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `warning_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, warning_type: NormalizeWarningType) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[warning_type]
        except Exception:
            cell = self._cell(warning_type)
        return cell.inc(amount)

    def count_exceptions(self, causes: Causes[NormalizeWarningType], /) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, ...)

    def labels(self, *, warning_type: NormalizeWarningType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[warning_type]
        except Exception:
            cell = self._cell(warning_type)
        return cell

    def remove(self, *, warning_type: NormalizeWarningType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(warning_type)


class CounterBySourceIdParserErrorType(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `source_id` and `error_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, source_id: str, error_type: ParserErrorType) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[source_id][error_type]
        except Exception:
            cell = self._cell(source_id, error_type)
        return cell.inc(amount)

    def count_exceptions(
        self,
        causes: Causes[ParserErrorType],
        /,
        *,
        source_id: str,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, source_id, ...)

    def labels(self, *, source_id: str, error_type: ParserErrorType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[source_id][error_type]
        except Exception:
            cell = self._cell(source_id, error_type)
        return cell

    def remove(self, *, source_id: str, error_type: ParserErrorType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(source_id, error_type)


class CounterByParserResolutionErrorType(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `error_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, error_type: ParserResolutionErrorType) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        return cell.inc(amount)

    def count_exceptions(self, causes: Causes[ParserResolutionErrorType], /) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, ...)

    def labels(self, *, error_type: ParserResolutionErrorType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        return cell

    def remove(self, *, error_type: ParserResolutionErrorType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(error_type)


class GaugeByPipelineCommand(LabelledGauge[dict[str, GaugeCell]]):
    """A gauge by `command`."""

    __slots__ = ()

    def set(self, value: float, /, *, command: PipelineCommand) -> None:
        """Set the value to `value`."""
        try:
            cell = self._cells[command]
        except Exception:
            cell = self._cell(command)
        return cell.set(value)

    def inc(self, amount: float = ONE, /, *, command: PipelineCommand) -> None:
        """Add `amount`, 1 by default."""
        try:
            cell = self._cells[command]
        except Exception:
            cell = self._cell(command)
        return cell.inc(amount)

    def dec(self, amount: float = ONE, /, *, command: PipelineCommand) -> None:
        """Subtract `amount`, 1 by default."""
        try:
            cell = self._cells[command]
        except Exception:
            cell = self._cell(command)
        return cell.dec(amount)

    def set_to_current_time(self, *, command: PipelineCommand) -> None:
        """Set the value to the current Unix time."""
        cell = self._cell(command)
        return cell.set_to_current_time()

    def set_function(self, function: GaugeFunction | None, /, *, command: PipelineCommand) -> None:
        """Call `function` for the value at every scrape; None stops this."""
        cell = self._cell(command)
        return cell.set_function(function)

    def track_inprogress(self, *, command: PipelineCommand) -> InProgress:
        """Track how many blocks or calls of a function are in progress."""
        cell = self._cell(command)
        return cell.track_inprogress()

    def labels(self, *, command: PipelineCommand) -> GaugeCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[command]
        except Exception:
            cell = self._cell(command)
        return cell

    def remove(self, *, command: PipelineCommand) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(command)


class HistogramByPipelineCommand(LabelledHistogram[dict[str, HistogramCell]]):
    """A histogram by `command`."""

    __slots__ = ()

    def observe(self, amount: float, /, *, command: PipelineCommand) -> None:
        """Observe `amount`, which must be finite."""
        try:
            cell = self._cells[command]
        except Exception:
            cell = self._cell(command)
        return cell.observe(amount)

    def time(self, *, command: PipelineCommand) -> Timer:
        """Observe the duration of a block or of each call, in seconds."""
        try:
            cell = self._cells[command]
        except Exception:
            cell = self._cell(command)
        return cell.time()

    def labels(self, *, command: PipelineCommand) -> HistogramCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[command]
        except Exception:
            cell = self._cell(command)
        return cell

    def remove(self, *, command: PipelineCommand) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(command)


class CounterByPipelineCommandPipelineErrorType(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `command` and `error_type`."""

    __slots__ = ()

    def inc(
        self,
        amount: float = ONE,
        /,
        *,
        command: PipelineCommand,
        error_type: PipelineErrorType,
    ) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[command][error_type]
        except Exception:
            cell = self._cell(command, error_type)
        return cell.inc(amount)

    def count_exceptions(
        self,
        causes: Causes[PipelineErrorType],
        /,
        *,
        command: PipelineCommand,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, command, ...)

    def labels(self, *, command: PipelineCommand, error_type: PipelineErrorType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[command][error_type]
        except Exception:
            cell = self._cell(command, error_type)
        return cell

    def remove(self, *, command: PipelineCommand, error_type: PipelineErrorType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(command, error_type)


class CounterByQualityGateIssueTypeQualityGateSeverity(
    LabelledCounter[dict[str, dict[str, CounterCell]]]
):
    """A counter by `issue_type` and `severity`."""

    __slots__ = ()

    def inc(
        self,
        amount: float = ONE,
        /,
        *,
        issue_type: QualityGateIssueType,
        severity: QualityGateSeverity,
    ) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[issue_type][severity]
        except Exception:
            cell = self._cell(issue_type, severity)
        return cell.inc(amount)

    def count_exceptions(
        self,
        causes: Causes[QualityGateSeverity],
        /,
        *,
        issue_type: QualityGateIssueType,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, issue_type, ...)

    def labels(
        self,
        *,
        issue_type: QualityGateIssueType,
        severity: QualityGateSeverity,
    ) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[issue_type][severity]
        except Exception:
            cell = self._cell(issue_type, severity)
        return cell

    def remove(self, *, issue_type: QualityGateIssueType, severity: QualityGateSeverity) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(issue_type, severity)


class CounterBySourceIdSourcesErrorType(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `source_id` and `error_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, source_id: str, error_type: SourcesErrorType) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[source_id][error_type]
        except Exception:
            cell = self._cell(source_id, error_type)
        return cell.inc(amount)

    def count_exceptions(
        self,
        causes: Causes[SourcesErrorType],
        /,
        *,
        source_id: str,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, source_id, ...)

    def labels(self, *, source_id: str, error_type: SourcesErrorType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[source_id][error_type]
        except Exception:
            cell = self._cell(source_id, error_type)
        return cell

    def remove(self, *, source_id: str, error_type: SourcesErrorType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(source_id, error_type)


class CounterBySourcesRegistryErrorType(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `error_type`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, error_type: SourcesRegistryErrorType) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        return cell.inc(amount)

    def count_exceptions(self, causes: Causes[SourcesRegistryErrorType], /) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, ...)

    def labels(self, *, error_type: SourcesRegistryErrorType) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[error_type]
        except Exception:
            cell = self._cell(error_type)
        return cell

    def remove(self, *, error_type: SourcesRegistryErrorType) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(error_type)


class CounterBySourceIdSourcesDecision(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `source_id` and `decision`."""

    __slots__ = ()

    def inc(self, amount: float = ONE, /, *, source_id: str, decision: SourcesDecision) -> None:
        """Add `amount`, 1 by default; it must be finite and not negative."""
        try:
            cell = self._cells[source_id][decision]
        except Exception:
            cell = self._cell(source_id, decision)
        return cell.inc(amount)

    def count_exceptions(
        self,
        causes: Causes[SourcesDecision],
        /,
        *,
        source_id: str,
    ) -> ExceptionCounter:
        """Count exceptions of a block or function, labelled by `causes`."""
        return self._count_exceptions(causes, source_id, ...)

    def labels(self, *, source_id: str, decision: SourcesDecision) -> CounterCell:
        """Return the series of these labels, for repeated recording."""
        try:
            cell = self._cells[source_id][decision]
        except Exception:
            cell = self._cell(source_id, decision)
        return cell

    def remove(self, *, source_id: str, decision: SourcesDecision) -> None:
        """Remove this series; recording to it adds it again."""
        return self._remove(source_id, decision)
