"""The thread that pushes a spool: periodically, at exit and on request."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from math import inf
from mmap import mmap
from time import monotonic
from typing import TYPE_CHECKING, Final

from typedprom.core.forks import is_uwsgi_master
from typedprom.core.misuse import log_once
from typedprom.core.threads import start_thread, starts_greenlets
from typedprom.delivery.deliverer import Deliverer, LastPush, SinkError, make_sink

if TYPE_CHECKING:
    from typedprom.delivery.deliverer import Delivery
    from typedprom.delivery.settings import Destination, Settings
    from typedprom.delivery.sinks import Sink
    from typedprom.spool.writer import Spool

_POLL_SECONDS: Final = 0.0002
_END_SECONDS: Final = 0.1  # that a thread with nothing to do may take to end
_NEVER: Final = 1e6  # seconds until the next push if there is to be none
_PUSH_BUDGET: Final = 10.0  # seconds for one push in the background
_SINKS_PART: Final = 0.95  # of the time for a request; the rest is for logging a failure
_CHILDREN: Final = "multiprocessing.popen_fork"  # imported with the first child
_MAIN_THREAD: Final = threading.main_thread().ident  # also of children that it forks
_SAME_EXIT: Final = 5.0  # seconds from a delivery to an exit that need not repeat it
_RETRY_SECONDS: Final = 1.0  # after which what could not be placed is tried again
_RUNS_LEFT: Final = 64  # dead runs that a process without destinations does not merge


class DeliveryRequest:
    """A request to deliver before `time.monotonic()` reaches the deadline."""

    def __init__(self, deadline: float, ending_run: str | None) -> None:
        self.deadline = deadline
        self.ending_run = ending_run  # the run of this process, if it is exiting
        self.is_done = False
        self.delivery: Delivery | None = None


class PushThread:
    """A thread that delivers the spool of this process.

    It starts at the first recording, because no thread can start while the interpreter exits. It
    never raises into the program, keeps it alive, or delays its exit for longer than the settings
    allow. gevent and eventlet may patch `threading` at any time, after which no event or condition
    reaches a thread that runs already; a lock that was made when the thread was started does.
    """

    def __init__(self, spool: Spool, settings: Settings) -> None:
        self._spool = spool
        self.settings = settings
        self._next_push = monotonic() + (settings.push_seconds or _NEVER)
        self._deliverer: Deliverer | None = None
        self._ended: threading.Event | None = None  # of the latest thread
        self._asleep = threading.Lock()  # held until the thread is to wake up
        self._requests: deque[DeliveryRequest] = deque()
        self._delivered: tuple[int | None, float] = None, 0.0  # which state arrived, and when
        self._has_forked = mmap(-1, 1)  # shared with forked children, which set it
        self._may_start = True
        self._process = os.getpid()

    def on_fork(self) -> None:
        """Begin anew in a forked child: the thread and the connections are the parent's.

        Another thread starts when the child records, unless the child was not forked by the main
        thread: CPython ends it without an exit, when its last thread has ended.
        """
        if self._process == os.getpid():
            return
        self._ended, self._deliverer = None, None
        self._asleep, self._requests = threading.Lock(), deque()
        self._delivered = None, 0.0
        self._has_forked[0] = 1  # the parent's
        with suppress(OSError):  # out of memory
            self._has_forked = mmap(-1, 1)
        self._may_start = starts_greenlets() or threading.get_ident() == _MAIN_THREAD
        self._process = os.getpid()

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
            self._get_deliverer()

    def start(self) -> None:
        """Start the thread, unless it runs."""
        is_running = self._ended is not None and not self._ended.is_set()
        if is_running or not self._may_start or is_uwsgi_master():
            return
        self._asleep = asleep = threading.Lock()
        asleep.acquire()
        try:
            ended = start_thread(partial(self._run, asleep))
        except RuntimeError:  # no more threads; or the interpreter exits
            ended = None
        if self._asleep is asleep:  # else a signal handler has forked, and this is the child
            self._ended = ended

    def flush(self, seconds: float) -> Delivery | None:
        """Deliver now; None if that took too long. The process continues."""
        return self._request(seconds, None)

    def deliver(self, seconds: float) -> bool:
        """Deliver now, and return whether all that was recorded has arrived at all destinations."""
        request = self.ask(seconds)
        self._wait(request, seconds)
        return self.has_arrived(request)

    def has_arrived(self, request: DeliveryRequest) -> bool:
        """Whether all that was recorded before the request is now at all destinations."""
        delivery = request.delivery
        return (
            delivery is not None
            and delivery.complete
            and not delivery.refused
            and len(delivery.delivered_to) == len(self.settings.destinations)
            and self._spool.holds_everything()
        )

    def finish(self, seconds: float) -> Delivery | None:
        """Deliver for the last time. What is recorded later is delivered by the next process.

        What has just arrived is not sent again. The thread ends: CPython aborts where a
        sub-interpreter ends before its threads.
        """
        delivery = None if self._is_delivered() else self._request(seconds, self._spool.run)
        ended, asleep = self._ended, self._asleep
        self._ended, self._asleep = None, threading.Lock()
        _wake(asleep)
        if ended is not None:
            deadline = monotonic() + _END_SECONDS
            while not ended.is_set() and monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
            time.sleep(_POLL_SECONDS)  # it leaves its last frame
        return delivery

    def _request(self, seconds: float, ending_run: str | None) -> Delivery | None:
        """Let the thread deliver, and wait for it for up to `seconds`."""
        if not self.may_have_news():
            return None
        request = self.ask(seconds, ending_run)
        self._wait(request, seconds)
        return request.delivery

    def ask(self, seconds: float, ending_run: str | None = None) -> DeliveryRequest:
        """Let the thread deliver within `seconds`; where there can be none, deliver here."""
        request = DeliveryRequest(monotonic() + seconds * _SINKS_PART, ending_run)
        self.start()
        if self._ended is None:
            self._answer(request)
        else:
            self._requests.append(request)
            _wake(self._asleep)
        return request

    def _wait(self, request: DeliveryRequest, seconds: float) -> None:
        if not _waited(request, seconds):
            where = self._spool.directory.path
            log_once(
                ("push", "late"),
                lambda: (
                    f"{where} was not delivered within {seconds:.3g} s; the next run delivers it, "
                    f"or `typedprom-spool deliver {where}`"
                ),
            )

    def _is_delivered(self) -> bool:
        """Whether all that was recorded has just arrived."""
        state, when = self._delivered
        is_recent = state is not None and monotonic() - when < _SAME_EXIT
        return is_recent and not self._may_have_children() and state == self._spool.state()

    def may_have_news(self) -> bool:
        """Whether this process or its children may have recorded anything."""
        return self._spool.recorded or self._may_have_children()

    def _may_have_children(self) -> bool:
        """Whether children may have recorded something that they could not deliver.

        Workers of pools end without Python's clean-up, or by a signal.
        """
        return self._has_forked[0] == 1 or _CHILDREN in sys.modules

    def _run(self, asleep: threading.Lock) -> None:
        try:
            if self.settings.destinations:
                self._get_deliverer().prepare()
            while self._asleep is asleep:  # else this is a greenlet that a forked child inherited
                if not asleep.acquire(timeout=self._idle_seconds()):
                    self._act()
                while self._requests:
                    self._answer(self._requests.popleft())
        except BaseException as error:  # a bug of ours: the program continues
            _log_failure(error)

    def _idle_seconds(self) -> float:
        """How long there is nothing to do."""
        idle = max(0.0, self._next_push - monotonic())
        return min(idle, _RETRY_SECONDS) if self._spool.waits() else idle

    def _act(self) -> None:
        """Push if it is time; before, place what could not be placed, and push that at once."""
        if monotonic() < self._next_push:
            self._spool.make_up()
            if self._spool.waits() or not self.settings.push_seconds:
                return
        self._next_push = monotonic() + (self.settings.push_seconds or _NEVER)
        self._push()

    def _answer(self, request: DeliveryRequest) -> None:
        state = self._spool.state()  # before: what is recorded meanwhile may not be sent
        request.delivery = self._deliver(request.deadline, request.ending_run)
        if self.has_arrived(request):
            self._delivered = state, monotonic()
        request.is_done = True

    def _push(self) -> None:
        last = LastPush(self._spool.directory.path, self.settings)
        if last.is_within(self.settings.push_seconds / 2):
            self._spool.refresh()
        else:
            self._deliver(monotonic() + _PUSH_BUDGET, None)

    def _deliver(self, deadline: float, ending_run: str | None) -> Delivery | None:
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


def _wake(asleep: threading.Lock) -> None:
    with suppress(RuntimeError):  # it is awake
        asleep.release()


def _waited(request: DeliveryRequest, seconds: float) -> bool:
    """Wait until the request is done, and return whether it is."""
    deadline = monotonic() + seconds
    while not request.is_done and monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return request.is_done


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
            self.spend(monotonic() - began)

    def spend(self, seconds: float) -> None:
        """Subtract this time."""
        self._last = monotonic()
        self._spent += seconds

    def refill(self) -> None:
        """Begin anew: nothing holds deliveries up."""
        self._spent = 0.0
