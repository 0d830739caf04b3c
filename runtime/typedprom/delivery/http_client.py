"""An HTTP client with a deadline for the whole request."""

from __future__ import annotations

import io
import os
import random
import socket
from collections.abc import Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from errno import ECONNRESET
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    IncompleteRead,
    RemoteDisconnected,
)
from http.client import responses as _phrases
from importlib import import_module
from math import inf
from time import monotonic, sleep, time
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakSet

from typedprom.core.forks import run_in_children
from typedprom.delivery.credentials import CA_FILE, Credentials, Secrets
from typedprom.delivery.dns import Addresses, ResolvedAddress
from typedprom.delivery.redaction import WITHHELD, beginning, redacted
from typedprom.delivery.server_url import ServerURL, shown_url

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_ANSWER_BYTES: Final = 64 * 1024  # of a body; a longer one is not read to the end
_COMPARED: Final = 4096  # bytes of it in which credentials are looked for: more than are shown
# How versions of OpenSSL report an answer that is not TLS.
_NO_TLS: Final = ("WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE")
_NO_ISSUER: Final = (18, 19, 20, 21)  # OpenSSL: self-signed, or the issuer is unknown
_PORTS: Final = {"http": 80, "https": 443}
FIRST_PAUSE: Final = 0.05  # seconds
LONGEST_PAUSE: Final = 5.0
_TEMPORARY: Final = (408, 425, 429)  # statuses to retry, as well as 500 and above
_CHUNK: Final = 256 * 1024
_LONGEST: Final = 3600.0  # seconds; a longer timeout overflows


class UnreachableError(Exception):
    """There is no answer; the message continues a sentence after the server's name."""


class GaveUpError(Exception):
    """The deadline does not allow another attempt; the message describes the last failure."""


class UntrustedError(Exception):
    """The server's certificate is not trusted; a retry does not help."""


class HTTPRequest(NamedTuple):
    """A request. `most` is how many bytes of the answer's body are read."""

    method: str
    path: str
    content_type: str
    body: bytes
    most: int = _ANSWER_BYTES


class HTTPAnswer(NamedTuple):
    """A response, without what repeats credentials.

    `text` is the beginning of the body, in one line. `location` is the server that it names. `body`
    is as it came, and not to be shown.
    """

    status: int
    reason: str
    text: str
    retry_after: str
    location: str
    body: bytes

    def describe(self) -> str:
        """The response, as a sentence continues after the server's name."""
        sentence = f"answers {self.status} {self.reason}".rstrip()
        return f"{sentence}: {self.text}" if self.text else sentence


class DeadlineConnection:
    """A connection that opens when needed; for one thread at a time, and of one process."""

    def __init__(self, url: ServerURL, credentials: Credentials) -> None:
        self._endpoint = endpoint = url.endpoint
        self._secrets_in_url = url.secrets
        self._credentials = credentials
        self._port = endpoint.port or _PORTS[endpoint.scheme]
        self._addresses = Addresses(endpoint.host, self._port)
        self._stream: DeadlineSocket | None = None
        if endpoint.scheme == "https":
            import_module("ssl")  # now: a fork must not find it half imported

    def prepare(self) -> None:
        """Start the DNS look-up."""
        self._addresses.begin()

    def exchange_with_retries(self, request: HTTPRequest, deadline: float) -> HTTPAnswer:
        """Exchange until an answer is not a temporary failure.

        Raises GaveUpError, UntrustedError and CredentialsError.
        """
        pause, failure = FIRST_PAUSE, ""
        while True:
            wait = pause * random.uniform(0.5, 1.5)  # noqa: S311 - so that clients spread out
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                answer = self.exchange(request, deadline)
            except UnreachableError as error:
                if not failure or monotonic() < deadline:  # else it was cut off: says less
                    failure = str(error)
            else:
                if answer.status not in _TEMPORARY and answer.status < 500:
                    return answer
                failure = answer.describe()
                wait = max(wait, _retry_after(answer.retry_after))
            if monotonic() + wait >= deadline:
                raise GaveUpError(failure)
            sleep(wait)

    def exchange(self, request: HTTPRequest, deadline: float) -> HTTPAnswer:
        """Send the request and return the answer.

        If the server has closed the connection, a new one is opened. Raises UnreachableError,
        UntrustedError and CredentialsError.
        """
        secrets = self._credentials.secrets().and_words(self._secrets_in_url)
        try:
            if self._stream is not None:
                with suppress(ConnectionError):  # it was closed since the last request
                    return self._exchange(self._stream, request, secrets, deadline)
                self.close()
            self._stream = self._connect(deadline)
            return self._exchange(self._stream, request, secrets, deadline)
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            if untrusted := getattr(error, "verify_message", None):
                is_unknown = getattr(error, "verify_code", None) in _NO_ISSUER
                remedy = f"; set {CA_FILE}" if is_unknown else ""
                raise UntrustedError(f"is not trusted: {untrusted}{remedy}") from None
            raise UnreachableError(redacted(_describe(error), secrets.words)) from None
        except BaseException:  # the exchange may be incomplete
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the next exchange opens it again."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.shut()

    def _connect(self, deadline: float) -> DeadlineSocket:
        plain = _connect_first(self._addresses.get(deadline), deadline)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.settimeout(remaining(deadline))
            if self._endpoint.scheme == "https":
                context = self._credentials.context()
                plain = context.wrap_socket(plain, server_hostname=self._endpoint.host)
        except BaseException:
            plain.close()
            raise
        return DeadlineSocket(plain)

    def _exchange(
        self, stream: DeadlineSocket, request: HTTPRequest, secrets: Secrets, deadline: float
    ) -> HTTPAnswer:
        stream.deadline = deadline
        http = HTTPConnection(self._endpoint.host, self._port)
        http.auto_open = 0
        http.sock = stream
        headers = {
            "Host": self._endpoint.netloc,
            "User-Agent": "typedprom",
            "Content-Type": request.content_type,
        }
        if secrets.authorization is not None:
            headers["Authorization"] = secrets.authorization
        sent = True
        try:
            http.request(request.method, request.path, request.body, headers)
        except ConnectionError:
            sent = False  # the server may have answered before it stopped reading
        response = http.getresponse()
        answer = _read(response, secrets, request.most)
        is_interim = response.status < 200  # the answer is still to come
        if not sent or is_interim or response.will_close or not response.isclosed():
            self.close()
        return answer


def _connect_first(addresses: Sequence[ResolvedAddress], deadline: float) -> socket.socket:
    """Connect to the first address that accepts; each gets an equal share of the time."""
    error: OSError = TimeoutError()
    for tried, (family, address) in enumerate(addresses):
        share = remaining(deadline) / (len(addresses) - tried)
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(share)
            plain.connect(address)
            return plain
        except BaseException as failure:
            plain.close()
            if not isinstance(failure, OSError):
                raise
            error = failure
    raise error


def _read(response: HTTPResponse, secrets: Secrets, most: int) -> HTTPAnswer:
    """Read the answer, and its body up to a limit."""
    pieces: list[bytes] = []
    missing = most
    while missing > 0 and (piece := response.read(min(missing, _CHUNK))):
        pieces.append(piece)
        missing -= len(piece)
    body = b"".join(pieces)
    if missing > 0 and response.length:
        raise IncompleteRead(body, response.length)

    reason, text = response.reason, body[:_COMPARED].decode(errors="replace")
    location = response.getheader("Location", "")
    heard = f"{reason}\n{text}\n{location}"
    if redacted(heard, secrets.words) != heard:
        reason, text, location = _phrases.get(response.status, ""), WITHHELD, ""
    return HTTPAnswer(
        response.status,
        beginning(reason),
        beginning(text),
        response.getheader("Retry-After", ""),
        shown_url(location) if "://" in location else "",
        body,
    )


def _describe(error: Exception) -> str:
    """What went wrong, as a sentence continues after the server's name."""
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


def remaining(deadline: float) -> float:
    """Seconds until the deadline, by the monotonic clock. Raises TimeoutError if it has passed."""
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return min(seconds, _LONGEST)


_open: Final[WeakSet[DeadlineSocket]] = WeakSet()


class DeadlineSocket(io.RawIOBase):
    """A connected socket for http.client, and the file it reads from. Set `deadline` first."""

    def __init__(self, plain: socket.socket) -> None:
        self._socket = plain
        self._status = os.fstat(plain.fileno())
        self.deadline = inf
        _open.add(self)

    def sendall(self, data: ReadableBuffer) -> None:
        """Send all data."""
        view = memoryview(data)
        while view:
            self._prepare()
            view = view[self._socket.send(view[:_CHUNK]) :]

    def readable(self) -> bool:
        """Whether it can be read from."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Receive some bytes, and return how many; 0 at the end."""
        self._prepare()
        return self._socket.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A file to read the answer from."""
        return io.BufferedReader(self)

    def close(self) -> None:
        """Do nothing, because http.client closes a socket before it has read the answer."""

    def shut(self) -> None:
        """Close the socket."""
        with suppress(OSError):
            if self._is_ours():
                self._socket.close()
            else:
                self._socket.detach()

    def _prepare(self) -> None:
        if not self._is_ours():
            raise ConnectionResetError(ECONNRESET, "the program has closed the connection")
        self._socket.settimeout(remaining(self.deadline))

    def _is_ours(self) -> bool:
        """Whether the descriptor is the socket's: the program may close what is not its own."""
        try:
            return os.path.samestat(os.fstat(self._socket.fileno()), self._status)
        except OSError:
            return False

    def __del__(self) -> None:
        self.shut()  # it stays open until the process ends: avoid a ResourceWarning


def _after_in_child() -> None:
    for copy in list(_open):
        copy.shut()  # the parent's stays open


run_in_children(_after_in_child)


def _retry_after(text: str) -> float:
    """Seconds to wait by a Retry-After header; 0 if it is missing or invalid."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 10 else inf
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time())
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0
