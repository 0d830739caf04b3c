"""The thread that pushes: every while, at exit, on request."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib import import_module
from math import inf
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from typedprom.core.misuse import log_once
from typedprom.delivery.deliverer import LastPush
from typedprom.delivery.fork_hooks import receive_no_signals

if TYPE_CHECKING:
    from typedprom.delivery.deliverer import Deliverer, Delivery
    from typedprom.delivery.settings import Settings
    from typedprom.spool.writer import Spool

_PAUSE_SECONDS: Final = 0.05  # that a fork waits for a push to end
_NEVER: Final = 1e6  # seconds between pushes where there are to be none
_PUSH_BUDGET: Final = 10.0  # seconds for one push in the background
_OF_THAT: Final = 0.95  # of the time for a request, after which who delivers says what was wrong
_CHILDREN: Final = "multiprocessing.popen_fork"  # imported with the first, however it starts
_RUNS_LEFT: Final = 64  # dead runs that a process which delivers nothing leaves to others


class _DeliveryRequest:
    """A delivery that somebody waits for, until a time of `time.monotonic()`."""

    def __init__(self, deadline: float, leaving: str | None) -> None:
        self.deadline = deadline
        self.leaving = leaving  # the run of a process that ends now
        self.done = Event()
        self.delivery: Delivery | None = None


class Pusher:
    """Has a thread, from the process's first recording on, that delivers its spool.

    The thread is there in time, because none can be started while the interpreter exits. Nothing
    here raises into the program, delays its end for longer than the settings allow, or keeps it
    alive.
    """

    def __init__(self, spool: Spool, settings: Settings) -> None:
        self._spool = spool
        self.settings = settings
        self._next_push = monotonic() + (settings.push_seconds or _NEVER)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Begin; in a forked child without the thread and the connections of the parent."""
        self._thread: Thread | None = None
        self._requests: SimpleQueue[_DeliveryRequest | None] = SimpleQueue()
        self._busy = Lock()  # held while this process delivers
        self._deliverer: Deliverer | None = None
        self.has_forked = False

    def also_to(self, gateways: tuple[str, ...]) -> None:
        """Deliver to these too: another catalog of the spool names them."""
        more = dict.fromkeys((*self.settings.gateways, *gateways))
        if len(more) > len(self.settings.gateways):
            self.change(replace(self.settings, gateways=tuple(more)))

    def change(self, settings: Settings) -> None:
        """Deliver like this from now on."""
        self.settings = settings
        self._deliverer = None
        self.load()

    def load(self) -> None:
        """Import what delivers, where there is somewhere to deliver to.

        Now, so that neither a fork nor the interpreter's end meets an import half-way.
        """
        if self.settings.has_sinks:
            import_module("logging")  # of what could not be delivered
            self._deliver_with()

    def start(self) -> None:
        """Begin to deliver every while."""
        if self._thread is None or not self._thread.is_alive():
            self._requests = SimpleQueue()
            self._thread = Thread(target=self._run, name="typedprom-push", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:  # no more threads; or the interpreter exits
                self._thread = None

    def pause(self) -> None:
        """End the thread before a fork: a process with threads had better not fork."""
        thread, self._thread = self._thread, None
        self._requests.put(None)
        with suppress(RuntimeError):  # another thread has not yet started it
            if thread is not None:
                thread.join(_PAUSE_SECONDS)

    def flush(self, seconds: float) -> Delivery | None:
        """Deliver now; None if that took too long. For when the process goes on."""
        return self._ask(seconds, None)

    def finish(self, seconds: float) -> Delivery | None:
        """Deliver for the last time. What is recorded later is delivered by the next process."""
        return self._ask(seconds, self._spool.run)

    def _ask(self, seconds: float, leaving: str | None) -> Delivery | None:
        """Have the thread deliver, and stop waiting for it in time."""
        if not self._spool.recorded and not self._has_children():
            return None
        request = _DeliveryRequest(monotonic() + seconds * _OF_THAT, leaving)
        self.start()
        if self._thread is None:
            self._answer(request)
            return request.delivery
        self._requests.put(request)
        if not request.done.wait(seconds):
            where = self._spool.directory.path
            log_once(
                ("push", "late"),
                lambda: (
                    f"{where} was not delivered within {seconds:.3g} s; the next run does, "
                    f"or `typedprom-spool deliver {where}`"
                ),
            )
        return request.delivery

    def _has_children(self) -> bool:
        """Whether others may have recorded on behalf of this process, and had no last word.

        The workers of pools end without Python's clean-up, or by a signal.
        """
        return self.has_forked or _CHILDREN in sys.modules

    def _answer(self, request: _DeliveryRequest) -> None:
        request.delivery = self._deliver(request.deadline, request.leaving)
        request.done.set()

    def _run(self) -> None:
        requests = self._requests
        try:
            receive_no_signals()
            if self.settings.has_sinks:
                self._deliver_with().prepare()
            while (request := self._next(requests)) is not None:
                self._answer(request)
        except BaseException as error:  # ours: whatever it is, the program goes on
            self._failed(error)

    def _next(self, requests: SimpleQueue[_DeliveryRequest | None]) -> _DeliveryRequest | None:
        """The next request, pushing every while until there is one; None to end."""
        while True:
            try:
                return requests.get(timeout=max(0.0, self._next_push - monotonic()))
            except Empty:
                self._next_push = monotonic() + (self.settings.push_seconds or _NEVER)
                self._push()

    def _push(self) -> None:
        turns = LastPush(self._spool.directory.path, self.settings)
        if turns.is_within(self.settings.push_seconds / 2):
            self._spool.refresh()
        else:
            self._deliver(monotonic() + _PUSH_BUDGET, None)

    def _deliver(self, deadline: float, leaving: str | None) -> Delivery | None:
        if not self._busy.acquire(timeout=max(0.0, deadline - monotonic())):
            return None
        try:
            self._spool.refresh()
            if not self.settings.has_sinks:
                self._tidy()
                return None
            self._spool.synchronise()
            delivery = self._deliver_with().deliver(deadline, leaving=leaving)
            if self._spool.run or not delivery.unread:  # else recording has told
                delivery.log()
            if delivery.complete:
                LastPush(self._spool.directory.path, self.settings).note()
            return delivery
        except Exception as error:
            self._failed(error)
            return None
        finally:
            self._busy.release()

    def _failed(self, error: BaseException) -> None:
        why = repr(error)
        log_once(("push", type(error).__name__), lambda: f"delivering failed: {why}")

    def _tidy(self) -> None:
        """Merge what dead processes left, if it is much; who reads the spool does so too."""
        try:
            with os.scandir(self._spool.directory.runs) as entries:
                many = sum(1 for _ in entries) > _RUNS_LEFT
        except OSError:  # there is no such folder, which recording has told by now
            return
        if many:
            self._deliver_with().compact()

    def _deliver_with(self) -> Deliverer:
        if self._deliverer is None:
            from typedprom.delivery.sinks.discovery import deliverer

            self._deliverer = deliverer(self._spool.directory, self.settings)
        return self._deliverer


_FORGOTTEN: Final = 30.0  # seconds after which a delivery was not of this end


class ExitBudget:
    """What a signal's delivery took is not there for that at exit, unless the program went on."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._last = -inf

    def left(self, seconds: float) -> float:
        """How much of so many seconds is left."""
        if monotonic() - self._last > _FORGOTTEN:
            self._spent = 0.0
        return max(0.0, seconds - self._spent)

    @contextmanager
    def spending(self) -> Generator[None]:
        """What the block takes is spent."""
        began = monotonic()
        try:
            yield
        finally:
            self._last = monotonic()
            self._spent += self._last - began
