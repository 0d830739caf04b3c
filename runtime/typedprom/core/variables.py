"""The environment variables that typedprom reads, except those of the sinks of delivery."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

PREFIX: Final = "TYPEDPROM_"

DISABLED: Final = "TYPEDPROM_DISABLED"
STRICT: Final = "TYPEDPROM_STRICT"
CELLS: Final = "TYPEDPROM_CELLS"
IGNORED: Final = "TYPEDPROM_IGNORED"

SPOOL_DIR: Final = "TYPEDPROM_SPOOL_DIR"
JOB: Final = "TYPEDPROM_JOB"
INSTANCE: Final = "TYPEDPROM_INSTANCE"
GROUPING: Final = "TYPEDPROM_GROUPING"
PUSH_SECONDS: Final = "TYPEDPROM_PUSH_SECONDS"
EXIT_SECONDS: Final = "TYPEDPROM_EXIT_SECONDS"

KNOWN: Final = frozenset(
    (
        *(DISABLED, STRICT, CELLS, IGNORED),
        *(SPOOL_DIR, JOB, INSTANCE, GROUPING, PUSH_SECONDS, EXIT_SECONDS),
    )
)


def unknown(names: Iterable[str]) -> list[str]:
    """The names with our prefix that are not listed here: variables of sinks, or misspelt ones."""
    return [name for name in names if name.startswith(PREFIX) and name not in KNOWN]


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known variable whose name is most similar, if one is similar enough."""
    from difflib import get_close_matches  # here: it takes milliseconds

    rests = [variable.removeprefix(PREFIX) for variable in sorted(known)]
    found = get_close_matches(name.removeprefix(PREFIX), rests, 1)
    return PREFIX + found[0] if found else None


_OFF: Final = frozenset(("", "0", "false", "no", "off"))


def is_on(variable: str) -> bool:
    """Whether an environment variable turns something on: it is set to a value that is not a no."""
    return os.environ.get(variable, "").strip().lower() not in _OFF


# Whether recording is off, as of the import of typedprom: metrics accept every call and check label
# values, but nothing is registered or exposed.
IS_DISABLED: Final = is_on(DISABLED)
