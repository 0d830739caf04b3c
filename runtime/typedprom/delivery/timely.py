"""A socket that gives up at a deadline, however many bytes still trickle in before it."""

from __future__ import annotations

import io
import socket
from contextlib import suppress
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

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
