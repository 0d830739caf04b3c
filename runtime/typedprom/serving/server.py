"""The HTTP server behind `serve()`: that of the standard library, with a cap and deadlines.

One thread accepts clients and cuts connections that are late. Each connection has a thread, which
may wait for its client, and leaves rendering to a few others. At the cap, clients wait in the
system's queue until a connection ends, or until one that is not being answered has had its share
of time and is cut.
"""

from __future__ import annotations

import atexit
import select
import socket
import ssl
import time
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from ipaddress import ip_address
from math import inf
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer
from threading import Condition
from typing import TYPE_CHECKING, Final, NamedTuple, cast
from urllib.parse import SplitResult, urlsplit
from weakref import WeakSet

from typedprom.core.forks import run_in_children
from typedprom.core.misuse import log_once, safe_repr
from typedprom.core.threads import start_thread
from typedprom.exposition.sources import Source
from typedprom.serving import responses
from typedprom.serving.reload import ReloadedSettings, ServerSettings, read
from typedprom.serving.responses import Request, Response, ThreadedAnswers, plain
from typedprom.serving.tls import TLS, context_of

if TYPE_CHECKING:
    from typedprom.serving.web_config import BasicAuth

PATH: Final = "/metrics"
CONNECTIONS: Final = 100  # at a time, each with a thread
RENDERS: Final = 4  # at a time
CROWD: Final = 16  # more that wait to be rendered: then not for clients that may be gone
HEAD_BYTES: Final = 16 * 1024  # a scraper needs a few hundred
UNSENT_BYTES: Final = 64 * 1024 * 1024  # of answers that clients have not taken yet
_ALL_OF_IPV4: Final = "0.0.0.0"  # noqa: S104 - only where it is asked for


class Step(NamedTuple):
    """What a connection is at."""

    seconds: float  # that it may take
    share: float  # the seconds that it may take at the cap


# At the cap, those at the first of these steps are cut first.
CLOSING: Final = Step(1.0, 0.0)
ARRIVING: Final = Step(5.0, 0.2)  # handshake and head
SENDING: Final = Step(20.0, 2.0)
ANSWERING: Final = Step(inf, inf)  # what is waited for there has its own limits


class _Connection:
    """One client. Its thread waits for it without timeouts, until another thread cuts it."""

    def __init__(self, client: socket.socket, address: str) -> None:
        self.socket, self.address = client, address
        self.unsent = 0
        self.is_cut = False
        self.begin(ARRIVING)

    def begin(self, step: Step) -> None:
        self.step, self.since = step, time.monotonic()

    def has_had(self, seconds: float) -> bool:
        return not self.is_cut and time.monotonic() - self.since >= seconds

    def is_gone(self) -> bool:
        """Whether the client has closed the connection, or only its half, which looks alike."""
        if not hasattr(select, "POLLRDHUP"):  # not Linux
            return False
        poll = select.poll()
        poll.register(self.socket, select.POLLRDHUP)
        return bool(poll.poll(0))

    def cut(self) -> None:
        """Have its thread read and write nothing more."""
        self.is_cut = True
        with suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)  # that of ssl would drop TLS

    def greet(self, context: ssl.SSLContext) -> None:
        """Shake hands."""
        self.socket.getpeername()  # raises if the client is gone: wrap_socket would leak its socket
        tls = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.socket = tls
        if self.is_cut:  # while it had the other socket
            raise ConnectionAbortedError
        tls.do_handshake()

    def read_head(self) -> bytes | None:
        """The head of the request, perhaps with bytes after it; None if it is too large.

        Raises TimeoutError if it takes too long, however steadily it comes.
        """
        head, received = b"", 0
        while not (b"\n\r\n" in head or b"\n\n" in head):
            left = self.since + ARRIVING.seconds - time.monotonic()
            self.socket.settimeout(max(left, 0.001))
            chunk = self.socket.recv(4096)
            received += len(chunk)
            if not chunk:
                raise ConnectionResetError
            if received > HEAD_BYTES:
                return None
            head = (head + chunk).lstrip(b"\r\n")  # empty lines come before some requests
        return head

    def send(self, data: memoryview) -> None:
        self.socket.settimeout(None)  # the head had one
        while self.unsent:
            self.unsent -= self.socket.send(data[-self.unsent :][: 256 * 1024])

    def leave(self) -> None:
        """Say that it was all, and wait until the client closes.

        Closing with bytes of the client's unread would take back what was sent.
        """
        self.begin(CLOSING)
        if isinstance(self.socket, ssl.SSLSocket):
            with suppress(OSError):
                self.socket.unwrap()
        socket.socket.shutdown(self.socket, socket.SHUT_WR)
        left = HEAD_BYTES
        while left > 0 and (chunk := socket.socket.recv(self.socket, left)):
            left -= len(chunk)


class _Head(BaseHTTPRequestHandler):
    """The head of a request, parsed by the standard library; `error` if it is malformed."""

    default_request_version = protocol_version = "HTTP/1.1"

    def __init__(self, received: bytes) -> None:
        self.rfile = BytesIO(received)
        self.raw_requestline = self.rfile.readline()
        self.target: SplitResult | None = None
        self.error = HTTPStatus.BAD_REQUEST
        with suppress(ValueError):
            if self.parse_request():
                self.target = urlsplit(self.path)

    def send_error(self, code: int, *_: object, **__: object) -> None:
        """Keep the status for the response."""
        self.error = HTTPStatus(code)

    def field(self, name: str) -> str:
        return ",".join(self.headers.get_all(name, ()))


class MetricsServer(TCPServer):
    """Serves `/metrics` of a source from daemon threads until it is closed; a context manager."""

    allow_reuse_address = True
    request_queue_size = 1024  # clients that wait in the system's queue

    def __init__(
        self,
        addr: str,
        port: int,
        source: Source,
        *,
        health: str | None = None,
        tls: TLS | None = None,
        ssl_context: ssl.SSLContext | None = None,
        web_config: Path | None = None,
    ) -> None:
        if type(port) is not int or port not in range(65536):
            raise ValueError(
                f"{safe_repr(port)} is not a port: it must be a number from 0 to 65535"
            )
        if sum(given is not None for given in (tls, ssl_context, web_config)) > 1:
            raise ValueError("give one of tls, ssl_context and web_config, not several")
        self._source, self._health = source, health
        self._auth: BasicAuth | None = None
        if web_config is not None:
            self._settings, self._auth = _from_file(web_config)
        elif tls is not None:
            files = tuple(filter(None, tls))
            self._settings = ReloadedSettings(files, lambda: ServerSettings(context_of(tls)))
        else:
            self._settings = ReloadedSettings((), lambda: ServerSettings(ssl_context))
        self._is_https = self._settings.current().context is not None
        self._threads = ThreadedAnswers(RENDERS)
        self._open: dict[_Connection, None] = {}  # the oldest first
        self._changed = Condition()
        self._closed = False
        found = socket.getaddrinfo(addr or _ALL_OF_IPV4, port, type=socket.SOCK_STREAM)[0]
        self.address_family = found[0]
        super().__init__((str(found[4][0]), port), BaseRequestHandler)
        self.addr, self.port = self.socket.getsockname()[:2]
        if self._auth is not None and not self._is_https and not ip_address(self.addr).is_loopback:
            where = (
                f"passwords for {self.addr}:{self.port} can be read by anyone who sees the traffic"
            )
            remedy = "serve with TLS, or on a loopback address"
            log_once(("users", "overheard"), lambda: f"{where}: {remedy}")
        _servers.add(self)
        start_thread(self.serve_forever)

    @property
    def url(self) -> str:
        """Where the metrics are."""
        host = f"[{self.addr}]" if ":" in self.addr else self.addr
        return f"http{'s' if self._is_https else ''}://{host}:{self.port}{PATH}"

    def close(self) -> None:
        """Stop serving and free the port. Doing it again is harmless."""
        if self._closed:
            return
        self._closed = True
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # or its thread notices half a second later
        self.shutdown()
        self.server_close()
        with self._changed:
            for connection in self._open:
                connection.cut()
        if self._auth is not None:
            self._auth.end()

    def abandon(self) -> None:
        """Close a forked child's copies of the sockets; locks are as they were, maybe taken."""
        self._closed = True
        if self._auth is not None:
            atexit.unregister(self._auth.end)
        for copy in (self.socket, *(connection.socket for connection in self._open)):
            with suppress(OSError):
                copy.close()

    def __exit__(self, exc_type: object, exc_val: object, exc_tb: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<MetricsServer {self.url}{' (closed)' if self._closed else ''}>"

    # What follows is called by the standard library, in the thread that accepts.

    def server_bind(self) -> None:
        """Bind; to IPv6 alone, where the address is one of these."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        super().server_bind()

    def service_actions(self) -> None:
        """Cut what is late, twice a second and after each client."""
        with self._changed:
            for connection in self._open:
                if connection.has_had(connection.step.seconds):
                    connection.cut()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept a client, if there is room by now; an OSError lets it wait."""
        with self._changed:
            if len(self._open) >= CONNECTIONS:
                self._make_room()
            if len(self._open) >= CONNECTIONS:
                raise BlockingIOError
        try:
            client, address = self.socket.accept()
        except OSError:  # perhaps there are no more file descriptors
            with self._changed:
                self._make_room()
            raise
        client.settimeout(None)
        return client, address

    def process_request(self, request: object, client_address: tuple[str, int]) -> None:
        """Serve a client, in a thread."""
        connection = _Connection(cast("socket.socket", request), client_address[0])
        with self._changed:
            self._open[connection] = None
        try:
            start_thread(partial(self._serve, connection))
        except RuntimeError:  # the system has no more threads
            self._drop(connection)

    def _make_room(self) -> None:
        """Cut connections that have had their share, if there are any, and wait for a moment."""
        for step in (CLOSING, ARRIVING, SENDING):
            late = [one for one in self._open if one.step is step and one.has_had(step.share)]
            for one in late:
                one.cut()
            if late:
                break
        self._changed.wait(0.05)

    # What follows runs in the thread of a connection.

    def _serve(self, connection: _Connection) -> None:
        try:
            try:
                self._send(connection, self._talk(connection))
            except ssl.SSLError as error:  # which OpenSSL has told the client
                if error.reason == "HTTP_REQUEST":
                    socket.socket.send(connection.socket, _IN_THE_CLEAR)
            connection.leave()
        except OSError:  # the client is gone, or was cut
            pass
        finally:
            self._drop(connection)

    def _drop(self, connection: _Connection) -> None:
        with self._changed:  # so that nobody cuts what has the same file descriptor next
            del self._open[connection]
            connection.socket.close()
            self._changed.notify_all()

    def _talk(self, connection: _Connection) -> bytes:
        settings = self._settings.current()
        if settings.context is not None:
            connection.greet(settings.context)
        try:
            received = connection.read_head()
        except TimeoutError:
            return responses.http_bytes(plain(HTTPStatus.REQUEST_TIMEOUT), *settings.headers)
        if received is None:
            too_large = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            return responses.http_bytes(plain(too_large), *settings.headers)
        head = _Head(received)
        if head.target is None:
            return responses.http_bytes(plain(head.error), *settings.headers)
        accept, encoding = head.field("Accept"), head.field("Accept-Encoding")
        request = Request(head.command, head.target.query, accept, encoding)
        connection.begin(ANSWERING)
        if self._auth is not None and head.target.path != self._health:
            refused = self._auth.check(head.field("Authorization"), connection.address)
            if refused is not None:
                body = b"" if request.method == "HEAD" else refused.body
                return responses.http_bytes(refused._replace(body=body), *settings.headers)
        response = self._answer(connection, head.target.path, request)
        return responses.http_bytes(response, *settings.headers)

    def _answer(self, connection: _Connection, path: str, request: Request) -> Response:
        if path == PATH:
            rendering = self._threads.submit(partial(self._scrape, connection, request))
            try:
                return rendering.result(responses.RENDER_SECONDS)
            except TimeoutError:
                rendering.cancel()
                return plain(HTTPStatus.SERVICE_UNAVAILABLE)
        found = plain(HTTPStatus.NOT_FOUND, f"the metrics are at {PATH}")
        if path == self._health:
            found = plain(HTTPStatus.OK, "ok")
        return responses.answered(request, lambda: found)

    def _scrape(self, connection: _Connection, request: Request) -> Response:
        if len(self._threads.waiting) > CROWD and connection.is_gone():
            return plain(HTTPStatus.SERVICE_UNAVAILABLE)
        return responses.scraped(self._source, request, BaseException)

    def _send(self, connection: _Connection, data: bytes) -> None:
        """Send a response; if too much is unsent, cut the oldest connections that do not read."""
        with self._changed:
            connection.unsent = len(data)
            connection.begin(SENDING)
            unread = [one for one in self._open if one.unsent and not one.is_cut]
            while sum(one.unsent for one in unread) > UNSENT_BYTES and unread[0] != connection:
                unread.pop(0).cut()
        connection.send(memoryview(data))


_IN_THE_CLEAR: Final = responses.http_bytes(plain(HTTPStatus.BAD_REQUEST, "use https here"))


def _from_file(path: Path) -> tuple[ReloadedSettings, BasicAuth | None]:
    """The settings in a web configuration file, and what checks its users if it has any."""
    read(path)  # before what it may need: it may not be there
    try:
        from typedprom.serving.web_config import BasicAuth, load
    except ModuleNotFoundError as error:
        raise ImportError(f"{path} needs {error.name}: pip install 'typedprom[web]'") from error
    settings = ReloadedSettings((path,), partial(load, path))
    return settings, BasicAuth(settings) if settings.current().users else None


_servers: Final[WeakSet[MetricsServer]] = WeakSet()


def _after_fork() -> None:
    for server in list(_servers):
        server.abandon()
    _servers.clear()


run_in_children(_after_fork)
