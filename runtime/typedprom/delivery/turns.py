"""Turns: of the processes that want to push one spool, one does, and at most one waits for that."""

from __future__ import annotations

import time
from contextlib import ExitStack
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

from typedprom.spool.directory import Busy

if TYPE_CHECKING:
    from typedprom.delivery.deliverer import Delivery
    from typedprom.delivery.last_push import LastPush
    from typedprom.spool.directory import SpoolDirectory

_TURN_SECONDS: Final = 0.05  # between two looks at whether another process has delivered


class Pusher(Protocol):
    """What pushes the spool of a process."""

    def last_push(self) -> LastPush:
        """When the spool was pushed last."""
        ...

    def prepare_push(self) -> None:
        """Do what takes long before a push, without the lock on delivery."""
        ...

    def push(self, deadline: float) -> Delivery:
        """Push. The lock on delivery is held."""
        ...


def push_when_free(pusher: Pusher, directory: SpoolDirectory, deadline: float) -> Delivery:
    """Push when no other process does. Raises `Busy` at the deadline, of `time.monotonic()`."""
    with directory.push_locked(max(0.0, deadline - monotonic())):
        return pusher.push(deadline)


def push_if_next(
    pusher: Pusher, directory: SpoolDirectory, moment: float, deadline: float
) -> Delivery | None:
    """Push when no other process does.

    None where another process waits for that already, or when all that was recorded before
    `moment`, a Unix time, has been pushed meanwhile.
    """
    with ExitStack() as pushing:
        with ExitStack() as waiting:
            try:
                waiting.enter_context(directory.next_locked())
            except Busy:
                return None
            if pusher.last_push().is_after(moment):
                return None
            pusher.prepare_push()
            pushing.enter_context(directory.push_locked(max(0.0, deadline - monotonic())))
        if pusher.last_push().is_after(moment):
            return None
        return pusher.push(deadline)


def push_unless_pushed(
    pusher: Pusher, directory: SpoolDirectory, deadline: float
) -> Delivery | None:
    """Push what is recorded until now; None where another process has done that.

    Of many processes that end at once one pushes, and one waits until it may. The others only look
    whether that was done, and whether nobody waits any more.
    """
    # Where the clock was set back, the last push may be in the future: a new one is after that.
    moment = max(time.time(), pusher.last_push().began())
    while True:
        delivery = push_if_next(pusher, directory, moment, deadline)
        if delivery is not None or pusher.last_push().is_after(moment):
            return delivery
        if monotonic() > deadline:
            raise Busy
        time.sleep(_TURN_SECONDS)
