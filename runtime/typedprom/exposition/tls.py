"""TLS: contexts out of files, and the channel that keeps every turn of a connection short.

OpenSSL gets only what one turn has read: else a client that sends without end, key updates for
instance, could keep the thread of all connections inside one call.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from typedprom.exposition.channels import Channel, GreetingError
from typedprom.exposition.renewal import Renewed, read

if TYPE_CHECKING:
    from typedprom.serving import TLS

_RECEIVED: Final = 4096  # bytes a turn, of handshakes and of heads
_RECORD: Final = 16 * 1024  # the most that TLS encrypts at a time
_SENT: Final = 8 * _RECORD  # bytes a turn
_IN_THE_CLEAR: Final = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 15\r\n"
    b"Connection: close\r\n\r\nuse https here\n"
)


def channels(tls: TLS) -> Callable[[socket.socket], Channel]:
    """What makes a channel of a client's socket; a ValueError says what is wrong with the files."""
    files = [tls.certificate, tls.key]
    if tls.clients is not None:
        files.append(tls.clients)
    contexts = Renewed(files, partial(_context, tls))
    return lambda client: TLSChannel(client, contexts.current())


def _context(tls: TLS) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.num_tickets = 0  # scrapers do not come back to a session
    context.set_alpn_protocols(["http/1.1"])
    for path in (tls.certificate, tls.key):
        read(path)  # because OpenSSL does not say which of them it is
    try:
        context.load_cert_chain(tls.certificate, tls.key, partial(_no_password, tls.key))
    except OSError as error:  # that of ssl is one
        raise ValueError(
            f"{tls.certificate} and {tls.key} are no certificate and key, in PEM, that belong "
            f"together: {_reason(error)}"
        ) from None
    if tls.clients is not None:
        _verify_clients(context, tls.clients)
    return context


def _no_password(key: Path) -> str:  # else OpenSSL asks whoever sits at the terminal
    raise ValueError(f"{key} needs a password: give a key without one")


def _verify_clients(context: ssl.SSLContext, authorities: Path) -> None:
    read(authorities)
    try:
        context.load_verify_locations(authorities)
    except OSError as error:  # that of ssl is one
        raise ValueError(
            f"{authorities} has no certificates of authorities, in PEM: {_reason(error)}"
        ) from None
    context.verify_mode = ssl.CERT_REQUIRED


def _reason(error: OSError) -> str:
    reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
    return (reason or "unreadable").replace("_", " ").lower()


class TLSChannel:
    """A socket with TLS on it."""

    def __init__(self, client: socket.socket, context: ssl.SSLContext) -> None:
        self._client = client
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._unsent = memoryview(b"")
        self._finished = False

    @property
    def unsent(self) -> bool:
        """Whether encrypted bytes wait for the client to take them."""
        return bool(self._unsent)

    def greet(self) -> bool:
        """Go on with the handshake, and say whether it is done."""
        if not self._flush() or not self._fill():
            return False
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as error:
            if error.reason == "HTTP_REQUEST":
                self._unsent = memoryview(_IN_THE_CLEAR)
            raise GreetingError from error
        finally:
            self._flush()
        return True

    def receive(self) -> bytes | None:
        """What the client has sent. All of it is taken, so that the socket tells of more.

        OpenSSL learns of the end when everything before it was taken: then it writes no more.
        """
        if not self._flush():
            return None
        try:
            taken = self._decrypted()
            if taken is None and self._fill():
                taken = self._decrypted()
            return taken
        except ssl.SSLEOFError:  # it closed without the word that TLS has for it
            return b""
        finally:
            self._flush()

    def send(self, data: memoryview) -> int:
        """Encrypt some of the data, and say how much of it."""
        taken = 0
        if self._flush():
            while taken < min(len(data), _SENT):
                taken += self._tls.write(data[taken : taken + _RECORD])
            self._flush()
        return taken

    def finish(self) -> bool:
        """Say that it was all, and close our half; the client's last word is not waited for."""
        if not self._finished:
            self._finished = True
            with suppress(ssl.SSLError):  # it is said; or there was no handshake, thus nobody
                self._tls.unwrap()
        if not self._flush():
            return False
        self._client.shutdown(socket.SHUT_WR)
        return True

    def _decrypted(self) -> bytes | None:
        """All there is by now: nothing at the end, None if nothing is complete."""
        parts: list[bytes] = []
        try:
            while part := self._tls.read(_RECORD):
                parts.append(part)
        except ssl.SSLWantReadError:
            return b"".join(parts) or None
        return b"".join(parts)

    def _fill(self) -> bool:
        """Whether the client has sent anything, if only its end."""
        try:
            received = self._client.recv(_RECEIVED)
        except BlockingIOError:
            return False
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()
        return True

    def _flush(self) -> bool:
        """Whether all that is encrypted is on its way."""
        if self._outgoing.pending:
            self._unsent = memoryview(b"".join((self._unsent, self._outgoing.read())))
        if self._unsent:
            with suppress(BlockingIOError):
                self._unsent = self._unsent[self._client.send(self._unsent) :]
        return not self._unsent
