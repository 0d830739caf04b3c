"""Connections: one thread moves the bytes of all of them, so that none can keep another waiting.

A connection greets, which takes time only where there is TLS, sends a head, waits for the answer,
takes it and goes. Each step has its time; of too many connections the oldest goes first. What is
slow, which is rendering and checking passwords, others do.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Final, TypeAlias

from typedprom.exposition import heads
from typedprom.exposition.channels import Channel, GreetingError
from typedprom.exposition.connection import NOTHING, Connection, Step
from typedprom.exposition.responses import Request, Response, plain

CONNECTIONS: Final = 100  # at a time
PENDING_BYTES: Final = 64 * 1024 * 1024  # of answers that clients have not taken yet
_LEFTOVER: Final = 64 * 1024  # bytes after the head that are read and thrown away

Open: TypeAlias = Callable[[socket.socket], Channel]
Ask: TypeAlias = Callable[[Connection, str, Request], None]


class Connections:
    """All connections to one listening socket, each with the channel that `open` makes.

    `ask` has a request answered by `answered`.
    """

    def __init__(self, listener: socket.socket, open: Open, ask: Ask) -> None:
        self._listener = listener
        self._channel = open
        self._ask = ask
        self._open: dict[Connection, None] = {}  # the oldest first
        self._answers: deque[tuple[Connection, Response]] = deque()
        self._stopping = False
        self._selector = selectors.DefaultSelector()
        self._bell, self._button = socket.socketpair()
        for quiet in (listener, self._bell, self._button):
            quiet.settimeout(0)
        self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(self._bell, selectors.EVENT_READ)

    def answered(self, connection: Connection, response: Response) -> None:
        """Have the response sent; from any thread."""
        self._answers.append((connection, response))
        self._ring()

    def stop(self) -> None:
        """Have `run` return; from any thread."""
        self._stopping = True
        self._ring()

    def run(self) -> None:
        """Move bytes until stopped."""
        try:
            while not self._stopping:
                for key, _ in self._selector.select(self._patience()):
                    self._turn(key.data, key.fileobj)
                self._send_answers()
                self._drop_late()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close everything; in a forked child, which has copies, without touching the parent's."""
        with suppress(OSError):
            self._selector.close()
        for one in (
            *(c.client for c in tuple(self._open)),
            self._listener,
            self._bell,
            self._button,
        ):
            with suppress(OSError):
                one.close()
        self._open.clear()

    def _ring(self) -> None:
        with suppress(OSError):  # full: it rings already; closed: nobody listens
            self._button.send(b"!")

    def _patience(self) -> float | None:
        """Seconds until the first connection is late."""
        first = min((connection.deadline for connection in self._open), default=None)
        return None if first is None else max(0.0, first - time.monotonic())

    def _turn(self, connection: Connection | None, source: object) -> None:
        if source is self._listener:
            self._accept()
        elif connection is None:
            with suppress(OSError):
                self._bell.recv(4096)
        elif connection in self._open:  # not closed by a turn just before
            self._go_on(connection)

    def _go_on(self, connection: Connection) -> None:
        try:
            self._move(connection)
        except OSError:
            self._close(connection)
        else:
            self._watch(connection)

    def _watch(self, connection: Connection) -> None:
        """Have its next turn come when it can go on."""
        events = connection.events() if connection in self._open else NOTHING
        if events == connection.watched:
            return
        if not connection.watched:
            self._selector.register(connection.client, events, connection)
        elif events:
            self._selector.modify(connection.client, events, connection)
        else:
            self._selector.unregister(connection.client)
        connection.watched = events

    def _accept(self) -> None:
        try:
            client, address = self._listener.accept()
        except (BlockingIOError, ConnectionError):
            return
        except OSError:  # no more file descriptors: make room, do not spin
            self._close_oldest(*Step)
            time.sleep(0.05)
            return
        client.settimeout(0)
        if len(self._open) >= CONNECTIONS:
            self._close_oldest(*(step for step in Step if step is not Step.WAITING))
        if len(self._open) >= CONNECTIONS:  # all wait for answers
            client.close()
            return
        try:
            channel = self._channel(client)
        except OSError:
            client.close()
            return
        connection = Connection(client, str(address[0]), channel)
        self._open[connection] = None
        self._go_on(connection)

    def _move(self, connection: Connection) -> None:
        match connection.step:
            case Step.GREETING:
                self._greet(connection)
            case Step.ASKING:
                self._read(connection)
            case Step.TAKING:
                self._write(connection)
            case Step.LEAVING:
                self._read_leftover(connection)
            case Step.WAITING:
                pass

    def _greet(self, connection: Connection) -> None:
        try:
            greeted = connection.channel.greet()
        except GreetingError:
            connection.begin(Step.TAKING)
            self._write(connection)
            return
        if greeted:
            connection.begin(Step.ASKING)
            self._read(connection)  # what came with the greeting

    def _read(self, connection: Connection) -> None:
        chunk = connection.channel.receive()
        if chunk is None:
            return
        if not chunk:
            self._close(connection)
            return
        connection.received += chunk
        try:
            read = heads.read(bytes(connection.received))
        except heads.HeadError as bad:
            self._send(connection, plain(bad.status, bad.status.phrase))
            return
        if read is not None:
            connection.received.clear()
            connection.begin(Step.WAITING)
            self._ask(connection, *read)

    def _send_answers(self) -> None:
        while self._answers:
            connection, response = self._answers.popleft()
            if connection in self._open and connection.step is Step.WAITING:  # else it was late
                self._send(connection, response)

    def _send(self, connection: Connection, response: Response) -> None:
        connection.pending = memoryview(heads.write(response) + response.body)
        connection.begin(Step.TAKING)
        self._watch(connection)
        while sum(len(c.pending) for c in self._open) > PENDING_BYTES and (
            next(c for c in self._open if c.pending) is not connection
        ):
            self._close_oldest(Step.TAKING)

    def _write(self, connection: Connection) -> None:
        if connection.pending:
            sent = connection.channel.send(connection.pending)
            connection.pending = connection.pending[sent:]
        if not connection.pending and connection.channel.finish():
            # Closing with bytes unread would take the answer back: wait for the client to close.
            connection.begin(Step.LEAVING)

    def _read_leftover(self, connection: Connection) -> None:
        try:
            chunk = connection.client.recv(_LEFTOVER)
        except BlockingIOError:
            return
        connection.received += chunk
        if not chunk or len(connection.received) > _LEFTOVER:
            self._close(connection)

    def _drop_late(self) -> None:
        now = time.monotonic()
        for connection in [c for c in self._open if c.deadline <= now]:
            if connection.step in (Step.ASKING, Step.WAITING):
                self._give_up(connection)
            else:
                self._close(connection)

    def _give_up(self, connection: Connection) -> None:
        late = connection.step is Step.WAITING
        status = HTTPStatus.SERVICE_UNAVAILABLE if late else HTTPStatus.REQUEST_TIMEOUT
        self._send(connection, plain(status, status.phrase))

    def _close_oldest(self, *steps: Step) -> None:
        for connection in self._open:
            if connection.step in steps:
                self._close(connection)
                return

    def _close(self, connection: Connection) -> None:
        del self._open[connection]
        self._watch(connection)
        connection.client.close()
