"""Threads of our own, which leave all signals to the threads of the program."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Callable
from typing import Final

# Signals that a fault of the thread itself raises; the others are for any thread of the process.
_FAULTS: Final = ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT")


def start_thread(run: Callable[[], object]) -> threading.Event:
    """Start a daemon thread, and return the event of its end. Raises RuntimeError if there is none.

    Where gevent or eventlet has patched `_thread`, it is a greenlet of the calling thread, whose
    signals are the program's. `threading.Thread` would wait for the thread to begin, which it never
    does if the memory for that is missing. Isolated sub-interpreters have no daemon threads.
    """
    if not getattr(_thread, "daemon_threads_allowed", _yes)():
        raise RuntimeError("this interpreter has no daemon threads")
    starter, ended = threading.get_native_id(), threading.Event()

    def work() -> None:
        try:
            if threading.get_native_id() != starter:
                _receive_no_signals()
            run()
        finally:
            ended.set()

    _thread.start_new_thread(work, ())
    return ended


def _yes() -> bool:
    return True  # CPython 3.11, which refuses all threads there


def _receive_no_signals() -> None:
    if hasattr(signal, "pthread_sigmask"):
        faults = {getattr(signal, name) for name in _FAULTS}
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - faults)
