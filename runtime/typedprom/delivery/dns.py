"""DNS look-ups with a time limit.

The system's resolver has no time limit, so a thread calls it. No thread can be started while the
interpreter exits: call `begin` earlier to connect then.
"""

from __future__ import annotations

import socket
import threading
from time import monotonic
from typing import Final, TypeAlias

from typedprom.core.threads import start_thread

_LONGEST: Final = 3600.0  # seconds; a longer wait overflows

SocketAddress: TypeAlias = (
    "tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]"  # as getaddrinfo gives it
)
ResolvedAddress: TypeAlias = tuple[socket.AddressFamily, SocketAddress]


class Addresses:
    """The addresses of one host and port."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._literal = _literal(host, port)
        self._lookup: _Lookup | None = None  # the latest
        self._found: list[ResolvedAddress] = []  # by the latest successful one

    def begin(self) -> None:
        """Start a look-up, unless the host is an IP address or a look-up is running."""
        if self._literal or (self._lookup is not None and not self._lookup.done.is_set()):
            return
        lookup = _Lookup(self._host, self._port)
        try:
            start_thread(lookup.run)
        except RuntimeError:  # the interpreter exits
            if self._lookup is not None:
                return
            lookup.run()
        self._lookup = lookup

    def get(self, deadline: float) -> list[ResolvedAddress]:
        """The addresses; those of an earlier look-up if this one is late. Raises OSError."""
        if self._literal:
            return self._literal
        self.begin()
        lookup = self._lookup
        if lookup is not None:
            seconds = max(0.0, deadline - monotonic())
            # With an earlier answer, leave time to use it.
            lookup.done.wait(min(seconds / 2 if self._found else seconds, _LONGEST))
            self._found = lookup.addresses or self._found
        if not self._found:
            error = None if lookup is None else lookup.error
            raise error or TimeoutError("the look-up of its name is not answered")
        return self._found


class _Lookup:
    """One call of the resolver."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self.addresses: list[ResolvedAddress] = []
        self.error: OSError | None = None
        self.done = threading.Event()

    def run(self) -> None:
        try:
            infos = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            self.addresses = [(info[0], info[4]) for info in infos]
        except OSError as error:
            self.error = error
        except UnicodeError:
            self.error = OSError("its name is not a host name")
        finally:
            self.done.set()


def _literal(host: str, port: int) -> list[ResolvedAddress]:
    """The address if the host is an IP address; empty if it is a name."""
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [(info[0], info[4]) for info in infos]
