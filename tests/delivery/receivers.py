"""Receivers for tests: servers on loopback that answer, or do not answer, as a script says."""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TypeAlias

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """A server: where it listens, and what it has got so far."""

    port: int
    stopping: Event
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


# What a server does with a request; the connection stays open if it returns True.
Behaviour: TypeAlias = Callable[[Receiver, socket.socket, Request], bool]


def respond(status: int, words: str = "", **headers: str) -> Behaviour:
    """Answer and keep the connection."""
    body = words.encode()
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join((f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", *lines, "", ""))
    return _sending(head.encode() + body, stays=True)


def raw(answer: bytes) -> Behaviour:
    """Answer with these bytes and close the connection."""
    return _sending(answer, stays=False)


def _sending(answer: bytes, *, stays: bool) -> Behaviour:
    def act(_receiver: Receiver, client: socket.socket, _request: Request) -> bool:
        client.sendall(answer)
        return stays

    return act


def hang(receiver: Receiver, _client: socket.socket, _request: Request) -> bool:
    """Never answer."""
    receiver.stopping.wait(60)
    return False


def trickle(receiver: Receiver, client: socket.socket, _request: Request) -> bool:
    """Answer a byte at a time, without an end."""
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not receiver.stopping.wait(0.02):
        client.sendall(b"x")
    return False


def leave(receiver: Receiver, client: socket.socket, request: Request) -> bool:
    """Answer, promise to keep the connection, and close it."""
    respond(200)(receiver, client, request)
    return False


def by_family(refused: str, words: str, status: int = 400) -> Behaviour:
    """Refuse bodies in which this stands."""

    def act(receiver: Receiver, client: socket.socket, request: Request) -> bool:
        bad = refused.encode() in request.body
        return (respond(status, words) if bad else respond(200))(receiver, client, request)

    return act


@contextmanager
def receiver(
    *behaviours: Behaviour, tls: ssl.SSLContext | None = None, longest: int = 2**30
) -> Iterator[Receiver]:
    """A server that behaves like this, the last behaviour for all further requests.

    It reads at most `longest` bytes of a body.
    """
    listener = socket.create_server((HOST, 0))
    port: int = listener.getsockname()[1]
    server = Receiver(port, Event())

    def serve(client: socket.socket) -> None:
        with suppress(OSError, ValueError), client:
            client.settimeout(30)
            stream = tls.wrap_socket(client, server_side=True) if tls else client
            with stream, stream.makefile("rb") as source:
                while (request := _request(source, longest)) is not None:
                    place = min(len(server.requests), len(behaviours) - 1)
                    server.requests.append(request)
                    if not behaviours[place](server, stream, request):
                        return

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server.connections += 1
                Thread(target=serve, args=(client,), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        server.stopping.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _request(source: io.BufferedReader, longest: int) -> Request | None:
    words = source.readline().decode().split()
    if not words:
        return None
    headers: dict[str, str] = {}
    while (header := source.readline().decode().rstrip("\r\n")) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    length = min(int(headers.get("content-length", "0")), longest)
    return Request(words[0], words[1], headers, source.read(length))
