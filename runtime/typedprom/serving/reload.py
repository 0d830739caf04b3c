"""A server's settings, and reading them again from changed files while it serves."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from ssl import SSLContext
from threading import Lock
from typing import Final, NamedTuple

from typedprom.core.misuse import log_once

LOOK_SECONDS: Final = 1.0  # between two looks at the files


class ServerSettings(NamedTuple):
    """What a server is set up with."""

    context: SSLContext | None = None
    users: Mapping[bytes, bytes] = {}  # the bcrypt hash of each user's password
    headers: tuple[tuple[str, str], ...] = ()  # of every response

    def __repr__(self) -> str:
        return "<Settings>"  # without hashes


class ReloadedSettings:
    """The settings that `make` makes of the files: at once, and again for a later request.

    `make` raises ValueError where it cannot. The first one is the caller's; later the settings stay
    as they were, and a warning is logged if the next look fails as well: two files that belong
    together are seldom replaced in one step.
    """

    def __init__(self, files: tuple[Path, ...], make: Callable[[], ServerSettings]) -> None:
        self._files = files
        self._make = make
        self._settings = make()
        self._failure = ""
        self._next = time.monotonic() + LOOK_SECONDS
        self._looking = Lock()

    def current(self) -> ServerSettings:
        """The settings as of the last look. Never waits for another thread."""
        if self._files and time.monotonic() >= self._next and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self._settings

    def _look(self) -> None:
        self._next = time.monotonic() + LOOK_SECONDS
        try:
            made = self._make()
            before = self._settings
            if (made.context is None, not made.users) != (before.context is None, not before.users):
                raise ValueError(
                    f"{self._files[0]}: turning TLS or users on or off needs a restart"
                )
            self._settings, self._failure = made, ""
        except ValueError as error:
            failure = str(error)
            if failure == self._failure:
                message = f"the previous settings stay in use: {failure}"
                log_once(("reload", failure), lambda: message)
            self._failure = failure


def read(path: Path) -> bytes:
    """The bytes of the file, or a ValueError that says why it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
