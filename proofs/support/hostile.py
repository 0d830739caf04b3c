"""Gateways that are down, silent, broken or refusing; each an address to push to."""

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
    """A gateway that reads all of a push and answers so, as often as asked."""
    content = body.encode()
    answer = b"HTTP/1.1 %s\r\n" % status.encode() + _HEAD % (len(content), content)

    def behave(peer: socket.socket, ended: Event) -> None:
        while not ended.is_set() and _read_request(peer):
            peer.sendall(answer)

    return behave


def _says_nothing(peer: socket.socket, ended: Event) -> None:
    while not ended.wait(0.05):
        with suppress(TimeoutError):
            if not peer.recv(65536):
                return


def _talks_garbage(peer: socket.socket, _ended: Event) -> None:
    _read_request(peer)
    peer.sendall(bytes(range(256)) * 64)


def _dies_half_way(peer: socket.socket, _ended: Event) -> None:
    peer.recv(64)
    peer.sendall(b"HTTP/1.1 20")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset it


def _trickles(peer: socket.socket, ended: Event) -> None:
    _read_request(peer)
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    while not ended.wait(0.1):
        peer.sendall(b"X-More: 1\r\n")


def _read_request(peer: socket.socket) -> bool:
    """Read one request, by its length or in chunks; False where there is none any more."""
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
    "accepts, never answers": _says_nothing,
    "503": answers("503 Service Unavailable", "later"),
    "400": answers("400 Bad Request", REFUSAL),
    "413": answers("413 Request Entity Too Large", "too large"),
    "garbage": _talks_garbage,
    "dies half-way": _dies_half_way,
    "trickles": _trickles,
}
REFUSES, NO_SUCH_NAME = "refuses", "DNS fails"
HOSTILE = (REFUSES, *LISTENING, NO_SUCH_NAME)


@contextmanager
def hostile(name: str) -> Iterator[str]:
    """The address of such a gateway."""
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

        def converse(peer: socket.socket) -> None:
            with peer, suppress(OSError, ValueError):
                peer.settimeout(0.2)
                behave(peer, ended)

        def accept() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    threads.append(Thread(target=converse, args=(listener.accept()[0],)))
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
