"""Asks a server of ours, over TLS or not, and a source that is asked."""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection

from typedprom.serving.server import MetricsServer


def ask(
    server: MetricsServer,
    method: str = "GET",
    path: str = "/metrics",
    *,
    tls: ssl.SSLContext | None = None,
    **headers: str,
) -> tuple[HTTPResponse, bytes]:
    """The response and its body."""
    if tls is None:
        connection = HTTPConnection(server.addr, server.port, timeout=20)
    else:
        connection = HTTPSConnection(server.addr, server.port, timeout=20, context=tls)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def basic(user: str, password: str) -> str:
    """The Authorization header of Basic authentication."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


class Fixed:
    """A source that has always the same to say, and knows what it was asked for."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.asked: list[tuple[str, list[str]]] = []

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        self.asked.append((accept, [*names]))
        return "text/fixed", self._body
