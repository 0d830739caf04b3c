"""The ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from functools import partial
from typing import Any, Final, TypeAlias, cast

from typedprom.exposition.aside import Aside
from typedprom.exposition.responses import Exposer, Request, Response
from typedprom.exposition.sources import Source

# As the frameworks declare them: the standard leaves messages open, and so do they.
Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_REFUSED: Final = 1008  # the code of a websocket that is against the rules


def application(source: Source) -> Application:
    """An application that answers any path with the metrics of the source."""
    exposer, aside = Exposer(source), Aside()

    async def metrics(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _respond(send, await _answer(exposer, aside, _request(scope)))
        elif scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _REFUSED})

    return metrics


def _request(scope: Mapping[str, object]) -> Request:
    headers = cast("Iterable[tuple[bytes, bytes]]", scope["headers"])
    sent: dict[bytes, list[str]] = {}
    for name, value in headers:
        sent.setdefault(name.lower(), []).append(value.decode("latin-1"))
    query = cast("bytes", scope.get("query_string", b""))
    return Request(
        cast("str", scope["method"]),
        query.decode("latin-1"),
        ",".join(sent.get(b"accept", ())),
        ",".join(sent.get(b"accept-encoding", ())),
    )


async def _answer(exposer: Exposer, aside: Aside, request: Request) -> Response:
    """The answer; where asyncio runs, out of a thread, so that its loop is not kept waiting."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:  # another library's loop
        return exposer.answer(request)
    return await aside.answer(partial(exposer.answer_apart, request))


async def _respond(send: Send, response: Response) -> None:
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.headers
    ]
    await send({"type": "http.response.start", "status": response.status.value, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


async def _live(receive: Receive, send: Send) -> None:
    """Agree to starting up and shutting down; there is nothing to do for either."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
