"""How much time the deliveries at an exit may take together."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from math import inf
from time import monotonic
from typing import Final

_NEW_EXIT: Final = 30.0  # seconds after which a delivery does not belong to the same exit


class ExitBudget:
    """The time that deliveries may take at an exit: what a signal's delivery took is subtracted.

    If the program continues after the signal, the budget is full again.
    """

    def __init__(self) -> None:
        self._spent = 0.0
        self._last = -inf

    def left(self, seconds: float) -> float:
        """How much of the `seconds` is left."""
        if monotonic() - self._last > _NEW_EXIT:
            self._spent = 0.0
        return max(0.0, seconds - self._spent)

    @contextmanager
    def spending(self) -> Generator[None]:
        """Subtract the time that the block takes."""
        began = monotonic()
        try:
            yield
        finally:
            self.spend(monotonic() - began)

    def spend(self, seconds: float) -> None:
        """Subtract this time."""
        self._last = monotonic()
        self._spent += seconds

    def refill(self) -> None:
        """Begin anew: nothing holds deliveries up."""
        self._spent = 0.0
