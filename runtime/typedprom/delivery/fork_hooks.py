"""Forks: what is done before and after each, while no signal comes between.

Python drops what a signal's handler raises in such hooks, and forgets, in a child, signals that
came before its first instruction and have a handler. So the thread that forks is sent none until
all is done; the parent is then sent once more those that came meanwhile. What remains are the few
instructions before and behind, as in every such hook, that of `logging` for one.
"""

from __future__ import annotations

import os
import signal
from _thread import start_new_thread
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from threading import get_ident
from time import sleep
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, cast

from typedprom.delivery import fork_warning

if TYPE_CHECKING:
    from collections.abc import Collection

Act: TypeAlias = Callable[[], None]

# Those of `signal` are Python code around these, with time for a signal to come between.
_signal: Final = import_module("_signal")
_pthread_sigmask = cast("Callable[[int, Collection[int]], set[int]]", _signal.pthread_sigmask)
_sigpending = cast("Callable[[], set[int]]", _signal.sigpending)

_FAULTS: Final = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT}
_ALL: Final = frozenset(map(int, signal.valid_signals() - _FAULTS))
_AFTERWARDS: Final = 0.01  # seconds in which a fork returns from its hooks


class _Steps(NamedTuple):
    before: Act
    in_parent: Act
    in_child: Act


_steps: Final[list[_Steps]] = []
_NONE: Final[set[int]] = set()
_masks: Final[dict[int, set[int]]] = {}  # of threads that fork, as they were before


def _nothing() -> None:
    """Nothing."""


def at_forks(*, before: Act = _nothing, in_parent: Act = _nothing, in_child: Act) -> None:
    """Do so at each fork from now on."""
    _steps.append(_Steps(before, in_parent, in_child))


def receive_no_signals() -> None:
    """Leave signals to other threads: for threads of ours."""
    _pthread_sigmask(signal.SIG_BLOCK, _ALL)


def _before() -> None:
    _masks[get_ident()] = _pthread_sigmask(signal.SIG_BLOCK, _ALL)
    fork_warning.fork_is_near()
    for steps in reversed(_steps):
        steps.before()
    fork_warning.fork_begins()


def _after_in_parent() -> None:
    fork_warning.fork_is_over()
    for steps in _steps:
        steps.in_parent()
    mask = _masks.pop(get_ident(), _NONE)
    if pending := _sigpending() - mask:
        _send_later(pending)
    _pthread_sigmask(signal.SIG_SETMASK, mask)  # right behind, or one may come between


def _after_in_child() -> None:
    for steps in _steps:
        steps.in_child()
    with suppress(BaseException):  # of a handler that hears one now, which Python would forget
        _pthread_sigmask(signal.SIG_SETMASK, _masks.pop(get_ident(), _NONE))


def _send_later(pending: set[int]) -> None:
    """Send those that have a handler once more, when the fork has returned."""
    heard = [number for number in pending if callable(signal.getsignal(number))]
    came = [taken.si_signo for _ in heard if (taken := signal.sigtimedwait(heard, 0))]
    if came:
        with suppress(RuntimeError):  # no more threads
            start_new_thread(_send, (came,))  # `Thread.start` would wait for it


def _send(numbers: list[int]) -> None:
    receive_no_signals()
    sleep(_AFTERWARDS)
    for number in numbers:
        os.kill(os.getpid(), number)


os.register_at_fork(
    before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child
)
