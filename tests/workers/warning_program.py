"""An ASGI and a WSGI application that misuse a metric, and warn by themselves, at each request."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias

from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

Message: TypeAlias = MutableMapping[str, Any]


def warn() -> None:
    """Let the program and the runtime warn."""
    logging.getLogger("program").warning("the program warns")
    SOURCES_REQUESTS_SUCCESS.inc(-1, source_id="kexp")


async def asgi(
    scope: Message,
    _receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Answer 204."""
    if scope["type"] == "http":
        warn()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def application(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer 204."""
    warn()
    start_response("204 No Content", [])
    return []
