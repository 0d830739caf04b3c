"""An HTTP client with a deadline for the whole request."""

from __future__ import annotations

import io
import os
import random
import socket
from collections.abc import Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    IncompleteRead,
    RemoteDisconnected,
)
from math import inf
from time import monotonic, sleep, time
from typing import TYPE_CHECKING, Final, NamedTuple

from typedprom.core.variables import CA_FILE
from typedprom.delivery.credentials import Credentials, Secrets
from typedprom.delivery.dns import Addresses, ResolvedAddress

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_ANSWER_BYTES: Final = 64 * 1024  # of a body; what is longer is not read to the end
_WORDS: Final = 500  # characters of it that are shown
# What OpenSSL, by its version, calls an answer in plain text.
_NO_TLS: Final = ("WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE")
_NO_ISSUER: Final = (18, 19, 20, 21)  # of a certificate: self-signed, or by somebody unknown
_PORTS: Final = {"http": 80, "https": 443}


class UnreachableError(Exception):
    """There is no answer; the message says why, as a sentence goes on after a server's name."""


class UntrustedError(UnreachableError):
    """The server is not who it should be, which asking again does not mend."""


class Endpoint(NamedTuple):
    """Where a server listens."""

    scheme: str
    host: str
    port: int | None

    @property
    def netloc(self) -> str:
        """Host and, if it is not the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


class HTTPRequest(NamedTuple):
    """What is sent."""

    method: str
    path: str
    content_type: str
    body: bytes


class HTTPAnswer(NamedTuple):
    """What came back. `words` is the beginning of the body, in one line."""

    status: int
    reason: str
    words: str
    retry_after: str
    location: str


class DeadlineConnection:
    """A connection that opens itself; for one thread at a time. A forked child opens its own."""

    def __init__(self, endpoint: Endpoint, credentials: Credentials) -> None:
        self._endpoint = endpoint
        self._credentials = credentials
        self._port = endpoint.port or _PORTS[endpoint.scheme]
        self._addresses = Addresses(endpoint.host, self._port)
        self._open: TimelySocket | None = None
        self._pid = os.getpid()

    def prepare(self) -> None:
        """Begin to look the host's name up."""
        self._notice_fork()
        self._addresses.begin()

    def exchange(self, message: HTTPRequest, deadline: float) -> HTTPAnswer:
        """Send the message and return the answer.

        A connection that turns out to have been closed meanwhile is opened once more. Raises
        UnreachableError, and CredentialsError where they cannot be read.
        """
        self._notice_fork()
        secrets = self._credentials.secrets()
        try:
            if self._open is not None:
                with suppress(ConnectionError):  # closed by the other side since the last time
                    return self._exchanged(self._open, message, secrets, deadline)
                self.close()
            self._open = self._opened(deadline)
            return self._exchanged(self._open, message, secrets, deadline)
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            untrusted = getattr(error, "verify_message", None)
            if untrusted is not None:
                raise UntrustedError(f"is not trusted: {untrusted}{_remedy(error)}") from None
            raise UnreachableError(secrets.hidden(_why(error))) from None
        except BaseException:  # in the middle of something
            self.close()
            raise

    def close(self) -> None:
        """Close it; the next exchange opens it again."""
        stream, self._open = self._open, None
        if stream is not None:
            stream.shut()

    def _notice_fork(self) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._addresses = Addresses(self._endpoint.host, self._port)
            self.close()  # our copy: the parent's stays open

    def _opened(self, deadline: float) -> TimelySocket:
        plain = _connected(self._addresses.get(deadline), deadline)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.settimeout(remaining(deadline))
            if self._endpoint.scheme == "https":
                context = self._credentials.context()
                plain = context.wrap_socket(plain, server_hostname=self._endpoint.host)
        except BaseException:
            plain.close()
            raise
        return TimelySocket(plain)

    def _exchanged(
        self, stream: TimelySocket, message: HTTPRequest, secrets: Secrets, deadline: float
    ) -> HTTPAnswer:
        stream.deadline = deadline
        http = HTTPConnection(self._endpoint.host, self._port)
        http.auto_open = 0
        http.sock = stream
        headers = {
            "Host": self._endpoint.netloc,
            "User-Agent": "typedprom",
            "Content-Type": message.content_type,
        }
        if secrets.authorization is not None:
            headers["Authorization"] = secrets.authorization
        sent = True
        try:
            http.request(message.method, message.path, message.body, headers)
        except ConnectionError:
            sent = False  # it may have answered before it stopped listening
        response = http.getresponse()
        answer = _read(response, secrets)
        if not sent or response.will_close or not response.isclosed():
            self.close()
        return answer


def _connected(addresses: Sequence[ResolvedAddress], deadline: float) -> socket.socket:
    """A socket connected to the first address that answers, each having its share of the time."""
    error: OSError = TimeoutError()
    for tried, (family, address) in enumerate(addresses):
        share = remaining(deadline) / (len(addresses) - tried)
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(share)
            plain.connect(address)
        except OSError as refused:
            plain.close()
            error = refused
        except BaseException:
            plain.close()
            raise
        else:
            return plain
    raise error


def _read(response: HTTPResponse, secrets: Secrets) -> HTTPAnswer:
    """The answer, its body up to a limit."""
    body = b""
    while len(body) < _ANSWER_BYTES and (piece := response.read(_ANSWER_BYTES)):
        body += piece
    if len(body) < _ANSWER_BYTES and response.length:
        raise IncompleteRead(body, response.length)
    words = " ".join(body.decode(errors="replace").split())
    return HTTPAnswer(
        response.status,
        secrets.hidden(_printable(response.reason)),
        secrets.hidden(_printable(words)),
        response.getheader("Retry-After", ""),
        secrets.hidden(_printable(response.getheader("Location", ""))),
    )


def _why(error: Exception) -> str:
    """What is wrong with the server, as a sentence goes on after its name."""
    if isinstance(error, TimeoutError):
        return "does not answer in time"
    if isinstance(error, socket.gaierror):
        return f"is not found: {error.strerror}"
    if isinstance(error, RemoteDisconnected):
        return "closes the connection without an answer"
    if getattr(error, "reason", None) in _NO_TLS:
        return "answers with something that is not TLS: does it speak https?"
    if isinstance(error, OSError):
        return f"cannot be reached: {error.strerror or error}"
    if isinstance(error, IncompleteRead):
        return "stops in the middle of an answer"
    return "answers with something that is not HTTP"


def _remedy(error: Exception) -> str:
    """What to do about a certificate that nobody vouches for."""
    unknown = getattr(error, "verify_code", None) in _NO_ISSUER
    return f"; set {CA_FILE}" if unknown else ""


def _printable(text: str) -> str:
    """The beginning of it, with nothing that a terminal would act on."""
    return "".join([one if one.isprintable() else "?" for one in text[:_WORDS]])


_CHUNK: Final = 256 * 1024
_LONGEST: Final = 3600.0  # seconds; what a socket can be told is limited


def remaining(deadline: float) -> float:
    """Seconds until the deadline, by the monotonic clock; TimeoutError if it is over."""
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return min(seconds, _LONGEST)


class TimelySocket:
    """What http.client needs of a connected socket. Set `deadline` before each exchange."""

    def __init__(self, plain: socket.socket) -> None:
        self._socket = plain
        self.deadline = inf

    def sendall(self, data: ReadableBuffer) -> None:
        """Send all of it."""
        view = memoryview(data)
        while view:
            self._socket.settimeout(remaining(self.deadline))
            view = view[self._socket.send(view[:_CHUNK]) :]

    def receive(self, buffer: WriteableBuffer) -> int:
        """Receive something; 0 at the end."""
        self._socket.settimeout(remaining(self.deadline))
        return self._socket.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A file to read the answer from."""
        return io.BufferedReader(_Received(self))

    def close(self) -> None:
        """Do nothing: http.client closes a socket before it has read the answer."""

    def shut(self) -> None:
        """Close it."""
        with suppress(OSError):
            self._socket.close()

    def __del__(self) -> None:
        self.shut()  # kept alive up to the end, which is not worth a ResourceWarning


class _Received(io.RawIOBase):
    """What a socket receives."""

    def __init__(self, source: TimelySocket) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        return self._source.receive(buffer)


FIRST_PAUSE: Final = 0.05  # seconds
LONGEST_PAUSE: Final = 5.0
_PASSING: Final = (408, 425, 429)  # beside 500 and above: what may be otherwise the next time


class GaveUpError(Exception):
    """The deadline has come, or comes before it makes sense to try again. Says what was last."""


def asked(connection: DeadlineConnection, message: HTTPRequest, deadline: float) -> HTTPAnswer:
    """The answer that is not just passing trouble.

    Raises GaveUpError, UntrustedError and CredentialsError.
    """
    pause, why = FIRST_PAUSE, ""
    while True:
        wait = pause * random.uniform(0.5, 1.5)  # noqa: S311 - so that not all come at once
        pause = min(pause * 2, LONGEST_PAUSE)
        try:
            answer = connection.exchange(message, deadline)
        except UntrustedError:
            raise
        except UnreachableError as error:
            if not why or monotonic() < deadline:  # else it was cut off, and says less than before
                why = str(error)
        else:
            if answer.status not in _PASSING and answer.status < 500:
                return answer
            why = said(answer)
            wait = max(wait, _retry_after(answer.retry_after))
        if monotonic() + wait >= deadline:
            raise GaveUpError(why)
        sleep(wait)


def said(answer: HTTPAnswer) -> str:
    """What a server answered, as a sentence goes on after its name."""
    sentence = f"answers {answer.status} {answer.reason}".rstrip()
    return f"{sentence}: {answer.words}" if answer.words else sentence


def _retry_after(text: str) -> float:
    """Seconds that a Retry-After asks to wait; 0 without one that can be read."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 10 else inf
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time())
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0
