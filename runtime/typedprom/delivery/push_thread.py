"""The thread that pushes a spool: periodically, at exit and on request."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial
from math import inf
from mmap import mmap
from time import monotonic
from typing import TYPE_CHECKING, Final

from typedprom.core.forks import is_uwsgi_master
from typedprom.core.misuse import log_once
from typedprom.core.threads import start_thread, starts_greenlets
from typedprom.delivery.delivery_request import DeliveryRequest
from typedprom.delivery.duty import RELIABLE_SECONDS, Duty
from typedprom.delivery.last_push import LastPush
from typedprom.delivery.turns import push_if_next, push_unless_pushed, push_when_free

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from typedprom.delivery.deliverer import Deliverer, Delivery
    from typedprom.delivery.delivery_request import TakeTurn
    from typedprom.delivery.settings import Settings
    from typedprom.delivery.sinks import Destination, Sink
    from typedprom.spool.writer import Spool

    ReadDestinations: TypeAlias = Callable[[], tuple[Destination, ...]]

_POLL_SECONDS: Final = 0.0002
_START_SECONDS: Final = 0.4  # after which a process delivers the runs that have ended before
_FRESH: Final = 1.0  # seconds after a push in which no process does so
_END_SECONDS: Final = 0.1  # that a thread with nothing to do may take to end
_NEVER: Final = 1e6  # seconds until the next push if there is to be none
_PUSH_BUDGET: Final = 10.0  # seconds for one push in the background
_SINKS_PART: Final = 0.95  # of the time for a request; the rest is for logging a failure
_CHILDREN: Final = "multiprocessing.popen_fork"  # imported with the first child
_MAIN_THREAD: Final = threading.main_thread().ident  # also of children that it forks
_SAME_EXIT: Final = 5.0  # seconds from a delivery to an exit that need not repeat it
_RETRY_SECONDS: Final = 1.0  # after which what could not be placed is tried again


class PushThread:
    """A thread that delivers the spool of this process.

    It starts at the first recording, because no thread can start while the interpreter exits. It
    never raises into the program, keeps it alive, or delays its exit for longer than the settings
    allow. gevent and eventlet may patch `threading` at any time. Then no event or condition reaches
    a thread that runs already; a lock that was made when it was started does.

    While `read_destinations` is set, `settings` lack the destinations. What delivers is imported
    when the process has to deliver; only of many processes at once that is later than its start,
    since a fork in that moment leaves the child with modules that are half imported.
    """

    def __init__(
        self, spool: Spool, settings: Settings, read_destinations: ReadDestinations | None = None
    ) -> None:
        self._spool = spool
        self.settings = settings
        self.read_destinations = read_destinations
        self._duty = Duty(spool.directory, settings)
        self._next_push = monotonic() + (settings.push_seconds or _NEVER)
        self._deliverer: Deliverer | None = None
        self._ended: threading.Event | None = None  # of the latest thread
        self._asleep = threading.Lock()  # held until the thread is to wake up
        self._requests: deque[DeliveryRequest] = deque()
        self._delivered: tuple[int | None, float] = None, 0.0  # which state arrived, and when
        self._has_forked = mmap(-1, 1)  # shared with forked children, which set it
        self._may_start = True
        self._is_loaded = False
        self._is_late = False  # whether the last request took too long, which was logged
        self._process = os.getpid()

    def on_fork(self) -> None:
        """Begin anew in a forked child: the thread and the connections are the parent's.

        Another thread starts when the child records, unless the child was not forked by the main
        thread: CPython ends it without an exit, when its last thread has ended.
        """
        if self._process == os.getpid():
            return
        self._duty.leave()  # the parent's
        self._ended, self._deliverer = None, None
        self._asleep, self._requests = threading.Lock(), deque()
        self._delivered = None, 0.0
        self._has_forked[0] = 1  # the parent's
        with suppress(OSError):  # out of memory
            self._has_forked = mmap(-1, 1)
        self._may_start = starts_greenlets() or threading.get_ident() == _MAIN_THREAD
        self._process = os.getpid()

    def add_destinations(self, settings: Settings) -> None:
        """Deliver to those of these settings too: another catalog of the spool names them."""
        merged = tuple(dict.fromkeys((*self.settings.destinations, *settings.destinations)))
        marks = tuple(sorted({*self.settings.marks, *settings.marks}))
        if len(merged) > len(self.settings.destinations):
            self.change(self.settings._replace(destinations=merged, marks=marks))

    def change(self, settings: Settings) -> None:
        """Deliver with these settings from now on."""
        self.settings = settings
        self._deliverer = None
        if not self._duty.is_mine:  # who is on duty for other destinations does not help
            self._duty = Duty(self._spool.directory, settings)
        if self.read_destinations is None:
            self.load()

    def load(self) -> None:
        """Make the sinks, if there are any; without, prepare merging if there are many dead runs.

        Do it now, so that neither a fork nor the interpreter's exit interrupts an import.
        """
        if self.may_deliver() or self._spool.directory.has_many_runs():
            self._get_deliverer()
            self._is_loaded = True

    def load_or_leave(self) -> None:
        """Load what delivers, unless this is one of many processes, and another is on duty."""
        if self.read_destinations is None or not self._duty.is_left_to_another(self._spool.run):
            self.load()
        if self._duty.is_mine:
            self._next_push = min(self._next_push, monotonic() + RELIABLE_SECONDS)

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
        return self._request(seconds, self._push_when_free) if self.may_have_news() else None

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
            and len(delivery.delivered_to) == len(self.settings.destinations) > 0
            and self._spool.holds_everything()
        )

    def finish(self, seconds: float) -> Delivery | None:
        """Deliver for the last time. What is recorded later is delivered by the next process.

        What has just arrived is not sent again. None also where another process has delivered what
        this one recorded. The thread ends: CPython aborts where a sub-interpreter ends before its
        threads.
        """
        is_needed = self.may_have_news() and not self._is_delivered()
        is_needed = is_needed or self._duty.is_mine  # others may have left something to this one
        self._spool.mark_ending()
        self._duty.leave()
        delivery = self._request(seconds, self.deliver_unless_done) if is_needed else None
        ended, asleep = self._ended, self._asleep
        self._ended, self._asleep = None, threading.Lock()
        _wake(asleep)
        if ended is not None:
            deadline = monotonic() + _END_SECONDS
            while not ended.is_set() and monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
            time.sleep(_POLL_SECONDS)  # it leaves its last frame
        return delivery

    def deliver_unless_done(self, deadline: float) -> Delivery | None:
        """Deliver, unless another process has done that, or will because it is on duty."""
        if self._duty.is_taken():
            return None
        return push_unless_pushed(self, self._spool.directory, deadline)

    def _request(self, seconds: float, push: TakeTurn) -> Delivery | None:
        """Let the thread deliver, and wait for it for up to `seconds`."""
        request = self.ask(seconds, push)
        self._wait(request, seconds)
        return request.delivery

    def ask(self, seconds: float, push: TakeTurn | None = None) -> DeliveryRequest:
        """Let the thread deliver within `seconds`; where there can be none, deliver here."""
        deadline = monotonic() + seconds * _SINKS_PART
        request = DeliveryRequest(deadline, push or self._push_when_free)
        self._is_late = False
        self.start()
        if self._ended is None:
            self._answer(request)
        else:
            self._requests.append(request)
            _wake(self._asleep)
        return request

    def _wait(self, request: DeliveryRequest, seconds: float) -> None:
        if not request.wait(seconds):
            self._is_late = True
            where = self._spool.directory.path
            limit = f"within {seconds:.3g} s" if seconds else "in time"
            log_once(
                ("push", "late"),
                lambda: (
                    f"{where} was not delivered {limit}; the next run delivers it, "
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

    def may_deliver(self) -> bool:
        """Whether there is a destination, as far as is known."""
        return bool(self.settings.destinations or self.read_destinations)

    def _may_have_children(self) -> bool:
        """Whether children may have recorded something that they could not deliver.

        Workers of pools end without Python's clean-up, or by a signal.
        """
        return self._has_forked[0] == 1 or _CHILDREN in sys.modules

    def _run(self, asleep: threading.Lock) -> None:
        try:
            first = inf  # when to look for runs that have ended, once
            if self._is_loaded:
                self._get_deliverer().prepare()
                first = monotonic() + _START_SECONDS
            while self._asleep is asleep:  # else this is a greenlet that a forked child inherited
                if not asleep.acquire(timeout=self._idle_seconds(first)):
                    if monotonic() >= first:
                        first = inf
                        self._deliver_ended()
                    else:
                        self._act()
                while self._requests:
                    self._answer(self._requests.popleft())
        except BaseException as error:  # a bug of ours: the program continues
            _log_failure(error)

    def _idle_seconds(self, first: float) -> float:
        """How long there is nothing to do."""
        idle = max(0.0, min(first, self._next_push) - monotonic())
        return min(idle, _RETRY_SECONDS) if self._spool.waits() else idle

    def _act(self) -> None:
        """Push if it is time; before, place what could not be placed, and push that at once."""
        enough = self.settings.push_seconds / 2
        if monotonic() < self._next_push:
            self._spool.make_up()
            if self._spool.waits() or not self.settings.push_seconds:
                return
            enough = 0.0  # an earlier push, of the parent say, does not have it
        self._next_push = monotonic() + (self.settings.push_seconds or _NEVER)
        self._deliver_again(enough)

    def _answer(self, request: DeliveryRequest) -> None:
        state = self._spool.state()  # before: what is recorded meanwhile may not be sent
        request.delivery = self._deliver(request.deadline, request.push)
        if self.has_arrived(request):
            self._delivered = state, monotonic()
        request.is_done = True

    def _deliver_again(self, enough: float) -> None:
        """Deliver, unless another process did so within the last `enough` seconds."""
        try:
            if self.read_destinations is not None:
                self._get_deliverer()  # which reads them
            was_on_duty = self._duty.is_mine
            self._duty.leave()
            if not was_on_duty and self.last_push().is_within(enough):
                self._spool.refresh()
            else:
                self._deliver(monotonic() + _PUSH_BUDGET, self._push_if_next)
        except Exception as error:
            _log_failure(error)

    def _deliver_ended(self) -> None:
        """Deliver at the start, if there are runs that nobody has delivered and nobody does."""
        directory, deadline = self._spool.directory, monotonic() + _PUSH_BUDGET
        if not self.settings.destinations:
            self._compact(deadline)
        elif self.settings.push_seconds:
            try:
                with directory.push_locked(0.0):
                    is_fresh = self.last_push().is_within(_FRESH)
                    if not is_fresh and self._get_deliverer().has_ended_runs():
                        self._spool.refresh()
                        self.push(deadline)
            except OSError:  # the lock is not free, or cannot be used: the next delivery says why
                pass
            except Exception as error:
                _log_failure(error)

    def _deliver(self, deadline: float, push: TakeTurn) -> Delivery | None:
        """Deliver; None where another process does it, or there is nothing to deliver to."""
        try:
            self._spool.refresh()
            if not self.may_deliver():
                self._compact(deadline)
                return None
            try:
                return push(deadline)
            except OSError as error:
                from typedprom.delivery.deliverer import undelivered

                return self._reported(undelivered(error, self._spool.directory))
        except Exception as error:
            _log_failure(error)
            return None

    def _push_when_free(self, deadline: float) -> Delivery:
        return push_when_free(self, self._spool.directory, deadline)

    def _push_if_next(self, deadline: float) -> Delivery | None:
        return push_if_next(self, self._spool.directory, inf, deadline)

    def push(self, deadline: float) -> Delivery:
        """Push. The lock on delivery is held."""
        self._spool.synchronise()
        began = time.time()
        delivery = self._reported(self._get_deliverer().push(deadline))
        if delivery.complete:
            self.last_push().record(began)
        return delivery

    def prepare_push(self) -> None:
        """Import what delivers."""
        self._get_deliverer()

    def last_push(self) -> LastPush:
        """When the spool was pushed last."""
        return LastPush(self._spool.directory.path, self.settings)

    def _reported(self, delivery: Delivery) -> Delivery:
        is_told = self._is_late or (delivery.unread and not self._spool.run)  # by recording
        if not is_told:
            for key, message in delivery.problems():
                log_once(key, partial(str, message))
        return delivery

    def _compact(self, deadline: float) -> None:
        """Merge dead runs, where `load` has found many; every reader of the spool merges them."""
        if self._is_loaded:
            self._get_deliverer().compact(deadline)

    def _get_deliverer(self) -> Deliverer:
        if self._deliverer is None:
            # Here, as elsewhere: a process may never deliver.
            from typedprom.delivery.deliverer import Deliverer, SinkError, make_sink
            from typedprom.spool.store import SpoolStore

            if read := self.read_destinations:
                self.settings = self.settings._replace(destinations=read())
                self.read_destinations = None
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


def _log_failure(error: BaseException) -> None:
    log_once(("push", type(error).__name__), partial("delivery failed: {!r}".format, error))
