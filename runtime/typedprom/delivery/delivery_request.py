"""A request that the push thread of this process delivers, and waiting for that."""

from __future__ import annotations

import time
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from typedprom.delivery.deliverer import Delivery

    TakeTurn: TypeAlias = Callable[[float], Delivery | None]  # before the deadline

_SHORTEST_PAUSE: Final = 0.0002  # seconds between two looks at whether a delivery is done
_LONGEST_PAUSE: Final = 0.02
_LONGER: Final = 1.05  # each than the one before: about a twentieth of the time waited


class DeliveryRequest:
    """A request to deliver before `time.monotonic()` reaches the deadline."""

    def __init__(self, deadline: float, push: TakeTurn) -> None:
        self.deadline = deadline
        self.push = push
        self.is_done = False
        self.delivery: Delivery | None = None

    def wait(self, seconds: float) -> bool:
        """Wait until the request is done, for up to `seconds`, and return whether it is."""
        deadline, pause = monotonic() + seconds, _SHORTEST_PAUSE
        while not self.is_done and monotonic() < deadline:
            time.sleep(pause)
            pause = min(_LONGER * pause, _LONGEST_PAUSE)
        return self.is_done
