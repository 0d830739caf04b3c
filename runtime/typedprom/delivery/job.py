"""Jobs: what is recorded of commands that run and end, and their signals."""

from __future__ import annotations

import os
import signal
import sys
from asyncio import CancelledError
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import current_thread, main_thread
from time import perf_counter, time
from types import FrameType
from typing import TYPE_CHECKING, Final, Self, TypeAlias

from typedprom.metrics.context_managers import Block

if TYPE_CHECKING:
    from types import TracebackType

    from typedprom.delivery.job_metrics import Ending

Handler: TypeAlias = Callable[[int, FrameType | None], object] | int | None

# Not SIGINT, which Python raises as an exception, nor SIGQUIT, which is to leave a core.
_SIGNALS: Final = [
    number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None
]

_running: Final[list[_Run]] = []  # of this process


class Job(Block):
    """A `with` or `async with` block, or a decorator, around everything a command does.

    It records when the command ran and ended well, how long it took and how it ended. In the main
    thread it also listens to SIGTERM and SIGHUP, so that what was recorded is delivered before they
    end the process; whoever listened before is called, and what the signal does stays what it was.

    A forked child is not the job: there it records nothing, and signals are as they were before.
    """

    __slots__ = ("_command", "_runs")

    def __init__(self, command: str) -> None:
        self._command = command
        self._runs: list[_Run] = []

    def again(self) -> Self:
        """The job of one call of a decorated function."""
        return type(self)(self._command)

    def __enter__(self) -> None:
        run = _Run(self._command)
        self._runs.append(run)
        run.begin()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self._runs.pop().end(error)

    async def __aenter__(self) -> None:
        self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self.__exit__(kind, error, traceback)


class _Run:
    """One run of a job. `before` are the handlers of signals in whose place it listens."""

    def __init__(self, command: str) -> None:
        self._command = command
        self._start = perf_counter()
        self._recorded = False
        self.terminated = False
        self.before: dict[int, Handler] = {}

    def begin(self) -> None:
        from typedprom.delivery import job_metrics  # now: a signal may come later

        self._metrics = job_metrics
        for outcome in job_metrics.OUTCOMES:  # so that the first one of each is an increase
            job_metrics.RUNS.labels(command=self._command, outcome=outcome).inc(0)
        _running.append(self)
        if current_thread() is not main_thread():
            return
        for number in _SIGNALS:
            before = signal.getsignal(number)
            if before is not None and before != signal.SIG_IGN:  # not Python's; to be ignored
                self.before[number] = before
                signal.signal(number, self._heard)

    def end(self, error: BaseException | None) -> None:
        if self in _running:  # else this is a forked child
            _running.remove(self)
            self.record(_ending(error, terminated=self.terminated))
            self.stop_listening()

    def stop_listening(self) -> None:
        """Put the handlers back, unless somebody else listens by now."""
        for number, before in self.before.items():
            with suppress(ValueError):  # not the main thread any longer
                if signal.getsignal(number) == self._heard:
                    signal.signal(number, before)

    def record(self, outcome: Ending) -> None:
        """Record how it ended, once."""
        if self._recorded:
            return
        self._recorded = True
        now, command, metrics = time(), self._command, self._metrics
        metrics.LAST_RUN.labels(command=command).set(now)
        if outcome == "success":
            metrics.LAST_SUCCESS.labels(command=command).set(now)
        metrics.DURATION.observe(perf_counter() - self._start, command=command)
        metrics.RUNS.labels(command=command, outcome=outcome).inc()

    def _heard(self, number: int, frame: FrameType | None) -> None:
        heard = [*self._outwards(number)]
        before = heard[-1].before.get(number, signal.SIG_DFL)
        runs = [run for run in heard if run in _running]  # none in a child of a fork
        for run in runs:
            run.terminated = True
        if callable(before):  # it may end the program, or go on with it
            if runs:
                flush()
            before(number, frame)
            return
        for run in runs:
            with suppress(Exception):  # the signal ends the process, whatever we do
                run.record("terminated")
        if runs:
            finish()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def _outwards(self, number: int) -> Iterator[_Run]:
        """This run, and those around it that listened to the signal before."""
        run: object = self
        while isinstance(run, _Run):
            yield run
            run = getattr(run.before.get(number), "__self__", None)


def _ending(error: BaseException | None, *, terminated: bool) -> Ending:
    if error is None or isinstance(error, GeneratorExit):
        return "success"
    if terminated or isinstance(error, KeyboardInterrupt | CancelledError):
        return "terminated"
    done = isinstance(error, SystemExit) and error.code in (None, 0)
    return "success" if done else "failure"


def _after_in_child() -> None:
    for run in reversed(_running):
        run.stop_listening()
    _running.clear()


if hasattr(os, "register_at_fork"):
    from typedprom.delivery.fork_hooks import at_forks

    at_forks(in_child=_after_in_child)


_OPENING: Final = "typedprom.delivery.autostart"


def finish() -> None:
    """Deliver for the last time: the process ends."""
    opening = sys.modules.get(_OPENING)
    if opening is not None:
        opening.finish()


def flush() -> None:
    """Deliver now: the process may end, or go on."""
    opening = sys.modules.get(_OPENING)
    if opening is not None:
        opening.flush()
