"""Counts five, then ends in the way that is named: `endings.py NAME`."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.context import ForkContext, ForkServerContext, SpawnContext
from typing import NoReturn

from proofs.programs.names import COUNTED, DURING_A_PUSH
from proofs.programs.recorder import RECORDER

EXIT_CODE = 7
WORK_SECONDS = 0.2  # before the first count, so that a push at the start does not include it
Context = ForkContext | ForkServerContext | SpawnContext


def count(times: int = COUNTED) -> None:
    """Count `times` times."""
    for _ in range(times):
        RECORDER.count()


def count_one(_: int) -> None:
    """Count once, as a task of a pool."""
    count(1)


def exits() -> NoReturn:
    """Exit with a code."""
    count()
    sys.exit(EXIT_CODE)


def raises() -> NoReturn:
    """Raise an exception."""
    count()
    raise RuntimeError("the program failed")


def interrupted() -> NoReturn:
    """Raise KeyboardInterrupt, as Ctrl-C does."""
    count()
    raise KeyboardInterrupt


def exits_at_once() -> NoReturn:
    """Exit without Python's clean-up."""
    count()
    os._exit(EXIT_CODE)


def segfaults() -> None:
    """Read from an invalid address."""
    count()
    ctypes.string_at(0)


def aborts() -> None:
    """Abort, as C libraries do."""
    count()
    os.abort()


def replaces_itself() -> None:
    """Replace the process by another program with the same process id."""
    count()
    os.execv(sys.executable, [sys.executable, "-c", "pass"])  # noqa: S606 - without a shell


def forks() -> None:
    """Fork a child that counts and leaves with os._exit."""
    child = os.fork()
    if not child:
        count()
        os._exit(0)
    os.waitpid(child, 0)


def leaves_a_thread() -> None:
    """Return before a thread counts."""

    def work() -> None:
        time.sleep(0.3)
        count(2)

    threading.Thread(target=work).start()
    count(3)


def leaves_a_daemon() -> None:
    """Return while a daemon thread that has counted still runs."""
    counted = threading.Event()

    def work() -> None:
        count(2)
        counted.set()
        time.sleep(60)

    threading.Thread(target=work, daemon=True).start()
    count(3)
    counted.wait()


def ends_during_a_push() -> None:
    """Return during a push: the gateway is slow here, and more is counted meanwhile."""
    count(3)
    RECORDER.push_in_background()
    time.sleep(0.5)
    count(2)


def by_signal(number: signal.Signals) -> Callable[[], None]:
    """Count, then receive a signal, as from a supervisor or a terminal."""

    def receive() -> None:
        count()
        os.kill(os.getpid(), number)
        time.sleep(10)  # a handler in Python runs at the next instruction

    return receive


def by_process(context: Context) -> Callable[[], None]:
    """Count in a child of multiprocessing."""

    def start() -> None:
        child = context.Process(target=count)
        child.start()
        child.join()
        if child.exitcode:
            sys.exit(f"the child ended with {child.exitcode}")

    return start


def by_pool(context: Context) -> Callable[[], None]:
    """Count in the workers of a pool."""

    def start() -> None:
        with context.Pool(2) as pool:
            pool.map(count_one, range(COUNTED), chunksize=1)

    return start


_CONTEXTS: dict[str, Context] = {
    "fork": multiprocessing.get_context("fork"),
    "spawn": multiprocessing.get_context("spawn"),
    "forkserver": multiprocessing.get_context("forkserver"),
}
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGKILL")
_ENDINGS: dict[str, Callable[[], None]] = {
    "return": count,
    "sys.exit": exits,
    "exception": raises,
    "KeyboardInterrupt": interrupted,
    **{name: by_signal(signal.Signals[name]) for name in _SIGNALS},
    "os._exit": exits_at_once,
    "SIGSEGV": segfaults,
    "SIGABRT": aborts,
    "execv": replaces_itself,
    "os.fork child": forks,
    **{f"Process, {name}": by_process(context) for name, context in _CONTEXTS.items()},
    **{f"Pool, {name}": by_pool(context) for name, context in _CONTEXTS.items()},
    "thread still running": leaves_a_thread,
    "daemon thread": leaves_a_daemon,
    DURING_A_PUSH: ends_during_a_push,
}


def main() -> None:
    """Run the ending, without writing a core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with RECORDER.session():
        time.sleep(WORK_SECONDS)
        _ENDINGS[sys.argv[1]]()


if __name__ == "__main__":
    main()
