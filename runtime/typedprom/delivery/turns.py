"""Turns: several processes of one spool need not all push it to the same place every while."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from time import time
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from typedprom.delivery.settings import Settings


class Turns:
    """When everything last got through to the sinks of these settings, by whichever process.

    That is the modification time of a file in the spool, one for each choice of sinks.
    """

    def __init__(self, directory: Path, settings: Settings) -> None:
        places = (*settings.gateways, settings.textfile, settings.otlp_endpoint)
        where = repr((*map(str, places), dict(settings.grouping)))
        self._path = directory / f"pushed.{crc32(where.encode()):08x}"

    def note(self) -> None:
        """Everything just got through."""
        with suppress(OSError):
            self._path.touch(mode=0o600)

    def taken_within(self, seconds: float) -> bool:
        """Whether everything got through within the last `seconds`."""
        with suppress(OSError):
            return 0.0 <= time() - self._path.lstat().st_mtime < seconds
        return False
