"""A connection: one client, the step it is at, and how long that may take."""

from __future__ import annotations

import selectors
import socket
import time
from enum import Enum
from typing import Final

from typedprom.exposition.channels import Channel


class Step(Enum):
    """What a connection is at."""

    GREETING = "greeting"
    ASKING = "asking"
    WAITING = "waiting"
    TAKING = "taking"
    LEAVING = "leaving"


SECONDS: Final = {
    Step.GREETING: 5.0,
    Step.ASKING: 5.0,
    Step.WAITING: 60.0,
    Step.TAKING: 20.0,
    Step.LEAVING: 1.0,
}
NOTHING: Final = 0  # no event of a socket is waited for


class Connection:
    """One client."""

    def __init__(self, client: socket.socket, address: str, channel: Channel) -> None:
        self.client = client
        self.address = address
        self.channel = channel
        self.received = bytearray()
        self.pending = memoryview(b"")
        self.watched = NOTHING
        self.begin(Step.GREETING)

    def begin(self, step: Step) -> None:
        """Go on to the next step."""
        self.step = step
        self.deadline = time.monotonic() + SECONDS[step]

    def events(self) -> int:
        """Which events of the socket it can go on with."""
        if self.step is Step.WAITING:
            return NOTHING
        if self.step is Step.TAKING or self.channel.unsent:
            return selectors.EVENT_WRITE
        return selectors.EVENT_READ
