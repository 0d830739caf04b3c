"""The WSGI application."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from typedprom.exposition.responses import Exposer, Request
from typedprom.exposition.sources import Source

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def application(source: Source) -> WSGIApplication:
    """An application that answers any path with the metrics of the source."""
    exposer = Exposer(source)

    def metrics(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = exposer.answer(
            Request(
                environ["REQUEST_METHOD"],
                environ.get("QUERY_STRING", ""),
                environ.get("HTTP_ACCEPT", ""),
                environ.get("HTTP_ACCEPT_ENCODING", ""),
            )
        )
        status = response.status
        start_response(f"{status.value} {status.phrase}", list(response.headers))
        return [response.body]

    return metrics
