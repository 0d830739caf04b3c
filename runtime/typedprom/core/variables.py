"""Every environment variable that typedprom reads, and whether one turns something on."""
# ruff: noqa: S105 - these are names, not passwords

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PREFIX: Final = "TYPEDPROM_"

DISABLED: Final = "TYPEDPROM_DISABLED"
STRICT: Final = "TYPEDPROM_STRICT"
CELLS: Final = "TYPEDPROM_CELLS"

SPOOL_DIR: Final = "TYPEDPROM_SPOOL_DIR"
PUSHGATEWAY_URL: Final = "TYPEDPROM_PUSHGATEWAY_URL"
TEXTFILE: Final = "TYPEDPROM_TEXTFILE"
OTLP_ENDPOINT: Final = "TYPEDPROM_OTLP_ENDPOINT"

JOB: Final = "TYPEDPROM_JOB"
INSTANCE: Final = "TYPEDPROM_INSTANCE"
GROUPING: Final = "TYPEDPROM_GROUPING"
PUSH_SECONDS: Final = "TYPEDPROM_PUSH_SECONDS"
EXIT_SECONDS: Final = "TYPEDPROM_EXIT_SECONDS"

USERNAME: Final = "TYPEDPROM_PUSHGATEWAY_USERNAME"
PASSWORD: Final = "TYPEDPROM_PUSHGATEWAY_PASSWORD"
PASSWORD_FILE: Final = "TYPEDPROM_PUSHGATEWAY_PASSWORD_FILE"
TOKEN_FILE: Final = "TYPEDPROM_PUSHGATEWAY_TOKEN_FILE"
CA_FILE: Final = "TYPEDPROM_PUSHGATEWAY_CA_FILE"
CERT_FILE: Final = "TYPEDPROM_PUSHGATEWAY_CERT_FILE"
KEY_FILE: Final = "TYPEDPROM_PUSHGATEWAY_KEY_FILE"

KNOWN: Final = frozenset(
    (
        *(DISABLED, STRICT, CELLS),
        *(SPOOL_DIR, PUSHGATEWAY_URL, TEXTFILE, OTLP_ENDPOINT),
        *(JOB, INSTANCE, GROUPING, PUSH_SECONDS, EXIT_SECONDS),
        *(USERNAME, PASSWORD, PASSWORD_FILE, TOKEN_FILE, CA_FILE, CERT_FILE, KEY_FILE),
    )
)


def unknown(environ: Iterable[str]) -> Sequence[str]:
    """The variables that begin as ours do and are none."""
    return [name for name in environ if name.startswith(PREFIX) and name not in KNOWN]


def nearest(name: str) -> str | None:
    """The variable that was meant, if that can be told."""
    from difflib import get_close_matches  # here: it takes milliseconds

    rests = [known.removeprefix(PREFIX) for known in sorted(KNOWN)]
    found = get_close_matches(name.removeprefix(PREFIX), rests, 1)
    return PREFIX + found[0] if found else None


_OFF: Final = frozenset(("", "0", "false", "no", "off"))


def is_on(variable: str) -> bool:
    """Whether an environment variable turns something on: it is set, and not to a word for no."""
    return os.environ.get(variable, "").strip().lower() not in _OFF


# Recording turned off when typedprom is imported: metrics take every call and check label values,
# but nothing is registered or exposed.
IS_DISABLED: Final = is_on(DISABLED)
