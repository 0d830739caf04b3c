"""The allowance: how long the end of a process may be delayed, by all deliveries together."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from math import inf
from time import monotonic
from typing import Final

_FORGOTTEN: Final = 30.0  # seconds after which a delivery was not of this end


class Allowance:
    """What a signal's delivery took is not there for that at exit, unless the program went on."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._last = -inf

    def left(self, seconds: float) -> float:
        """How much of so many seconds is left."""
        if monotonic() - self._last > _FORGOTTEN:
            self._spent = 0.0
        return max(0.0, seconds - self._spent)

    @contextmanager
    def spending(self) -> Generator[None]:
        """What the block takes is spent."""
        began = monotonic()
        try:
            yield
        finally:
            self._last = monotonic()
            self._spent += self._last - began
