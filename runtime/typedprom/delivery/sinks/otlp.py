"""OTLP over HTTP, on OpenTelemetry's exporter: for hosts that nobody can scrape.

OpenTelemetry is imported at the first push. Each push has an exporter and a connection of its own,
so that nothing is there to be shared with a child that is forked. The exporter takes what has no
parameter here from its own environment: `OTEL_EXPORTER_OTLP_HEADERS`, `_CERTIFICATE`,
`_CLIENT_CERTIFICATE`, `_CLIENT_KEY` and `_COMPRESSION`.
"""
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from threading import Thread, get_ident
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from typedprom.delivery.deliverer import DELIVERED, SinkResult
from typedprom.metrics.definition import Family

if TYPE_CHECKING:
    import logging

PATH: Final = "/v1/metrics"
NOT_INSTALLED: Final = "OpenTelemetry's exporter is not installed: `pip install typedprom[otlp]`"
_LONGEST: Final = 3600.0  # seconds; how long one can wait is limited
_LOGGERS: Final = "opentelemetry.exporter"  # those of the exporter are below this one


class OTLP:
    """Sends families to the OTLP receiver at `endpoint`.

    `endpoint` is the receiver's address, as `OTEL_EXPORTER_OTLP_ENDPOINT` has it, or the whole one
    that ends in `/v1/metrics`. `grouping` names the target: `job` becomes the resource attribute
    `service.name`, `instance` becomes `service.instance.id`, and Prometheus makes them labels
    again; other names are attributes of the resource and of every series.

    `name` is the address without credentials. One push runs at a time.
    """

    def __init__(self, endpoint: str, grouping: Mapping[str, str]) -> None:
        self._endpoint = _metrics_address(endpoint)
        self.name = _without_secrets(self._endpoint)
        self._grouping = dict(grouping)
        self._running: Thread | None = None

    def prepare(self) -> None:
        """Nothing takes long."""

    def push(self, families: Sequence[Family], deadline: float) -> SinkResult:
        """Send all of it, until `time.monotonic()` is the deadline. Nothing is raised.

        The exporter tries again by itself where that may help. A thread does it, which is left
        behind where it is late: only that bounds everything, a name that does not resolve, an
        answer that comes one byte a second.
        """
        if self._is_busy(deadline):
            return SinkResult(delivered=False, reason="the push before this one has not ended")
        outcomes: list[SinkResult] = []

        def work() -> None:
            outcomes.append(self._export(families, deadline))

        self._running = Thread(target=work, name="typedprom-otlp", daemon=True)
        try:
            self._running.start()
        except RuntimeError:  # the interpreter is shutting down, or there are too many threads
            self._running = None  # the exporter's own timeout is what bounds this
            work()
        else:
            self._running.join(_left(deadline))
        late = SinkResult(delivered=False, reason="no answer in time")
        return outcomes[0] if outcomes else late

    def _is_busy(self, deadline: float) -> bool:
        """Whether an earlier push is still running at the deadline."""
        if self._running is None:
            return False
        self._running.join(_left(deadline))
        return self._running.is_alive()

    def _export(self, families: Sequence[Family], deadline: float) -> SinkResult:
        try:
            from opentelemetry.exporter.otlp.proto.http import metric_exporter
            from opentelemetry.sdk.metrics.export import MetricExportResult

            from typedprom.delivery.sinks.otlp_data import metrics_data
        except ImportError as error:
            return SinkResult(delivered=False, reason=f"{NOT_INSTALLED} ({error})")
        with _said() as said:
            try:
                data = metrics_data(families, self._grouping)
                if not (seconds := _left(deadline)):
                    return SinkResult(delivered=False, reason="no time left to send anything")
                exporter = metric_exporter.OTLPMetricExporter(self._endpoint, timeout=seconds)
                try:
                    result = exporter.export(data)
                finally:
                    exporter.shutdown()
            except Exception as error:  # a fault of the exporter must not reach the program
                return SinkResult(delivered=False, reason=f"{type(error).__name__}: {error}")
        if result is MetricExportResult.SUCCESS:
            return DELIVERED
        return SinkResult(delivered=False, reason=" ".join(said) or "the exporter does not say why")


def _metrics_address(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    base = parts.path.rstrip("/").removesuffix(PATH)
    return urlunsplit(parts._replace(path=base + PATH))


def _without_secrets(address: str) -> str:
    """The address without the name and the password that may stand in it."""
    scheme, mark, rest = address.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"


def _left(deadline: float) -> float:
    return min(max(0.0, deadline - time.monotonic()), _LONGEST)


@contextmanager
def _said() -> Generator[list[str]]:
    """Keep what the exporter logs in this thread out of the program's log, and return it.

    The program may have an exporter of its own: what that one logs is none of our business.
    """
    import logging

    said: list[str] = []
    me = get_ident()

    def keep(record: logging.LogRecord) -> bool:
        if get_ident() != me:
            return True
        said.append(record.getMessage())
        return False

    names = [name for name in tuple(logging.root.manager.loggerDict) if name.startswith(_LOGGERS)]
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        logger.addFilter(keep)
    try:
        yield said
    finally:
        for logger in loggers:
            logger.removeFilter(keep)
