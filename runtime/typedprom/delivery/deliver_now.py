"""Delivering while the process goes on: on request, and when a job ends."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Final

from typedprom.delivery.autostart import EXIT_BUDGET, push_threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typedprom.delivery.delivery_request import DeliveryRequest
    from typedprom.delivery.push_thread import PushThread

_POLL_SECONDS: Final = 0.0005
_LOOP_POLL_SECONDS: Final = 0.002  # in an event loop
_BETWEEN_SECONDS: Final = 1.0  # from one delivery at the end of a job to the next
_BETWEEN_TIMES: Final = 10.0  # as long as the first one took


def has_destination() -> bool:
    """Whether a spool of this process is to be delivered to anything."""
    return any(_threads())


def deliver(seconds: float) -> bool:
    """Deliver all spools that have a destination, and return whether all of it arrived.

    The time is for all spools together. Raises nothing but what interrupts it.
    """
    threads, deadline = [*_threads()], monotonic() + seconds
    arrived = bool(threads)
    for place, thread in enumerate(threads):
        share = max(0.0, deadline - monotonic()) / (len(threads) - place)
        try:
            arrived = thread.deliver(share) and arrived
        except Exception:  # a bug of ours: the program continues
            arrived = False
    return arrived


def _threads() -> Iterator[PushThread]:
    return (thread for thread in push_threads() if thread.may_deliver())


class JobDelivery:
    """The delivery of what a job has recorded, which begins when this is made.

    Jobs may end often, also while a gateway is down. So there is at most one a second, a tenth of
    the time is spent on them at most, and none where the exit budget is used up. What is recorded
    in between, the thread pushes later.
    """

    _next = -inf  # when there may be another one

    def __init__(self) -> None:
        self._began = began = monotonic()
        self._requests: list[tuple[PushThread, DeliveryRequest]] = []
        self._seconds = 0.0
        if began < JobDelivery._next:
            return
        JobDelivery._next = began + _BETWEEN_SECONDS
        for thread in _threads():
            seconds = EXIT_BUDGET.left(thread.settings.exit_seconds)
            if seconds > 0.0 and thread.may_have_news():
                self._seconds = max(self._seconds, seconds)
                self._requests.append((thread, thread.ask(seconds, thread.deliver_unless_done)))

    def wait(self) -> None:
        """Wait for it; in an event loop do not, because that would stop all of its tasks."""
        if not _in_event_loop():
            try:
                while self._is_pending():
                    time.sleep(_POLL_SECONDS)
            finally:
                self._account()

    async def wait_in_loop(self) -> None:
        """Wait for it without blocking asyncio's event loop; where there is none, do not wait."""
        if _in_event_loop():
            from asyncio import sleep

            try:
                while self._is_pending():
                    await sleep(_LOOP_POLL_SECONDS)
            finally:
                self._account()

    def _is_pending(self) -> bool:
        is_late = monotonic() - self._began >= self._seconds
        return not is_late and not all(request.is_done for _, request in self._requests)

    def _account(self) -> None:
        """Subtract the time from the exit budget, unless all arrived: then it is full again."""
        if not self._requests:
            return
        seconds = monotonic() - self._began
        JobDelivery._next = self._began + max(_BETWEEN_SECONDS, _BETWEEN_TIMES * seconds)
        if all(thread.has_arrived(request) for thread, request in self._requests):
            EXIT_BUDGET.refill()
        else:
            EXIT_BUDGET.spend(seconds)


def _in_event_loop() -> bool:
    """Whether a task of asyncio is running in this thread."""
    asyncio = sys.modules.get("asyncio")
    with suppress(AttributeError, RuntimeError):  # it is being imported, or there is no loop
        return asyncio is not None and asyncio.get_running_loop() is not None
    return False
