"""The thread that pushes a spool: periodically, at exit and on request."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from math import inf
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from typedprom.core.misuse import log_once
from typedprom.delivery.deliverer import Deliverer, LastPush, SinkError, make_sink
from typedprom.delivery.fork_hooks import receive_no_signals

if TYPE_CHECKING:
    from typedprom.delivery.deliverer import Delivery
    from typedprom.delivery.settings import Destination, Settings
    from typedprom.delivery.sinks import Sink
    from typedprom.spool.writer import Spool

_PAUSE_SECONDS: Final = 0.05  # a fork waits this long for a push to end
_NEVER: Final = 1e6  # seconds until the next push if there is to be none
_PUSH_BUDGET: Final = 10.0  # seconds for one push in the background
_SINKS_PART: Final = 0.95  # of the time for a request; the rest is for logging a failure
_CHILDREN: Final = "multiprocessing.popen_fork"  # imported with the first child
_RUNS_LEFT: Final = 64  # dead runs that a process without destinations does not merge


class _DeliveryRequest:
    """A request to deliver before `time.monotonic()` reaches the deadline."""

    def __init__(self, deadline: float, ending_run: str | None) -> None:
        self.deadline = deadline
        self.ending_run = ending_run  # the run of this process, if it is exiting
        self.done = Event()
        self.delivery: Delivery | None = None


class PushThread:
    """A thread that delivers the spool of this process.

    It starts at the first recording, because no thread can start while the interpreter exits. It
    never raises into the program, keeps it alive, or delays its exit for longer than the settings
    allow.
    """

    def __init__(self, spool: Spool, settings: Settings) -> None:
        self._spool = spool
        self.settings = settings
        self._next_push = monotonic() + (settings.push_seconds or _NEVER)
        self.reset()

    def reset(self) -> None:
        """Set the initial state, in a forked child too: without the parent's thread and sinks."""
        self._thread: Thread | None = None
        self._requests: SimpleQueue[_DeliveryRequest | None] = SimpleQueue()
        self._delivering = Lock()
        self._deliverer: Deliverer | None = None
        self.has_forked = False

    def add_destinations(self, destinations: tuple[Destination, ...]) -> None:
        """Deliver to these too: another catalog of the spool names them."""
        merged = tuple(dict.fromkeys((*self.settings.destinations, *destinations)))
        if len(merged) > len(self.settings.destinations):
            self.change(replace(self.settings, destinations=merged))

    def change(self, settings: Settings) -> None:
        """Deliver with these settings from now on."""
        self.settings = settings
        self._deliverer = None
        self.load()

    def load(self) -> None:
        """Make the sinks, if there are any.

        Do it now, so that neither a fork nor the interpreter's exit interrupts an import.
        """
        if self.settings.destinations:
            import_module("logging")  # for failures
            self._get_deliverer()

    def start(self) -> None:
        """Start the thread, unless it runs."""
        if self._thread is None or not self._thread.is_alive():
            self._requests = SimpleQueue()
            self._thread = Thread(target=self._run, name="typedprom-push", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:  # no more threads; or the interpreter exits
                self._thread = None

    def pause(self) -> None:
        """Stop the thread before a fork, so that the child does not inherit its locks."""
        thread, self._thread = self._thread, None
        self._requests.put(None)
        with suppress(RuntimeError):  # the thread that starts it has not done so yet
            if thread is not None:
                thread.join(_PAUSE_SECONDS)

    def flush(self, seconds: float) -> Delivery | None:
        """Deliver now; None if that took too long. The process continues."""
        return self._request(seconds, None)

    def finish(self, seconds: float) -> Delivery | None:
        """Deliver for the last time. What is recorded later is delivered by the next process."""
        return self._request(seconds, self._spool.run)

    def _request(self, seconds: float, ending_run: str | None) -> Delivery | None:
        """Let the thread deliver, and wait for it for up to `seconds`."""
        if not self._spool.recorded and not self._may_have_children():
            return None
        request = _DeliveryRequest(monotonic() + seconds * _SINKS_PART, ending_run)
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
                    f"{where} was not delivered within {seconds:.3g} s; the next run delivers it, "
                    f"or `typedprom-spool deliver {where}`"
                ),
            )
        return request.delivery

    def _may_have_children(self) -> bool:
        """Whether children may have recorded something that they could not deliver.

        Workers of pools end without Python's clean-up, or by a signal.
        """
        return self.has_forked or _CHILDREN in sys.modules

    def _answer(self, request: _DeliveryRequest) -> None:
        request.delivery = self._deliver(request.deadline, request.ending_run)
        request.done.set()

    def _run(self) -> None:
        requests = self._requests
        try:
            receive_no_signals()
            if self.settings.destinations:
                self._get_deliverer().prepare()
            while (request := self._next(requests)) is not None:
                self._answer(request)
        except BaseException as error:  # a bug of ours: the program continues
            _log_failure(error)

    def _next(self, requests: SimpleQueue[_DeliveryRequest | None]) -> _DeliveryRequest | None:
        """Push periodically until there is a request, and return it; None to stop."""
        while True:
            try:
                return requests.get(timeout=max(0.0, self._next_push - monotonic()))
            except Empty:
                self._next_push = monotonic() + (self.settings.push_seconds or _NEVER)
                self._push()

    def _push(self) -> None:
        last = LastPush(self._spool.directory.path, self.settings)
        if last.is_within(self.settings.push_seconds / 2):
            self._spool.refresh()
        else:
            self._deliver(monotonic() + _PUSH_BUDGET, None)

    def _deliver(self, deadline: float, ending_run: str | None) -> Delivery | None:
        if not self._delivering.acquire(timeout=max(0.0, deadline - monotonic())):
            return None
        try:
            self._spool.refresh()
            if not self.settings.destinations:
                self._compact()
                return None
            self._spool.synchronise()
            delivery = self._get_deliverer().deliver(deadline, ending_run=ending_run)
            if self._spool.run or not delivery.unread:  # else recording has already logged it
                for key, message in delivery.problems():
                    log_once(key, partial(str, message))
            if delivery.complete:
                LastPush(self._spool.directory.path, self.settings).record()
            return delivery
        except Exception as error:
            _log_failure(error)
            return None
        finally:
            self._delivering.release()

    def _compact(self) -> None:
        """Merge dead runs if there are many; every reader of the spool merges them too."""
        try:
            with os.scandir(self._spool.directory.runs) as entries:
                many = sum(1 for _ in entries) > _RUNS_LEFT
        except OSError:  # the folder does not exist, which recording has already logged
            return
        if many:
            self._get_deliverer().compact()

    def _get_deliverer(self) -> Deliverer:
        if self._deliverer is None:
            from typedprom.spool.store import SpoolStore  # here: a process may never deliver

            directory = self._spool.directory
            sinks: list[Sink] = []
            for destination in self.settings.destinations:
                try:
                    sinks.append(make_sink(destination, self.settings, directory))
                except SinkError as error:
                    log_once(("sink", str(error)), partial(str, error))
            self._deliverer = Deliverer(SpoolStore(directory), sinks)
        return self._deliverer


def _log_failure(error: BaseException) -> None:
    log_once(("push", type(error).__name__), partial("delivery failed: {!r}".format, error))


_NEW_EXIT: Final = 30.0  # seconds after which a delivery does not belong to the same exit


class ExitBudget:
    """The time that deliveries may take at an exit: what a signal's delivery took is subtracted.

    If the program continues after the signal, the budget is full again.
    """

    def __init__(self) -> None:
        self._spent = 0.0
        self._last = -inf

    def left(self, seconds: float) -> float:
        """How much of the `seconds` is left."""
        if monotonic() - self._last > _NEW_EXIT:
            self._spent = 0.0
        return max(0.0, seconds - self._spent)

    @contextmanager
    def spending(self) -> Generator[None]:
        """Subtract the time that the block takes."""
        began = monotonic()
        try:
            yield
        finally:
            self._last = monotonic()
            self._spent += self._last - began
