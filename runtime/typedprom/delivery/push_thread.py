"""The thread that pushes a spool: periodically, at exit and on request."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from math import inf
from mmap import mmap
from time import monotonic
from typing import TYPE_CHECKING, Final

from typedprom.core.misuse import log_once
from typedprom.core.threads import start_thread, starts_greenlets
from typedprom.delivery.duty import Duty
from typedprom.delivery.last_push import LastPush
from typedprom.spool.directory import Busy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeAlias

    from typedprom.delivery.deliverer import Deliverer, Delivery
    from typedprom.delivery.settings import Destination, Settings
    from typedprom.delivery.sinks import Sink
    from typedprom.spool.writer import Spool

    Push: TypeAlias = Callable[[float], Delivery | None]  # before the deadline
    ReadDestinations: TypeAlias = Callable[[], tuple[Destination, ...]]

_POLL_SECONDS: Final = 0.0002
_LONGEST_PAUSE: Final = 0.02  # seconds between two looks at whether a delivery is done
_TURN_SECONDS: Final = 0.05  # between two looks at whether another process has delivered
_START_SECONDS: Final = 0.4  # after which a process delivers the runs that have ended before
_FRESH: Final = 1.0  # seconds after a push in which no process does so
_END_SECONDS: Final = 0.1  # that a thread with nothing to do may take to end
_NEVER: Final = 1e6  # seconds until the next push if there is to be none
_PUSH_BUDGET: Final = 10.0  # seconds for one push in the background
_SINKS_PART: Final = 0.95  # of the time for a request; the rest is for logging a failure
_CHILDREN: Final = "multiprocessing.popen_fork"  # imported with the first child
_MAIN_THREAD: Final = threading.main_thread().ident  # also of children that it forks
_RUNS_LEFT: Final = 64  # dead runs that a process without destinations does not merge


class _DeliveryRequest:
    """A request to deliver before `time.monotonic()` reaches the deadline."""

    def __init__(self, deadline: float, push: Push) -> None:
        self.deadline = deadline
        self.push = push
        self.is_done = False
        self.delivery: Delivery | None = None


class PushThread:
    """A thread that delivers the spool of this process.

    It starts at the first recording, because no thread can start while the interpreter exits. It
    never raises into the program, keeps it alive, or delays its exit for longer than the settings
    allow. gevent and eventlet may patch `threading` at any time, after which no event or condition
    reaches a thread that runs already; a lock that was made when the thread was started does.

    Where `read_destinations` is set, `settings` lack the destinations, and nothing that delivers is
    imported before this process has to deliver: after `push_seconds`, or at its end if no other is
    on duty. This is for many processes at once only: a fork in that moment would leave its child
    with modules that are half imported.
    """

    def __init__(self, spool: Spool, settings: Settings, duty: Duty | None = None) -> None:
        self._spool = spool
        self.settings = settings
        self.read_destinations: ReadDestinations | None = None
        self._duty = duty or Duty(spool.directory, settings)
        self._next_push = monotonic() + (settings.push_seconds or _NEVER)
        self._deliverer: Deliverer | None = None
        self._ended: threading.Event | None = None  # of the latest thread
        self._asleep = threading.Lock()  # held until the thread is to wake up
        self._requests: deque[_DeliveryRequest] = deque()
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
        self._ended, self._deliverer = None, None
        self._asleep, self._requests = threading.Lock(), deque()
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
            self.change(replace(self.settings, destinations=merged, marks=marks))

    def change(self, settings: Settings) -> None:
        """Deliver with these settings from now on."""
        self.settings = settings
        self._deliverer = None
        if self.read_destinations is None:
            self.load()

    def load(self) -> None:
        """Make the sinks, if there are any; without, prepare merging if there are many dead runs.

        Do it now, so that neither a fork nor the interpreter's exit interrupts an import.
        """
        if self._may_deliver() or _has_many(self._spool.directory.runs):
            self._get_deliverer()
            self._is_loaded = True

    def start(self) -> None:
        """Start the thread, unless it runs."""
        is_running = self._ended is not None and not self._ended.is_set()
        if is_running or not self._may_start:
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
        return self._request(seconds, self._push_when_free)

    def finish(self, seconds: float) -> Delivery | None:
        """Deliver for the last time. What is recorded later is delivered by the next process.

        None also where another process has delivered what this one recorded. The thread ends:
        CPython aborts where a sub-interpreter ends before its threads.
        """
        self._spool.mark_ending()
        self._duty.leave()
        delivery = self._request(seconds, self._push_unless_pushed)
        ended, asleep = self._ended, self._asleep
        self._ended, self._asleep = None, threading.Lock()
        _wake(asleep)
        if ended is not None:
            deadline = monotonic() + _END_SECONDS
            while not ended.is_set() and monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
            time.sleep(_POLL_SECONDS)  # it leaves its last frame
        return delivery

    def _request(self, seconds: float, push: Push) -> Delivery | None:
        """Let the thread deliver, and wait for it for up to `seconds`."""
        if not self._spool.recorded and not self._may_have_children():
            return None
        request = _DeliveryRequest(monotonic() + seconds * _SINKS_PART, push)
        self._is_late = False
        self.start()
        if self._ended is None:
            return self._deliver(request.deadline, push)
        self._requests.append(request)
        _wake(self._asleep)
        if not _waited(request, seconds):
            self._is_late = True
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
        return self._has_forked[0] == 1 or _CHILDREN in sys.modules

    def _run(self, asleep: threading.Lock) -> None:
        try:
            first = inf  # when to look for runs that have ended, once
            if self._is_loaded:
                self._get_deliverer().prepare()
                first = monotonic() + _START_SECONDS
            while self._asleep is asleep:  # else this is a greenlet that a forked child inherited
                due = min(first, self._next_push)
                if not asleep.acquire(timeout=max(0.0, due - monotonic())):
                    if due is first:
                        first = inf
                        self._deliver_ended()
                    else:
                        self._next_push = monotonic() + (self.settings.push_seconds or _NEVER)
                        self._deliver_again()
                while self._requests:
                    self._answer(self._requests.popleft())
        except BaseException as error:  # a bug of ours: the program continues
            _log_failure(error)

    def _answer(self, request: _DeliveryRequest) -> None:
        request.delivery = self._deliver(request.deadline, request.push)
        request.is_done = True

    def _deliver_again(self) -> None:
        """Deliver every while."""
        try:
            if self.read_destinations is not None:
                self._get_deliverer()  # which reads them
            was_on_duty = self._duty.is_mine
            self._duty.leave()
            if not was_on_duty and self._last_push().is_within(self.settings.push_seconds / 2):
                self._spool.refresh()
            else:
                self._deliver(monotonic() + _PUSH_BUDGET, partial(self._push_if_next, inf))
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
                    is_fresh = self._last_push().is_within(_FRESH)
                    if not is_fresh and self._get_deliverer().has_ended_runs():
                        self._spool.refresh()
                        self._push(deadline)
            except OSError:  # the lock is not free, or cannot be used: the next delivery says why
                pass
            except Exception as error:
                _log_failure(error)

    def _deliver(self, deadline: float, push: Push) -> Delivery | None:
        """Deliver; None where another process does it, or there is nothing to deliver to."""
        try:
            self._spool.refresh()
            if not self._may_deliver():
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
        """Deliver when no other process does."""
        with self._spool.directory.push_locked(max(0.0, deadline - monotonic())):
            return self._push(deadline)

    def _push_unless_pushed(self, deadline: float) -> Delivery | None:
        """Deliver what is recorded until now; None where another process has done it, or will.

        Of many processes that end at once one delivers, and one waits until it may. The others only
        look whether that was done, and whether nobody waits any more.
        """
        moment = time.time()
        if self._duty.is_taken():
            return None
        while True:
            delivery = self._push_if_next(moment, deadline)
            if delivery is not None or self._last_push().is_after(moment):
                return delivery
            if monotonic() > deadline:
                raise Busy
            time.sleep(_TURN_SECONDS)

    def _push_if_next(self, moment: float, deadline: float) -> Delivery | None:
        """Deliver when no other process does.

        None where another process waits for that already, or when all that was recorded before
        `moment` has been delivered meanwhile.
        """
        directory = self._spool.directory
        with ExitStack() as pushing:
            with ExitStack() as waiting:
                try:
                    waiting.enter_context(directory.next_locked())
                except Busy:
                    return None
                if self._last_push().is_after(moment):
                    return None
                self._get_deliverer()  # which may have to be imported
                pushing.enter_context(directory.push_locked(max(0.0, deadline - monotonic())))
            if self._last_push().is_after(moment):
                return None
            return self._push(deadline)

    def _push(self, deadline: float) -> Delivery:
        """Deliver: the lock is held."""
        self._spool.synchronise()
        began = time.time()
        delivery = self._reported(self._get_deliverer().push(deadline))
        if delivery.complete:
            self._last_push().record(began)
        return delivery

    def _last_push(self) -> LastPush:
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

    def _may_deliver(self) -> bool:
        return bool(self.settings.destinations or self.read_destinations)

    def _get_deliverer(self) -> Deliverer:
        if self._deliverer is None:
            # Here, as elsewhere: a process may never deliver.
            from typedprom.delivery.deliverer import Deliverer, SinkError, make_sink
            from typedprom.spool.store import SpoolStore

            if self.read_destinations is not None:
                found = self.read_destinations()
                self.settings = replace(self.settings, destinations=found)
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


def _waited(request: _DeliveryRequest, seconds: float) -> bool:
    """Wait until the request is done, and return whether it is."""
    deadline, pause = monotonic() + seconds, _POLL_SECONDS
    while not request.is_done and monotonic() < deadline:
        time.sleep(pause)
        pause = min(1.2 * pause, _LONGEST_PAUSE)
    return request.is_done


def _has_many(runs: Path) -> bool:
    try:
        with os.scandir(runs) as entries:
            return sum(1 for _ in entries) > _RUNS_LEFT
    except OSError:  # the folder does not exist, or recording logs why it cannot be read
        return False


def _log_failure(error: BaseException) -> None:
    log_once(("push", type(error).__name__), partial("delivery failed: {!r}".format, error))
