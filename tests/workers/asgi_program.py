"""An ASGI application that counts requests to `/count`; `/metrics` and `/theirs` expose them."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from prometheus_client import make_asgi_app

import typedprom
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_WORK_SECONDS = 0.02  # for which the loop is blocked, so that the other worker accepts

_metrics = typedprom.asgi_app()
_theirs = make_asgi_app()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer with the worker's process id."""

    async def send_as_worker(message: Message) -> None:
        if message["type"] == "http.response.start":
            worker = (b"worker", str(os.getpid()).encode())
            message = {**message, "headers": [*message["headers"], worker]}
        await send(message)

    if scope["type"] == "http" and scope["path"] == "/count":
        time.sleep(_WORK_SECONDS)
        SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
        await send_as_worker({"type": "http.response.start", "status": 200, "headers": []})
        await send_as_worker({"type": "http.response.body", "body": b""})
    elif scope["type"] == "http" and scope["path"] == "/theirs":
        await _theirs(scope, receive, send_as_worker)
    else:
        await _metrics(scope, receive, send_as_worker)
