"""Recording turned off: `TYPEDPROM_DISABLED=1` when typedprom is imported.

Metrics then take every call, and check label values as ever, but record into cells that do
nothing, and expose nothing. Nothing is registered either.
"""

from __future__ import annotations

import os
from typing import Final

from typedprom import variables

_OFF: Final = frozenset(("", "0", "false", "no", "off"))


def is_on(variable: str) -> bool:
    """Whether an environment variable turns something on: it is set, and not to a word for no."""
    return os.environ.get(variable, "").strip().lower() not in _OFF


DISABLED: Final = is_on(variables.DISABLED)
