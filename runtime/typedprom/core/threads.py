"""Threads of our own, which leave all signals to the threads of the program."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Callable
from types import BuiltinFunctionType
from typing import Final

# Signals that a fault of the thread itself raises; the others are for any thread of the process.
_FAULTS: Final = ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT")
_BEGIN_SECONDS: Final = 0.1  # that a thread may take to begin


def start_thread(run: Callable[[], object]) -> threading.Event:
    """Start a daemon thread, and return the event of its end. Raises RuntimeError if there is none.

    Where gevent or eventlet has patched `_thread`, it is a greenlet of the calling thread, whose
    signals are the program's. Elsewhere this waits for the thread to block its signals: the program
    may block one right after, and send it. `threading.Thread` would wait forever if the memory for
    the thread is missing. Isolated sub-interpreters have no daemon threads.
    """
    if not getattr(_thread, "daemon_threads_allowed", _yes)():
        raise RuntimeError("this interpreter has no daemon threads")
    is_greenlet = starts_greenlets()
    starting, ended = _thread.allocate_lock(), threading.Event()
    starting.acquire()

    def work() -> None:
        try:
            if not is_greenlet:
                _receive_no_signals()
            starting.release()
            run()
        finally:
            ended.set()

    _thread.start_new_thread(work, ())
    if not is_greenlet:
        starting.acquire(timeout=_BEGIN_SECONDS)
    return ended


def starts_greenlets() -> bool:
    """Whether gevent or eventlet makes greenlets of threads."""
    return not isinstance(_thread.start_new_thread, BuiltinFunctionType)


def _yes() -> bool:
    return True  # CPython 3.11, which refuses all threads there


def _receive_no_signals() -> None:
    if hasattr(signal, "pthread_sigmask"):
        faults = {getattr(signal, name) for name in _FAULTS}
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - faults)
