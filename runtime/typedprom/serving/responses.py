"""Responses: what a request for metrics is answered with, whatever server it came through."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from email.utils import formatdate
from gzip import compress
from http import HTTPStatus
from threading import Lock
from typing import Final, NamedTuple
from urllib.parse import parse_qs

from typedprom.core.misuse import log_once, safe_repr
from typedprom.core.threads import start_thread
from typedprom.exposition.negotiation import accepts_gzip
from typedprom.exposition.sources import Source, UnreadableError

RENDER_SECONDS: Final = 60.0  # until a scrape that is not rendered is answered with 503
NAMES: Final = "name[]"  # the parameter that asks for some sample names only
_GZIP_LEVEL: Final = 4  # a third of the time of level 9 for 7 % more bytes


class Request(NamedTuple):
    """What of a request matters here. Headers sent several times are joined by commas."""

    method: str
    query: str
    accept: str
    accept_encoding: str


class Response(NamedTuple):
    """Status, headers, and a body that is left out where the request was a HEAD."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: bytes


def plain(status: HTTPStatus, text: str = "", *headers: tuple[str, str]) -> Response:
    """A response of one line of text, by default what the status means."""
    body = f"{text or status.phrase}\n".encode()
    length = ("Content-Length", str(len(body)))
    kind = ("Content-Type", "text/plain; charset=utf-8")
    return Response(status, (kind, length, *headers), body)


def http_bytes(response: Response, *headers: tuple[str, str]) -> bytes:
    """The response as HTTP/1.1 has it, with more headers."""
    status, date = response.status, formatdate(usegmt=True)
    more = (*headers, ("Date", date), ("Connection", "close"))
    lines = "".join(f"{name}: {value}\r\n" for name, value in (*response.headers, *more))
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\n{lines}\r\n"
    return head.encode("latin-1") + response.body


def answered(request: Request, get: Callable[[], Response]) -> Response:
    """What `get` has for GET, the same without its body for HEAD, 405 for any other method."""
    if request.method not in ("GET", "HEAD"):
        allow = ("Allow", "GET, HEAD")
        return plain(HTTPStatus.METHOD_NOT_ALLOWED, "use GET or HEAD", allow)
    response = get()
    return response._replace(body=b"") if request.method == "HEAD" else response


def scraped(
    source: Source, request: Request, expected: type[BaseException] = Exception
) -> Response:
    """The metrics in the format asked for; 500 where what is expected is raised by a collector.

    In a thread of ours, where nobody but us waits for what is raised, that is BaseException: a
    collector's SystemExit, or that something of its own was cancelled, is an error too there.
    """

    def get() -> Response:
        try:
            return _metrics(source, request)
        except expected as error:
            return _failed(error)

    return answered(request, get)


def _metrics(source: Source, request: Request) -> Response:
    names = parse_qs(request.query).get(NAMES, ())
    content_type, body = source.render(request.accept, names)
    headers = [("Content-Type", content_type), ("Vary", "Accept, Accept-Encoding")]
    if accepts_gzip(request.accept_encoding):
        body = compress(body, _GZIP_LEVEL, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    return Response(HTTPStatus.OK, tuple(headers), body)


def _failed(error: BaseException) -> Response:
    """500, and one log line with what the client need not know."""
    if isinstance(error, UnreadableError):
        why = error.__cause__
        kind = type(why).__name__
        log_once(("scrape", kind), lambda: f"the metrics cannot be read: {why}")
        return plain(HTTPStatus.INTERNAL_SERVER_ERROR, f"the metrics cannot be read: {kind}")
    kind = type(error).__name__
    cause = error.args[:1]  # prometheus_client appends the whole metric
    log_once(("scrape", kind), lambda: f"a scrape failed: {kind}{safe_repr(cause)}")
    return plain(HTTPStatus.INTERNAL_SERVER_ERROR, f"a collector raised {kind}")


class ThreadedAnswers:
    """Makes responses, a few at a time, in daemon threads that end when there are no more to make.

    A response that hangs keeps its thread, but not the program, nor the code that waits for it.
    """

    def __init__(self, threads: int) -> None:
        self._spare = threads
        self.waiting: list[tuple[Future[Response], Callable[[], Response]]] = []
        self._lock = Lock()

    def submit(self, make: Callable[[], Response]) -> Future[Response]:
        """What `make`, which must not raise, will return; it can be cancelled until then."""
        future: Future[Response] = Future()
        with self._lock:
            self.waiting = [task for task in self.waiting if not task[0].cancelled()]
            self.waiting.append((future, make))
            if not self._spare:
                return future
            self._spare -= 1
        try:
            start_thread(self._work)
        except RuntimeError:  # the system has no more threads
            with self._lock:
                self._spare += 1
        return future

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self.waiting:
                    self._spare += 1
                    return
                future, make = self.waiting.pop(0)
            if future.set_running_or_notify_cancel():
                future.set_result(make())
