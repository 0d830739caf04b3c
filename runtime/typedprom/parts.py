"""Parts: what each thread has added to one series, summed when it is read.

A thread adds to its own part only, so no addition is lost where threads run at once, and no lock
is ever waited for: neither recording nor reading can deadlock, whatever they interrupt. The parts
of threads that have ended are folded into one sum, so that memory follows the threads alive.
"""

from __future__ import annotations

import os
from _weakref import ref  # `weakref` without its Python half, which nothing here needs
from threading import Lock, local
from typing import Final, TypeAlias

from typedprom.amounts import ZERO


class _Life:
    """Lives as long as its thread."""

    __slots__ = ("__weakref__",)


Key: TypeAlias = ref[_Life]  # a key is dead when its thread has ended


class _Thread(local):
    """The current thread; `key` is its own."""

    key: Key

    def __getattr__(self, name: str) -> Key:
        if name != "key":
            raise AttributeError(name)
        # Once a thread. `setdefault`, because a signal handler may come between and record too.
        mine = self.__dict__
        life: _Life = mine.setdefault("life", _Life())
        key: Key = mine.setdefault("key", ref(life))
        return key


THREAD: Final = _Thread()


class Parts(dict[Key, list[float]]):
    """Numbers that several threads add to: `parts[THREAD.key][0] += amount`.

    `ended` holds the sum of the parts of threads that have ended, and the keys of those that may
    not have been taken out yet. It is replaced as a whole, so that who reads can tell that it was.
    """

    __slots__ = ("ended",)

    def __init__(self, size: int) -> None:
        super().__init__()
        self.ended: tuple[list[float], frozenset[Key]] = ([ZERO] * size, frozenset())

    def __missing__(self, key: Key) -> list[float]:
        self._fold()
        return self.setdefault(key, [0.0] * len(self.ended[0]))

    def total(self) -> list[float]:
        """The sums at one instant; each thread's part is read in one step."""
        while True:
            ended = self.ended
            parts = self.copy()  # in one step, as `list(self.items())` is not: it makes tuples,
            # which can start the garbage collector, which can run a finalizer that records
            if self.ended is ended:  # else a part may be missing from both, or be in both
                break
        total, folded = ended
        return _summed(total, [part[:] for key, part in parts.items() if key not in folded])

    def untouched(self) -> bool:
        """Whether nothing was ever added."""
        return not self and self.ended[0][-1] is ZERO

    def _fold(self) -> None:
        """Take out the parts of threads that have ended.

        If this is being done already, by another thread or by the code that a signal handler has
        interrupted, it is left to the next time.
        """
        if not _folding.acquire(blocking=False):
            return
        try:
            total, folded = self.ended
            dead = {key: part for key, part in self.copy().items() if key() is None}
            if dead:
                news = [part for key, part in dead.items() if key not in folded]
                self.ended = (_summed(total, news), frozenset(dead))
                for key in dead:
                    del self[key]
        finally:
            _folding.release()


def _summed(total: list[float], parts: list[list[float]]) -> list[float]:
    if total[-1] is not ZERO:
        parts = [total, *parts]
    if len(parts) > 1:
        return [sum(numbers) for numbers in zip(*parts, strict=True)]
    return parts[0] if parts else total[:]


_folding = Lock()


def _renew_lock() -> None:
    global _folding
    _folding = Lock()


if hasattr(os, "register_at_fork"):  # a thread that held the lock is not in the child
    os.register_at_fork(after_in_child=_renew_lock)
