"""A WSGI application under the server of the standard library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

from tools.running import HOST, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def under_wsgiref(app: WSGIApplication) -> Iterator[int]:
    """The port of a server that serves the application."""
    server = make_server(HOST, 0, app, handler_class=_Silent)
    with serving(server):
        yield server.server_port
