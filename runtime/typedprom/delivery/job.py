"""Jobs: commands that run and end, whose outcome is recorded, also if a signal ends them."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from functools import update_wrapper
from time import perf_counter, time
from types import FrameType
from typing import TYPE_CHECKING, Final, ParamSpec, Self, TypeAlias, TypeVar, cast

from typedprom.core.environment import warn_of_late_variables
from typedprom.core.forks import run_in_children
from typedprom.metrics.context_managers import Block

if TYPE_CHECKING:
    from typedprom.delivery.deliver_now import JobDelivery
    from typedprom.delivery.job_metrics import Ending

P = ParamSpec("P")
R = TypeVar("R")

Handler: TypeAlias = Callable[[int, FrameType | None], object] | int | None

# Not SIGINT, which Python raises as an exception, nor SIGQUIT, which dumps a core.
_SIGNALS: Final = [
    number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None
]
_EXIT_CODE: Final = 128  # plus the number of the signal: how shells report an end by a signal
_CANCELLED: Final = ("CancelledError", "Cancelled", "GreenletExit")  # of asyncio, trio, greenlet
_FRAMEWORKS: Final = ("click", "typer")  # their exceptions have an `exit_code`

_AUTOSTART: Final = "typedprom.delivery.autostart"  # imported if something is delivered
_running: Final[list[_Run]] = []  # of this process


class Job(Block):
    """A `with` or `async with` block, or a decorator, around everything a command does.

    It records when the command last ended, when it last succeeded, its duration and its outcome. In
    the main thread it also handles SIGTERM and SIGHUP: it delivers before the signal ends the
    process. It then calls the handler that was there before, and the signal has its usual effect.
    As PID 1 of a container, which signals do not end by themselves, the process exits with 143.

    When it ends and no other job runs, what was recorded is delivered, within the exit budget.

    In a forked child the job records nothing, and the signal handlers are the earlier ones.
    """

    __slots__ = ("_command", "_runs")

    def __init__(self, command: str) -> None:
        self._command = command
        self._runs: list[_Run] = []

    def again(self) -> Self:
        """The job for one call of a decorated function."""
        return type(self)(self._command)

    def __enter__(self) -> None:
        run = _Run(self._command)
        self._runs.append(run)
        run.begin()

    def __exit__(self, _kind: object, error: BaseException | None, *_: object) -> None:
        delivery = self._runs.pop().end(error)
        if delivery is not None and not _is_stopping(error):
            with suppress(Exception):
                delivery.wait()

    async def __aenter__(self) -> None:
        self.__enter__()

    async def __aexit__(self, _kind: object, error: BaseException | None, *_: object) -> None:
        delivery = self._runs.pop().end(error)
        if delivery is not None and not _is_stopping(error):
            with suppress(Exception):
                await delivery.wait_in_loop()

    def __call__(self, function: Callable[P, R], /) -> Callable[P, R]:
        """Decorate a function or a coroutine function; the event loop of the latter goes on."""
        from inspect import iscoroutinefunction  # here: not all programs decorate

        if not iscoroutinefunction(function):
            return super().__call__(function)
        coroutine = cast("Callable[P, Coroutine[object, object, object]]", function)

        async def recorded(*args: P.args, **kwargs: P.kwargs) -> object:
            async with self.again():
                return await coroutine(*args, **kwargs)

        return cast("Callable[P, R]", update_wrapper(recorded, function))


class _Run:
    """One run of a job. `replaced` are the signal handlers that it replaces, by signal."""

    def __init__(self, command: str) -> None:
        self._command = command
        self._start = perf_counter()
        self._recorded = False
        self.raised: set[type[BaseException]] = set()  # by the handlers it replaces
        self.replaced: dict[int, Handler] = {}

    def begin(self) -> None:
        from typedprom.delivery import job_metrics  # here, not when a signal arrives

        warn_of_late_variables()
        self._metrics = job_metrics
        for outcome in job_metrics.OUTCOMES:  # so that the first of each is an increase
            job_metrics.RUNS.labels(command=self._command, outcome=outcome).inc(0)
        _running.append(self)
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if handler is not None and handler != signal.SIG_IGN:  # None: set by C code
                self.replaced[number] = handler
                with suppress(ValueError):  # not in the main thread of the main interpreter
                    signal.signal(number, self._handle)

    def end(self, error: BaseException | None) -> JobDelivery | None:
        """Record the outcome; the delivery of all that was recorded, unless other jobs run."""
        if self not in _running:  # this is a forked child
            return None
        _running.remove(self)
        self.record(_outcome(error, self.raised))
        self.restore_handlers()
        if _running or _AUTOSTART not in sys.modules or isinstance(error, GeneratorExit):
            return None
        with suppress(Exception):
            from typedprom.delivery.deliver_now import JobDelivery  # here: a spool may come late

            return JobDelivery()
        return None

    def restore_handlers(self) -> None:
        """Restore the replaced handlers, unless the program has set others."""
        for number, handler in self.replaced.items():
            with suppress(ValueError):  # not in the main thread
                if signal.getsignal(number) == self._handle:
                    signal.signal(number, handler)

    def record(self, outcome: Ending) -> None:
        """Record the outcome, once."""
        if self._recorded:
            return
        self._recorded = True
        now, command, metrics = time(), self._command, self._metrics
        metrics.LAST_RUN.labels(command=command).set(now)
        if outcome == "success":
            metrics.LAST_SUCCESS.labels(command=command).set(now)
        metrics.DURATION.observe(perf_counter() - self._start, command=command)
        metrics.RUNS.labels(command=command, outcome=outcome).inc()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        nested = [*self._with_outer_runs(number)]
        handler = nested[-1].replaced.get(number, signal.SIG_DFL)
        runs = [run for run in nested if run in _running]  # none in a forked child
        autostart = sys.modules.get(_AUTOSTART) if runs else None
        if callable(handler):  # it may end the program or not
            if autostart is not None:
                autostart.flush()
            try:
                handler(number, frame)
            except BaseException as error:
                for run in runs:
                    run.raised.add(type(error))
                raise
            return
        for run in runs:
            with suppress(Exception):  # the signal must end the process in any case
                run.record("terminated")
        if autostart is not None:
            autostart.finish()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        os._exit(_EXIT_CODE + number)  # the process is PID 1, which no default action ends

    def _with_outer_runs(self, number: int) -> Iterator[_Run]:
        """This run, and the runs around it whose handler it replaced."""
        run: object = self
        while isinstance(run, _Run):
            yield run
            run = getattr(run.replaced.get(number), "__self__", None)


def _outcome(error: BaseException | None, raised: set[type[BaseException]]) -> Ending:
    """The outcome of a job that this error leaves; `raised` by signal handlers of the program."""
    if error is None or isinstance(error, GeneratorExit):
        return "success"
    if type(error) in raised or _is_cancellation(error):
        return "terminated"
    if not _is_exit(error):
        return "failure"
    code: object = error.code if isinstance(error, SystemExit) else getattr(error, "exit_code", 1)
    if code is None or (isinstance(code, int) and code == 0):
        return "success"
    if isinstance(code, int) and code - _EXIT_CODE in (signal.SIGINT, *_SIGNALS):
        return "terminated"
    # `except KeyboardInterrupt: sys.exit(1)` is terminated too
    return "terminated" if _outcome(error.__context__, raised) == "terminated" else "failure"


def _is_cancellation(error: BaseException) -> bool:
    """Whether Ctrl-C ended what was going on, or somebody who cancelled it."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return all(map(_is_cancellation, group.exceptions))
    if isinstance(error, KeyboardInterrupt):
        return True
    return not isinstance(error, Exception) and type(error).__name__ in _CANCELLED


def _is_stopping(error: BaseException | None) -> bool:
    """Whether somebody waits for the code to end: it must not wait for a delivery."""
    return error is not None and _is_cancellation(error)


def _is_exit(error: BaseException) -> bool:
    packages = [str(kind.__module__).partition(".")[0] for kind in type(error).__mro__]
    return isinstance(error, SystemExit) or any(package in _FRAMEWORKS for package in packages)


def _after_in_child() -> None:
    for run in reversed(_running):
        run.restore_handlers()
    _running.clear()


run_in_children(_after_in_child)
