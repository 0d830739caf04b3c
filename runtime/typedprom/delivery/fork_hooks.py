"""Hooks before and after each fork, which run with signals blocked.

Python drops exceptions that a signal handler raises in a fork hook. In a child, it forgets signals
with a handler that arrived before the first instruction. So signals are blocked in the thread that
forks until all hooks have run; those that arrived meanwhile are then sent to the parent again. A
few instructions before and after remain unprotected, as in every fork hook, such as `logging`'s.
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

if TYPE_CHECKING:
    from collections.abc import Collection

Hook: TypeAlias = Callable[[], None]

# The functions of `signal` wrap these in Python code, in which a signal may arrive.
_signal: Final = import_module("_signal")
_pthread_sigmask = cast("Callable[[int, Collection[int]], set[int]]", _signal.pthread_sigmask)
_sigpending = cast("Callable[[], set[int]]", _signal.sigpending)

_FAULTS: Final = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT}
_ALL: Final = frozenset(map(int, signal.valid_signals() - _FAULTS))
_AFTERWARDS: Final = 0.01  # seconds in which a fork returns after its hooks


class _Hooks(NamedTuple):
    before: Hook
    in_parent: Hook
    in_child: Hook


_hooks: Final[list[_Hooks]] = []
_NONE: Final[set[int]] = set()
_masks: Final[dict[int, set[int]]] = {}  # of forking threads, before the fork


def at_forks(
    *, before: Hook = lambda: None, in_parent: Hook = lambda: None, in_child: Hook
) -> None:
    """Call the hooks at each fork from now on."""
    _hooks.append(_Hooks(before, in_parent, in_child))


def receive_no_signals() -> None:
    """Block all signals in this thread, so that other threads handle them."""
    _pthread_sigmask(signal.SIG_BLOCK, _ALL)


def _before() -> None:
    _masks[get_ident()] = _pthread_sigmask(signal.SIG_BLOCK, _ALL)
    for hooks in reversed(_hooks):
        hooks.before()


def _after_in_parent() -> None:
    for hooks in _hooks:
        hooks.in_parent()
    mask = _masks.pop(get_ident(), _NONE)
    if pending := _sigpending() - mask:
        _send_later(pending)
    _pthread_sigmask(signal.SIG_SETMASK, mask)  # last, or a signal may arrive in between


def _after_in_child() -> None:
    for hooks in _hooks:
        hooks.in_child()
    with suppress(BaseException):  # of a handler that runs now; Python would drop it
        _pthread_sigmask(signal.SIG_SETMASK, _masks.pop(get_ident(), _NONE))


def _send_later(pending: set[int]) -> None:
    """Send the signals that have a handler again, after the fork has returned."""
    handled = [number for number in pending if callable(signal.getsignal(number))]
    arrived = [info.si_signo for _ in handled if (info := signal.sigtimedwait(handled, 0))]
    if arrived:
        with suppress(RuntimeError):  # no more threads
            start_new_thread(_send, (arrived,))  # `Thread.start` would wait for it


def _send(numbers: list[int]) -> None:
    receive_no_signals()
    sleep(_AFTERWARDS)
    for number in numbers:
        os.kill(os.getpid(), number)


os.register_at_fork(
    before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child
)
