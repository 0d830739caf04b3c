"""The HTTP server behind `serve()`."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from queue import SimpleQueue
from threading import Thread, current_thread
from typing import TYPE_CHECKING, Final, Self, TypeAlias
from weakref import WeakSet

from typedprom.core.misuse import log_once, safe_repr
from typedprom.exposition.channels import PlainChannel
from typedprom.exposition.connection import Connection
from typedprom.exposition.connections import Connections, Open
from typedprom.exposition.gate import Gate, Outcome
from typedprom.exposition.responses import Exposer, Request, Response, answered, plain
from typedprom.exposition.sources import Source

if TYPE_CHECKING:
    from typedprom.serving import TLS

PATH: Final = "/metrics"
WORKERS: Final = 4  # scrapes that are rendered at a time
PORTS: Final = range(65536)
ALL_OF_IPV4: Final = "0.0.0.0"  # noqa: S104 - for who asks for it
_CHALLENGE: Final = ("WWW-Authenticate", 'Basic realm="metrics"')
_LATER: Final = ("Retry-After", "5")
_BACKLOG: Final = 128
_STOP_SECONDS: Final = 5.0

Task: TypeAlias = Callable[[], None]


class MetricsServer:
    """Serves `/metrics` of a source from daemon threads until it is closed; a context manager."""

    def __init__(
        self,
        addr: str,
        port: int,
        source: Source,
        *,
        health: str | None = None,
        tls: TLS | None = None,
        users: Path | None = None,
    ) -> None:
        self._exposer = Exposer(source)
        self._health = health
        self._scheme = "http" if tls is None else "https"
        channels = _channels(tls)
        self._gate = None if users is None else Gate(users)
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        listener = _listener(addr, port)
        self.addr, self.port = listener.getsockname()[:2]
        self._connections = Connections(listener, channels, self._ask)
        self._thread = Thread(target=self._connections.run, name="typedprom-serve", daemon=True)
        self._closed = False
        if users is not None and tls is None:
            _warn_if_overheard(self.addr, self.port)
        _servers.add(self)
        for _ in range(WORKERS):
            Thread(target=self._work, name="typedprom-render", daemon=True).start()
        if self._gate is not None:
            self._gate.open()
        self._thread.start()

    @property
    def url(self) -> str:
        """Where the metrics are."""
        host = f"[{self.addr}]" if ":" in self.addr else self.addr
        return f"{self._scheme}://{host}:{self.port}{PATH}"

    def close(self) -> None:
        """Stop serving and free the port. Doing it again is harmless."""
        if self._closed:
            return
        self._closed = True
        self._connections.stop()
        for _ in range(WORKERS):
            self._tasks.put(None)
        if self._gate is not None:
            self._gate.close()
        if self._thread is not current_thread():
            self._thread.join(_STOP_SECONDS)

    def abandon(self) -> None:
        """Let go of the port in a forked child, where no thread of the server runs."""
        self._closed = True
        self._connections.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<MetricsServer {self.url}{' (closed)' if self._closed else ''}>"

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task()

    def _ask(self, connection: Connection, path: str, request: Request) -> None:
        """Answer, in the thread of all connections: what takes longer than that, others do."""
        if self._gate is None or path == self._health:
            self._answer(connection, path, request)
            return

        def decided(outcome: Outcome) -> None:
            if outcome is Outcome.ADMITTED:
                self._answer(connection, path, request)
            else:
                self._connections.answered(connection, _refusal(request, outcome))

        self._gate.knock(request.authorization, connection.address, decided)

    def _answer(self, connection: Connection, path: str, request: Request) -> None:
        if path == PATH:
            self._tasks.put(partial(self._scrape, connection, request))
            return
        if path == self._health:
            short = plain(HTTPStatus.OK, "ok")
        else:
            short = plain(HTTPStatus.NOT_FOUND, f"the metrics are at {PATH}")
        self._connections.answered(connection, answered(request, lambda: short))

    def _scrape(self, connection: Connection, request: Request) -> None:
        self._connections.answered(connection, self._exposer.answer_apart(request))


def _refusal(request: Request, outcome: Outcome) -> Response:
    if outcome is Outcome.BUSY:
        response = plain(HTTPStatus.TOO_MANY_REQUESTS, "too many passwords to check", _LATER)
    else:
        response = plain(HTTPStatus.UNAUTHORIZED, "a user and a password, please", _CHALLENGE)
    return response.without_body() if request.method == "HEAD" else response


def _channels(tls: TLS | None) -> Open:
    if tls is None:
        return PlainChannel
    from typedprom.exposition.tls import channels  # here: it is OpenSSL

    return channels(tls)


def _warn_if_overheard(addr: str, port: int) -> None:
    from ipaddress import ip_address  # here: few servers have users and no TLS

    if not ip_address(addr).is_loopback:
        log_once(
            ("users", "overheard"),
            lambda: (
                f"passwords for {addr}:{port} can be read by whoever sees the traffic: "
                "serve with TLS, or on a loopback address"
            ),
        )


def _listener(addr: str, port: int) -> socket.socket:
    if type(port) is not int or port not in PORTS:
        raise ValueError(
            f"{safe_repr(port)} is no port: it must be a number from {PORTS[0]} to {PORTS[-1]}"
        )
    family, _, _, _, address = socket.getaddrinfo(
        addr or ALL_OF_IPV4, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return socket.create_server(address[:2], family=family, backlog=_BACKLOG)


_servers: Final[WeakSet[MetricsServer]] = WeakSet()


def _after_fork() -> None:
    for server in list(_servers):
        server.abandon()
    _servers.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
