"""The WSGI application that also counts with prometheus_client, exposed at `/theirs`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from prometheus_client import CollectorRegistry, Counter, make_wsgi_app
from prometheus_client.multiprocess import MultiProcessCollector

from tests.workers import wsgi_program

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

THEIRS = Counter("theirs", "Requests, counted by prometheus_client.")

_registry = CollectorRegistry()
MultiProcessCollector(_registry)  # type: ignore[no-untyped-call]
_theirs = cast("WSGIApplication", make_wsgi_app(_registry))


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a request."""
    if environ["PATH_INFO"] == "/theirs":
        return _theirs(environ, start_response)
    if environ["PATH_INFO"] == "/count":
        THEIRS.inc()
    return wsgi_program.application(environ, start_response)
