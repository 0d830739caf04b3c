"""Every way a program may end, after five were counted in it: `endings.py NAME`."""

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
WORK_SECONDS = 0.2  # before anything is counted: what pushes at its start pushes nothing of it
Context = ForkContext | ForkServerContext | SpawnContext


def count(times: int = COUNTED) -> None:
    """Count so many."""
    for _ in range(times):
        RECORDER.count()


def count_one(_: int) -> None:
    """Count one: a task of a pool."""
    count(1)


def exits() -> NoReturn:
    """Say so with a code."""
    count()
    sys.exit(EXIT_CODE)


def raises() -> NoReturn:
    """Fail."""
    count()
    raise RuntimeError("the program failed")


def interrupted() -> NoReturn:
    """Be interrupted, as by Ctrl-C."""
    count()
    raise KeyboardInterrupt


def exits_at_once() -> NoReturn:
    """Leave without Python's clean-up."""
    count()
    os._exit(EXIT_CODE)


def segfaults() -> None:
    """Read where nothing is."""
    count()
    ctypes.string_at(0)


def aborts() -> None:
    """Give up as C libraries do."""
    count()
    os.abort()


def becomes_another() -> None:
    """Become another program under the same process id."""
    count()
    os.execv(sys.executable, [sys.executable, "-c", "pass"])  # noqa: S606 - no shell is wanted


def forks() -> None:
    """Let a child count and leave as children do that were forked by hand."""
    child = os.fork()
    if not child:
        count()
        os._exit(0)
    os.waitpid(child, 0)


def leaves_a_thread() -> None:
    """Return while a thread has yet to count."""

    def work() -> None:
        time.sleep(0.3)
        count(2)

    threading.Thread(target=work).start()
    count(3)


def leaves_a_daemon() -> None:
    """Return while a daemon thread that has counted goes on."""
    counted = threading.Event()

    def work() -> None:
        count(2)
        counted.set()
        time.sleep(60)

    threading.Thread(target=work, daemon=True).start()
    count(3)
    counted.wait()


def ends_during_a_push() -> None:
    """Return while what was counted until now is on its way: the gateway is a slow one here."""
    count(3)
    RECORDER.push_in_background()
    time.sleep(0.5)
    count(2)


def by_signal(number: signal.Signals) -> Callable[[], None]:
    """Get a signal from outside, as from a supervisor or a terminal."""

    def receive() -> None:
        count()
        os.kill(os.getpid(), number)
        time.sleep(10)  # a handler in Python runs at the next instruction

    return receive


def by_process(context: Context) -> Callable[[], None]:
    """Let a child of multiprocessing count."""

    def start() -> None:
        child = context.Process(target=count)
        child.start()
        child.join()
        if child.exitcode:
            sys.exit(f"the child ended with {child.exitcode}")

    return start


def by_pool(context: Context) -> Callable[[], None]:
    """Let the workers of a pool count."""

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
    "execv": becomes_another,
    "os.fork child": forks,
    **{f"Process, {name}": by_process(context) for name, context in _CONTEXTS.items()},
    **{f"Pool, {name}": by_pool(context) for name, context in _CONTEXTS.items()},
    "thread still running": leaves_a_thread,
    "daemon thread": leaves_a_daemon,
    DURING_A_PUSH: ends_during_a_push,
}


def main() -> None:
    """End, without a core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with RECORDER.session():
        time.sleep(WORK_SECONDS)
        _ENDINGS[sys.argv[1]]()


if __name__ == "__main__":
    main()
