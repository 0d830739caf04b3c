"""The WSGI and ASGI applications, under real servers and frameworks' rules."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from types import ModuleType
from typing import Any
from wsgiref.validate import validator

import pytest
from prometheus_client import CollectorRegistry, Metric

import typedprom
from tests.exposition.exposed import counter_by_two, fresh, theirs
from tests.serving.wsgi import under_wsgiref
from tests.support.programs import run_python
from typedprom.exposition.negotiation import OPENMETRICS, TEXT
from typedprom.serving import responses
from typedprom.serving.apps import RENDERS

HOST = "127.0.0.1"


@pytest.fixture
def registry() -> CollectorRegistry:
    counter = counter_by_two(fresh())
    counter.inc(3, source_id="é", error_type="dns")
    registry = CollectorRegistry()
    registry.register(counter)
    return registry


def ask(
    port: int, method: str, path: str, headers: Mapping[str, str]
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request(method, path, headers=dict(headers))
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def check(port: int, registry: CollectorRegistry) -> None:
    """What both applications do."""
    response, body = ask(port, "GET", "/any/path", {})
    assert (response.status, body.decode()) == (200, theirs(registry, TEXT))
    assert response.headers["Content-Type"] == TEXT.content_type
    accept = {"Accept": "application/openmetrics-text", "Accept-Encoding": "gzip"}
    response, body = ask(port, "GET", "/", accept)
    assert response.headers["Content-Type"] == OPENMETRICS.content_type
    assert gzip.decompress(body).decode() == theirs(registry, OPENMETRICS)
    response, body = ask(port, "GET", "/?name[]=x_c_created", {})
    assert b"x_c_total{" not in body
    assert b"x_c_created{" in body
    response, body = ask(port, "HEAD", "/", {})
    assert (response.status, body) == (200, b"")
    assert int(response.headers["Content-Length"]) == len(theirs(registry, TEXT).encode())
    response, _ = ask(port, "POST", "/", {})
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


def test_wsgi_under_wsgiref_with_its_validator(registry: CollectorRegistry) -> None:
    app = validator(typedprom.wsgi_app(registry=registry))
    with under_wsgiref(app) as port:
        check(port, registry)


@contextmanager
def under_uvicorn(uvicorn: ModuleType, app: object, interface: str) -> Iterator[int]:
    """The port of a uvicorn that serves the application."""
    config = uvicorn.Config(app, host=HOST, port=0, log_level="error", interface=interface)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def test_asgi_under_uvicorn(registry: CollectorRegistry) -> None:
    uvicorn = pytest.importorskip("uvicorn")
    with under_uvicorn(uvicorn, typedprom.asgi_app(registry=registry), "asgi3") as port:
        check(port, registry)


Messages = list[dict[str, Any]]


async def converse(registry: CollectorRegistry, scope: dict[str, Any], *sent: str) -> Messages:
    """What the application sends when it is driven with this scope and these messages."""
    messages: Messages = []
    incoming = iter(sent)

    async def receive() -> dict[str, Any]:
        return {"type": next(incoming)}

    async def send(message: Any) -> None:
        messages.append(dict(message))

    await typedprom.asgi_app(registry=registry)(scope, receive, send)
    return messages


def http(method: str, query: bytes = b"", *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http", "method": method, "query_string": query, "headers": headers}


def test_asgi_messages(registry: CollectorRegistry) -> None:
    start, body = asyncio.run(converse(registry, http("GET"), "http.request"))
    assert start["type"] == "http.response.start"
    assert start["status"] == 200
    assert (b"content-type", TEXT.content_type.encode()) in start["headers"]
    assert body == {"type": "http.response.body", "body": theirs(registry, TEXT).encode()}


def test_asgi_headers_that_come_several_times(registry: CollectorRegistry) -> None:
    headers = ((b"accept", b"text/html"), (b"Accept", b"application/openmetrics-text"))
    _, body = asyncio.run(converse(registry, http("GET", b"", *headers)))
    assert body["body"].decode() == theirs(registry, OPENMETRICS)


def test_asgi_names_head_and_other_methods(registry: CollectorRegistry) -> None:
    _, body = asyncio.run(converse(registry, http("GET", b"name%5B%5D=nothing")))
    assert body["body"] == b""
    start, body = asyncio.run(converse(registry, http("HEAD")))
    assert (start["status"], body["body"]) == (200, b"")
    start, _ = asyncio.run(converse(registry, http("DELETE")))
    assert start["status"] == 405


def test_asgi_agrees_to_a_lifespan_and_refuses_websockets(registry: CollectorRegistry) -> None:
    lifespan = converse(registry, {"type": "lifespan"}, "lifespan.startup", "lifespan.shutdown")
    assert [message["type"] for message in asyncio.run(lifespan)] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert asyncio.run(converse(registry, {"type": "websocket"}, "websocket.connect")) == [
        {"type": "websocket.close", "code": 1008}
    ]


class Hanging:
    """A collector that hangs until it may go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.entered = 0

    def collect(self) -> list[Metric]:
        self.entered += 1
        self.go_on.wait(30)
        return []


@pytest.fixture
def hanging(registry: CollectorRegistry) -> Iterator[Hanging]:
    collector = Hanging()
    registry.register(collector)
    yield collector
    collector.go_on.set()


class Scrapes:
    """Scrapes of one ASGI application, at the same time, each until it has a status."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._app = typedprom.asgi_app(registry=registry)
        self.tasks: list[asyncio.Task[int]] = []

    def start(self, count: int) -> None:
        self.tasks += [asyncio.create_task(self._scrape()) for _ in range(count)]

    async def _scrape(self) -> int:
        sent: Messages = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> dict[str, Any]:
            raise NotImplementedError

        await self._app(http("GET"), receive, send)
        status: int = sent[0]["status"]
        return status

    async def statuses(self) -> list[int]:
        return [await task for task in self.tasks]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def test_asgi_scrapes_that_hang_leave_the_applications_threads_alone(
    registry: CollectorRegistry, hanging: Hanging
) -> None:
    async def conversation() -> None:
        scrapes = Scrapes(registry)
        scrapes.start(10 * RENDERS)
        await until(lambda: hanging.entered == RENDERS)
        assert await asyncio.wait_for(asyncio.to_thread(int), 10) == 0
        hanging.go_on.set()
        assert await scrapes.statuses() == [200] * 10 * RENDERS
        assert hanging.entered == 10 * RENDERS

    asyncio.run(conversation())


def test_asgi_clients_that_leave_do_not_make_more_threads(
    registry: CollectorRegistry, hanging: Hanging
) -> None:
    async def conversation() -> None:
        scrapes = Scrapes(registry)
        scrapes.start(RENDERS)
        await until(lambda: hanging.entered == RENDERS)
        for task in scrapes.tasks:
            task.cancel()
        scrapes.start(RENDERS)
        await asyncio.sleep(0.2)
        assert hanging.entered == RENDERS
        hanging.go_on.set()
        scrapes.tasks = scrapes.tasks[RENDERS:]
        assert await scrapes.statuses() == [200] * RENDERS

    asyncio.run(conversation())


def test_asgi_a_scrape_that_hangs_is_given_up(
    registry: CollectorRegistry, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responses, "RENDER_SECONDS", 0.2)

    async def conversation() -> None:
        scrapes = Scrapes(registry)
        scrapes.start(RENDERS + 1)
        assert await scrapes.statuses() == [503] * (RENDERS + 1)

    asyncio.run(conversation())
    assert hanging.entered == RENDERS


def test_asgi_a_program_ends_though_a_scrape_hangs() -> None:
    done = run_python("-W", "error", "-c", ENDING, seconds=30)
    assert (done.stdout, done.stderr) == ("left\n", "")


ENDING = """
import asyncio, threading, prometheus_client, typedprom
class Hanging:
    def collect(self):
        entered.set()
        threading.Event().wait()
async def main():
    app = typedprom.asgi_app(registry=registry)
    scope = {"type": "http", "method": "GET", "headers": []}
    scrape = asyncio.create_task(app(scope, None, None))
    while not entered.is_set():
        await asyncio.sleep(0.01)
    scrape.cancel()
    print("left")
entered = threading.Event()
registry = prometheus_client.CollectorRegistry()
registry.register(Hanging())
asyncio.run(main())
"""


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("kind", [asyncio.CancelledError, SystemExit, KeyboardInterrupt])
def test_asgi_what_a_collector_raises_is_an_answer(
    kind: type[BaseException], registry: CollectorRegistry
) -> None:
    class Raising:
        def collect(self) -> list[Metric]:
            raise kind

    registry.register(Raising())
    start, body = asyncio.run(converse(registry, http("GET")))
    assert start["status"] == 500
    assert body["body"].decode() == f"a collector raised {kind.__name__}\n"


def test_asgi_without_asyncio(registry: CollectorRegistry) -> None:
    conversation = converse(registry, http("GET"))
    with pytest.raises(StopIteration) as done:
        conversation.send(None)  # a loop of its own: nothing here waits
    messages: Messages = done.value.value
    assert messages[1]["body"].decode() == theirs(registry, TEXT)
