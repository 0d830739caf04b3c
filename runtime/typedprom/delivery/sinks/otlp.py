"""OTLP over HTTP with OpenTelemetry's exporter, for hosts that cannot be scraped.

OpenTelemetry is imported at the first push. Each push has its own exporter and connection, so that
nothing is shared with a forked child. Other options come from the exporter's own environment:
`OTEL_EXPORTER_OTLP_HEADERS`, `_CERTIFICATE`, `_CLIENT_CERTIFICATE`, `_CLIENT_KEY` and
`_COMPRESSION`.
"""
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from threading import get_ident
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from typedprom.core.threads import start_thread
from typedprom.delivery.group_url import without_userinfo
from typedprom.delivery.sinks import DELIVERED, Option, SinkResult, SinkSpec, Variable
from typedprom.metrics.definition import Family

if TYPE_CHECKING:
    import logging

PATH: Final = "/v1/metrics"
NOT_INSTALLED: Final = "OpenTelemetry's exporter is not installed: `pip install typedprom[otlp]`"
_LONGEST: Final = 3600.0  # seconds; a longer wait overflows
_LOGGERS: Final = "opentelemetry.exporter"  # the parent of the exporter's loggers


class OTLP:
    """Sends families to the OTLP receiver at `endpoint`.

    `endpoint` is the receiver's base URL, as in `OTEL_EXPORTER_OTLP_ENDPOINT`, or the full one
    that ends in `/v1/metrics`. `grouping` identifies the target: `job` becomes the resource
    attribute `service.name`, `instance` becomes `service.instance.id`, and Prometheus turns them
    into labels again. Other names become attributes of the resource and of every series.

    `name` is the URL without credentials. One push runs at a time.
    """

    def __init__(self, endpoint: str, grouping: Mapping[str, str]) -> None:
        self._endpoint = _metrics_address(endpoint)
        self.name = without_userinfo(self._endpoint)
        self._grouping = dict(grouping)
        self._ended = threading.Event()  # of the latest push
        self._ended.set()

    def prepare(self) -> None:
        """Do nothing."""

    def push(self, families: Sequence[Family], deadline: float) -> SinkResult:
        """Send all families before `time.monotonic()` reaches the deadline. Raises nothing.

        The exporter retries by itself. It runs in a thread, which is abandoned if it is late: only
        this limits a DNS look-up that hangs, or an answer that comes one byte a second.
        """
        if not self._ended.wait(_left(deadline)):
            return SinkResult(delivered=False, reason="the push before this one has not ended")
        results: list[SinkResult] = []

        def work() -> None:
            results.append(self._export(families, deadline))

        try:
            self._ended = start_thread(work)
        except RuntimeError:  # the interpreter exits, or there are too many threads
            work()  # only the exporter's own timeout limits this
        else:
            self._ended.wait(_left(deadline))
        late = SinkResult(delivered=False, reason="no answer in time")
        return results[0] if results else late

    def _export(self, families: Sequence[Family], deadline: float) -> SinkResult:
        try:
            from opentelemetry.exporter.otlp.proto.http import metric_exporter
            from opentelemetry.sdk.metrics.export import MetricExportResult

            from typedprom.delivery.otlp_data import metrics_data
        except ImportError as error:
            return SinkResult(delivered=False, reason=f"{NOT_INSTALLED} ({error})")
        with _captured_log() as messages:
            try:
                data = metrics_data(families, self._grouping)
                if not (seconds := _left(deadline)):
                    return SinkResult(delivered=False, reason="no time left to send anything")
                exporter = metric_exporter.OTLPMetricExporter(self._endpoint, timeout=seconds)
                try:
                    result = exporter.export(data)
                finally:
                    exporter.shutdown()
            except Exception as error:  # a bug of the exporter must not reach the program
                return SinkResult(delivered=False, reason=f"{type(error).__name__}: {error}")
        if result is MetricExportResult.SUCCESS:
            return DELIVERED
        return SinkResult(
            delivered=False, reason=" ".join(messages) or "the exporter gives no reason"
        )


def _metrics_address(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    base = parts.path.rstrip("/").removesuffix(PATH)
    return urlunsplit(parts._replace(path=base + PATH))


def _left(deadline: float) -> float:
    return min(max(0.0, deadline - time.monotonic()), _LONGEST)


@contextmanager
def _captured_log() -> Generator[list[str]]:
    """Capture what the exporter logs in this thread, instead of logging it.

    Other threads are not affected: the program may have an exporter of its own.
    """
    import logging

    messages: list[str] = []
    this_thread = get_ident()

    def capture(record: logging.LogRecord) -> bool:
        if get_ident() != this_thread:
            return True
        messages.append(record.getMessage())
        return False

    names = [name for name in tuple(logging.root.manager.loggerDict) if name.startswith(_LOGGERS)]
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        logger.addFilter(capture)
    try:
        yield messages
    finally:
        for logger in loggers:
            logger.removeFilter(capture)


SINK: Final = SinkSpec(
    name="OTLP endpoint",
    variable=Variable(
        "TYPEDPROM_OTLP_ENDPOINT",
        "an OTLP/HTTP receiver; needs `pip install 'dist/typedprom-….whl[otlp]'`",
    ),
    option=Option("--otlp", "URL", "an OTLP/HTTP endpoint"),
    make=lambda endpoint, grouping, _directory: OTLP(endpoint, grouping),
)
