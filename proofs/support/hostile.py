"""Gateways that are down, silent, broken or refusing; each has an address to push to."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Thread

from tools.running import HOST, free_port

Behaviour = Callable[[socket.socket, Event], None]
_HEAD = b"Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
REFUSAL = "pushed metrics are invalid or inconsistent with existing metrics"


def answers(status: str, body: str) -> Behaviour:
    """Make a gateway that reads each push completely and sends that answer."""
    content = body.encode()
    answer = b"HTTP/1.1 %s\r\n" % status.encode() + _HEAD % (len(content), content)

    def behave(peer: socket.socket, ended: Event) -> None:
        while not ended.is_set() and _read_request(peer):
            peer.sendall(answer)

    return behave


def _never_answers(peer: socket.socket, ended: Event) -> None:
    while not ended.wait(0.05):
        with suppress(TimeoutError):
            if not peer.recv(65536):
                return


def _sends_garbage(peer: socket.socket, _ended: Event) -> None:
    _read_request(peer)
    peer.sendall(bytes(range(256)) * 64)


def _resets_half_way(peer: socket.socket, _ended: Event) -> None:
    peer.recv(64)
    peer.sendall(b"HTTP/1.1 20")
    # The connection is then reset when it is closed.
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _sends_slowly(peer: socket.socket, ended: Event) -> None:
    _read_request(peer)
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    while not ended.wait(0.1):
        peer.sendall(b"X-More: 1\r\n")


def _read_request(peer: socket.socket) -> bool:
    """Read one request, by its length or in chunks; False at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := peer.recv(65536)):
            return False
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    length = int(lines.get(b"content-length", b"-1"))
    while len(body) < length or (length < 0 and not body.endswith(b"0\r\n\r\n")):
        if not (more := peer.recv(65536)):
            return False
        body += more
    return True


LISTENING: Mapping[str, Behaviour] = {
    "accepts, never answers": _never_answers,
    "503": answers("503 Service Unavailable", "later"),
    "400": answers("400 Bad Request", REFUSAL),
    "413": answers("413 Request Entity Too Large", "too large"),
    "garbage": _sends_garbage,
    "resets the connection": _resets_half_way,
    "sends slowly": _sends_slowly,
}
REFUSES, NO_SUCH_NAME = "refuses", "DNS fails"
HOSTILE = (REFUSES, *LISTENING, NO_SUCH_NAME)


@contextmanager
def hostile(name: str) -> Iterator[str]:
    """Yield the address of that gateway."""
    if name == REFUSES:
        yield f"{HOST}:{free_port()}"
    elif name == NO_SUCH_NAME:
        yield "no-such-gateway.invalid:9091"
    else:
        with _listening(LISTENING[name]) as port:
            yield f"{HOST}:{port}"


@contextmanager
def _listening(behave: Behaviour) -> Iterator[int]:
    ended, threads = Event(), list[Thread]()
    with socket.create_server((HOST, 0)) as listener:
        listener.settimeout(0.1)

        def serve(peer: socket.socket) -> None:
            with peer, suppress(OSError, ValueError):
                peer.settimeout(0.2)
                behave(peer, ended)

        def accept() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    threads.append(Thread(target=serve, args=(listener.accept()[0],)))
                    threads[-1].start()

        accepting = Thread(target=accept)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            ended.set()
            accepting.join()
            for thread in threads:
                thread.join()
