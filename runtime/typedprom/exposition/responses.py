"""Responses: what a request for metrics is answered with, whatever server it came through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from gzip import compress
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from typedprom.core.misuse import log_once, safe_repr
from typedprom.exposition.negotiation import accepts_gzip
from typedprom.exposition.sources import Source, UnreadableError

NAMES: Final = "name[]"  # the parameter that asks for some sample names only
_GZIP_LEVEL: Final = 4  # a third of the time of level 9 for 7 % more bytes
_PLAIN: Final = ("Content-Type", "text/plain; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request matters here. Headers sent several times are joined by commas."""

    method: str
    query: str
    accept: str
    accept_encoding: str
    authorization: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers, and a body that is left out where the request was a HEAD."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def without_body(self) -> Response:
        """The answer to HEAD instead of GET."""
        return Response(self.status, self.headers, b"")


def answered(request: Request, get: Callable[[], Response]) -> Response:
    """What `get` has for GET, the same without its body for HEAD, 405 for any other method."""
    if request.method not in ("GET", "HEAD"):
        allow = ("Allow", "GET, HEAD")
        return plain(HTTPStatus.METHOD_NOT_ALLOWED, "use GET or HEAD", allow)
    try:
        response = get()
    except Exception as error:  # of somebody's collector
        response = _failed(error)
    return response.without_body() if request.method == "HEAD" else response


def plain(status: HTTPStatus, text: str, *headers: tuple[str, str]) -> Response:
    """A response of one line of text."""
    body = f"{text}\n".encode()
    length = ("Content-Length", str(len(body)))
    return Response(status, (_PLAIN, length, *headers), body)


class Exposer:
    """Answers requests with the metrics of a source."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def answer(self, request: Request) -> Response:
        """The metrics in the format asked for."""
        return answered(request, lambda: self._metrics(request))

    def answer_apart(self, request: Request) -> Response:
        """The same in a thread of ours, where nobody but us waits for what is raised.

        A collector's SystemExit, or that something of its own was cancelled, is an error too there.
        """
        try:
            return self.answer(request)
        except BaseException as error:
            response = _failed(error)
            return answered(request, lambda: response)

    def _metrics(self, request: Request) -> Response:
        names = parse_qs(request.query).get(NAMES, ())
        content_type, body = self._source.render(request.accept, names)
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
        log_once(("scrape", kind), lambda: f"the metrics cannot be read: {kind}: {why}")
        return plain(HTTPStatus.INTERNAL_SERVER_ERROR, f"the metrics cannot be read: {kind}")
    kind = type(error).__name__
    cause = error.args[:1]  # prometheus_client appends the whole metric
    log_once(("scrape", kind), lambda: f"a scrape failed: {kind}{safe_repr(cause)}")
    return plain(HTTPStatus.INTERNAL_SERVER_ERROR, f"a collector raised {kind}")
