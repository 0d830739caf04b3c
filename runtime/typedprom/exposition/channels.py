"""Channels: how the bytes of a connection come and go, in the clear; `tls.py` has the other one."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Final, Protocol

_RECEIVED: Final = 4096  # bytes at a time: a head is short
_SENT: Final = 256 * 1024  # bytes at a time


class GreetingError(Exception):
    """There is no talking to the client. What can be said about it, `finish` sends."""


class Channel(Protocol):
    """What a client sends and is sent, through a socket that does not block. Nothing here waits.

    Every method may raise OSError: the client is gone.
    """

    @property
    def unsent(self) -> bool:
        """Whether bytes of the channel's own have to go out before anything can come in."""
        ...

    def greet(self) -> bool:
        """Go on with what comes before the first byte, and say whether that is done."""
        ...

    def receive(self) -> bytes | None:
        """What the client has sent: nothing at its end, None as long as there is nothing."""
        ...

    def send(self, data: memoryview) -> int:
        """Send some of the data, and say how much of it."""
        ...

    def finish(self) -> bool:
        """Tell the client that no more is sent, and say whether that is done."""
        ...


class PlainChannel:
    """The socket as it is."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client

    @property
    def unsent(self) -> bool:
        """No: it has nothing to say of its own."""
        return False

    def greet(self) -> bool:
        """Done: there is nothing to say."""
        return True

    def receive(self) -> bytes | None:
        """What the client has sent."""
        try:
            return self._client.recv(_RECEIVED)
        except BlockingIOError:
            return None

    def send(self, data: memoryview) -> int:
        """Send some of the data, and say how much of it."""
        with suppress(BlockingIOError):
            return self._client.send(data[:_SENT])
        return 0

    def finish(self) -> bool:
        """Close our half of the connection."""
        self._client.shutdown(socket.SHUT_WR)
        return True
