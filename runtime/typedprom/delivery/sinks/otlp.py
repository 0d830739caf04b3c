"""OTLP over HTTP with OpenTelemetry's exporter, for hosts that cannot be scraped.

OpenTelemetry is imported at the first push. Each push has its own exporter and connection, so that
nothing is shared with a forked child. Other options come from the exporter's own environment:
`OTEL_EXPORTER_OTLP_HEADERS`, `_CERTIFICATE`, `_CLIENT_CERTIFICATE`, `_CLIENT_KEY` and
`_COMPRESSION`. What it says is shown only where it repeats no header, password or query.
"""
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import os
import re
import threading
import time
from base64 import b64decode
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import get_ident
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from typedprom.core.threads import start_thread
from typedprom.delivery.credentials import Credentials
from typedprom.delivery.group_url import beside
from typedprom.delivery.redaction import beginning, redacted
from typedprom.delivery.server_url import long_enough, read_url, shown_url
from typedprom.delivery.sinks import DELIVERED, Option, SinkResult, SinkSpec, Variable
from typedprom.metrics.definition import Family

if TYPE_CHECKING:
    import logging

    from requests import PreparedRequest, Response, Session

PATH: Final = "/v1/metrics"
NOT_INSTALLED: Final = "OpenTelemetry's exporter is not installed: `pip install typedprom[otlp]`"
_LONGEST: Final = 3600.0  # seconds; a longer wait overflows
_LOGGERS: Final = ("opentelemetry", "urllib3", "requests")  # loggers of these and below
_WHAT: Final = "OTLP endpoint"
_ENDPOINT: Final = "TYPEDPROM_OTLP_ENDPOINT"
_HEADERS: Final = ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_METRICS_HEADERS")
_PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy")
_NOT_SECRET: Final = ("accept", "content-encoding", "content-type", "user-agent")
_SECRET: Final = ("Authorization", "Cookie", "Proxy-Authorization")  # also those of a .netrc
_SCHEME: Final = re.compile(r"(?:Basic|Bearer)\s+", re.IGNORECASE)


class OTLP:
    """Sends families to the OTLP receiver at `endpoint`.

    `endpoint` is the receiver's base URL, as in `OTEL_EXPORTER_OTLP_ENDPOINT`, or the full one
    that ends in `/v1/metrics`. `grouping` identifies the target: `job` becomes the resource
    attribute `service.name`, `instance` becomes `service.instance.id`, and Prometheus turns them
    into labels again. Other names become attributes of the resource and of every series.

    `name` is the URL without credentials. One push runs at a time. Raises ValueError if the URL is
    invalid.
    """

    def __init__(self, endpoint: str, grouping: Mapping[str, str]) -> None:
        url = read_url(endpoint, _WHAT)
        self._url = url._replace(path=url.path.removesuffix(PATH))
        self.name = self._url.shown + PATH
        self._authorization = Credentials().or_userinfo(self._url.userinfo).secrets().authorization
        query = f"?{self._url.query}" if self._url.query else ""
        self._target = self._url.path + PATH + query
        self._grouping = dict(grouping)
        self._ended = threading.Event()  # of the latest push
        self._ended.set()

    def __repr__(self) -> str:
        return f"OTLP({self.name!r})"

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
            import requests  # before their logs are captured: these make their loggers
            import urllib3.connectionpool  # noqa: F401  # pyright: ignore[reportUnusedImport]
            from opentelemetry.exporter.otlp.proto.http import metric_exporter
            from opentelemetry.sdk.metrics.export import MetricExportResult

            from typedprom.delivery.otlp_data import metrics_data
        except ImportError as error:
            return SinkResult(delivered=False, reason=f"{NOT_INSTALLED} ({error})")
        exchange = _Exchange()
        with _captured_log() as messages:
            try:
                data = metrics_data(beside(self._grouping, families), self._grouping)
                if not (seconds := _left(deadline)):
                    return SinkResult(delivered=False, reason="no time left to send anything")
                exporter = metric_exporter.OTLPMetricExporter(
                    self._url.endpoint.origin + self._target,
                    timeout=seconds,
                    session=self._session(requests.Session(), exchange),
                )
                try:
                    result = exporter.export(data)
                finally:
                    exporter.shutdown()
            except Exception as error:  # a bug of the exporter must not reach the program
                result = MetricExportResult.FAILURE
                messages.append(f"{type(error).__name__}: {error}")
        if result is MetricExportResult.SUCCESS:
            return DELIVERED
        reason = exchange.redirection or " ".join(messages).replace(self._target, "/...")
        secrets = (*self._url.secrets, *_secrets(os.environ), *exchange.secrets)
        shown = beginning(redacted(reason, secrets))
        return SinkResult(delivered=False, reason=shown or "the exporter gives no reason")

    def _session(self, session: Session, exchange: _Exchange) -> Session:
        if self._authorization is not None:
            session.auth = self._authorize
        session.hooks["response"].append(exchange.answered)
        return session

    def _authorize(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self._authorization or ""
        return request


class _Exchange:
    """What the receiver answered: a redirection, in words, and what was sent that is secret."""

    def __init__(self) -> None:
        self.redirection = ""
        self.secrets: list[str] = []

    def answered(self, response: Response, **_: object) -> None:
        """Look at an answer, and raise if it is a redirection, which the exporter would accept."""
        for name in _SECRET:
            if sent := response.request.headers.get(name):
                self.secrets += _words(str(sent))
        if 300 <= response.status_code < 400:
            where = shown_url(response.headers.get("Location", ""))
            to = f" to {where}" if where else ""
            self.redirection = (
                f"answers {response.status_code}, a redirection{to}, which is not followed: "
                f"set {_ENDPOINT} to the address of the receiver itself"
            )
            response.close()
            raise ConnectionRefusedError


def _secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """The secrets in the exporter's variables."""
    for name in _HEADERS:
        for item in filter(None, environ.get(name, "").split(",")):
            header, _, value = item.partition("=")
            if header.strip().lower() not in _NOT_SECRET:
                yield from long_enough(_words(unquote(value or header)))
    for name in _PROXIES:
        for proxy in (environ.get(name, ""), environ.get(name.upper(), "")):
            yield unquote(proxy.rpartition("@")[0].rpartition("/")[2].rpartition(":")[2])


def _words(value: str) -> Iterator[str]:
    """The secret in the value of a header, and the password if it is encoded."""
    word = _SCHEME.sub("", value.strip(), count=1)
    yield word
    with suppress(ValueError):  # it may be a user name and a password
        yield b64decode(word, validate=True).decode().partition(":")[2]


def _sends_in_clear(endpoint: str) -> bool:
    url = read_url(endpoint, _WHAT)
    has_headers = any(os.environ.get(name) for name in _HEADERS)
    return url.is_in_clear and (has_headers or bool(url.userinfo))


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
        if record.levelno >= logging.WARNING:
            messages.append(record.getMessage())
        return False

    loggers = [
        logger
        for name, logger in tuple(logging.root.manager.loggerDict.items())
        if isinstance(logger, logging.Logger) and name.partition(".")[0] in _LOGGERS
    ]
    for logger in loggers:
        logger.addFilter(capture)
    try:
        yield messages
    finally:
        for logger in loggers:
            logger.removeFilter(capture)


SINK: Final = SinkSpec(
    name=_WHAT,
    variable=Variable(
        _ENDPOINT, "an OTLP/HTTP receiver; needs `pip install 'dist/typedprom-….whl[otlp]'`"
    ),
    option=Option("--otlp", "URL", "an OTLP/HTTP endpoint"),
    make=lambda endpoint, grouping, _directory: OTLP(endpoint, grouping),
    show=shown_url,
    sends_in_clear=_sends_in_clear,
)
