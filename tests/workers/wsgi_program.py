"""A WSGI application that counts requests to `/count` and exposes them at `/metrics`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, TypeAlias

import typedprom
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

Headers: TypeAlias = list[tuple[str, str]]
Failure: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
)

_WORK_SECONDS = 0.02  # so that the other workers get requests too

_metrics = typedprom.wsgi_app()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the worker's process id."""
    time.sleep(_WORK_SECONDS)

    def start(
        status: str, headers: Headers, failed: Failure = None, /
    ) -> Callable[[bytes], object]:
        return start_response(status, [*headers, ("Worker", str(os.getpid()))], failed)

    if environ["PATH_INFO"] != "/count":
        return _metrics(environ, start)
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
    start("200 OK", [("Content-Length", "0")])
    return [b""]
