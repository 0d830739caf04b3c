"""A relay in front of a server that delays answers, like a distant or busy server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from tools.running import HOST, serving

SECONDS = 0.4  # by which an answer is delayed


class _Relay(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, target: int) -> None:
        super().__init__((HOST, 0), _Handler)
        self.target = target


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = HTTPConnection(HOST, cast("_Relay", self.server).target, timeout=10)
        try:
            connection.request(self.command, self.path, body, dict(self.headers.items()))
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        time.sleep(SECONDS)
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_PUT = do_POST = do_DELETE = do_GET = _relay  # noqa: N815 - http.server defines the names

    def log_message(self, *_: object) -> None:
        """Do not log."""


@contextmanager
def slow(target: int) -> Iterator[int]:
    """Yield the port of a relay to the port `target`."""
    server = _Relay(target)
    with serving(server):
        yield server.server_port
