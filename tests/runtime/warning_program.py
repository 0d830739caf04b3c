"""Misuses a metric and warns by itself, in one place: `warning_program PLACE`."""

from __future__ import annotations

import asyncio
import atexit
import logging
import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.runtime.sample import HEARTBEAT


def warn() -> None:
    """Let the program and the runtime warn."""
    logging.getLogger("program").warning("the program warns")
    HEARTBEAT.inc(-1)


async def warn_in_a_task() -> None:
    """Warn in a task of asyncio."""
    await asyncio.create_task(asyncio.to_thread(warn))


class Finalized:
    """Warns when it is deleted."""

    def __del__(self) -> None:
        warn()


class WarningHandler(logging.Handler):
    """Warns of each line of another logger."""

    def emit(self, record: logging.LogRecord) -> None:
        """Warn."""
        if record.name == "other":
            warn()


def in_a_process(method: str) -> None:
    """Warn in a child process."""
    multiprocessing.set_start_method(method)
    child = multiprocessing.Process(target=warn)
    child.start()
    child.join()


def in_a_pool(method: str) -> None:
    """Warn in a worker of multiprocessing."""
    with multiprocessing.get_context(method).Pool(1) as pool:
        pool.apply(warn)


def in_an_executor(method: str) -> None:
    """Warn in a worker of concurrent.futures."""
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        executor.submit(warn).result()


def in_a_thread() -> None:
    """Warn in a thread."""
    thread = threading.Thread(target=warn)
    thread.start()
    thread.join()


def in_a_finalizer() -> None:
    """Warn in a finalizer."""
    Finalized()


def in_a_handler() -> None:
    """Warn in a handler of logging."""
    logging.getLogger("other").addHandler(WarningHandler())
    logging.getLogger("other").warning("a line")


def in_a_signal_handler(wait: Callable[[], object]) -> None:
    """Warn in a signal handler, while the main thread waits."""
    signal.signal(signal.SIGALRM, lambda _number, _frame: warn())
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    wait()


def get_from_a_process_queue() -> None:
    """Wait for a queue of multiprocessing, in which there never is anything."""
    try:
        multiprocessing.Queue().get(timeout=0.6)
    except queue.Empty:
        return


def get_from_a_queue() -> None:
    """Wait for a queue, in which there never is anything."""
    try:
        queue.Queue[object]().get(timeout=0.6)
    except queue.Empty:
        return


def at_exit_of_a_child() -> None:
    """Warn in a forked child that ends without clean-up."""
    if not (child := os.fork()):
        warn()
        os._exit(0)
    os.waitpid(child, 0)


METHODS = ("fork", "spawn", "forkserver")
PLACES: dict[str, Callable[[], object]] = {
    **{f"process {method}": partial(in_a_process, method) for method in METHODS},
    **{f"pool {method}": partial(in_a_pool, method) for method in METHODS},
    **{f"executor {method}": partial(in_an_executor, method) for method in METHODS},
    "forked child": at_exit_of_a_child,
    "thread": in_a_thread,
    "task": lambda: asyncio.run(warn_in_a_task()),
    "exit": lambda: atexit.register(warn),
    "finalizer": in_a_finalizer,
    "logging handler": in_a_handler,
    "signal handler": partial(in_a_signal_handler, signal.pause),
    "signal handler over a queue": partial(in_a_signal_handler, get_from_a_queue),
    "signal handler over a process queue": partial(in_a_signal_handler, get_from_a_process_queue),
}


if __name__ == "__main__":
    PLACES[sys.argv[1]]()
