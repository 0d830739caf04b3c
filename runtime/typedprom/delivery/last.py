"""Delivering at once what this process recorded, if it has a spool."""

from __future__ import annotations

import sys
from typing import Final

_OPENING: Final = "typedprom.delivery.opening"


def finish() -> None:
    """Deliver for the last time: the process ends."""
    opening = sys.modules.get(_OPENING)
    if opening is not None:
        opening.finish()


def flush() -> None:
    """Deliver now: the process may end, or go on."""
    opening = sys.modules.get(_OPENING)
    if opening is not None:
        opening.flush()
