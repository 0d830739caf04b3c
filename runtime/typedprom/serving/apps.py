"""The WSGI and the ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from typedprom.exposition.sources import Source
from typedprom.serving import responses
from typedprom.serving.responses import Request, Response, ThreadedAnswers, plain, scraped

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# As the frameworks declare them: the standard leaves messages open, and so do they.
Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGIApplication: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

RENDERS: Final = 4  # at a time
_REFUSED: Final = 1008  # the code of a websocket that is against the rules


def wsgi_application(source: Source) -> WSGIApplication:
    """A WSGI application that answers any path with the metrics of the source."""

    def metrics(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(
            environ["REQUEST_METHOD"],
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_ACCEPT", ""),
            environ.get("HTTP_ACCEPT_ENCODING", ""),
        )
        status, headers, body = scraped(source, request)
        start_response(f"{status.value} {status.phrase}", list(headers))
        return [body]

    return metrics


def asgi_application(source: Source) -> ASGIApplication:
    """An ASGI application that answers any path with the metrics of the source."""
    threads = ThreadedAnswers(RENDERS)

    async def metrics(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _respond(send, await _answer(source, threads, _request(scope)))
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
    query = cast("bytes", scope.get("query_string", b"")).decode("latin-1")
    accept, encoding = (",".join(sent.get(name, ())) for name in (b"accept", b"accept-encoding"))
    return Request(cast("str", scope["method"]), query, accept, encoding)


async def _answer(source: Source, threads: ThreadedAnswers, request: Request) -> Response:
    """The answer; where asyncio runs, out of a thread of ours.

    Its loop goes on, and its own threads, which hung scrapes would take, are the application's.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:  # another library's loop
        return scraped(source, request)
    rendering = threads.submit(partial(scraped, source, request, BaseException))
    try:
        async with asyncio.timeout(responses.RENDER_SECONDS):
            return await asyncio.wrap_future(rendering)
    except TimeoutError:
        return plain(HTTPStatus.SERVICE_UNAVAILABLE)


async def _respond(send: Send, response: Response) -> None:
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.headers]
    await send({"type": "http.response.start", "status": response.status.value, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


async def _live(receive: Receive, send: Send) -> None:
    """Agree to starting up and shutting down; there is nothing to do for either."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
