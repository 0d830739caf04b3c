"""A WSGI application that exposes what it counts in the ways of programs with prometheus_client."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest, make_wsgi_app

import typedprom
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_WORK_SECONDS = 0.02  # so that the other workers get requests too

_theirs: WSGIApplication = make_wsgi_app()


def _latest(_: WSGIEnvironment) -> tuple[str, bytes]:
    """As a Django view does it, and what instruments a framework."""
    return CONTENT_TYPE_LATEST, generate_latest()


def _ours(environ: WSGIEnvironment) -> tuple[str, bytes]:
    body, content_type = typedprom.exposition(environ.get("HTTP_ACCEPT", ""))
    return content_type, body


_views: dict[str, Callable[[WSGIEnvironment], tuple[str, bytes]]] = {
    "/latest": _latest,
    "/ours": _ours,
}


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the worker's process id."""
    time.sleep(_WORK_SECONDS)
    path, worker = environ["PATH_INFO"], ("Worker", str(os.getpid()))
    if path == "/theirs":
        return _theirs(
            environ, lambda status, headers, *_: start_response(status, [*headers, worker])
        )
    if path == "/count":
        SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
        content_type, body = "text/plain", b""
    else:
        content_type, body = _views[path](environ)
    length = ("Content-Length", str(len(body)))
    start_response("200 OK", [("Content-Type", content_type), length, worker])
    return [body]
