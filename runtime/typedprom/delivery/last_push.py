"""When a spool was last pushed: what tells a process that another one has pushed its recordings."""

from __future__ import annotations

from contextlib import suppress
from time import time
from typing import TYPE_CHECKING
from zlib import crc32

from typedprom.spool.ownership import is_accepted, touch

if TYPE_CHECKING:
    from pathlib import Path

    from typedprom.delivery.settings import Settings


class LastPush:
    """When the last push began that delivered everything to these destinations.

    It is the modification time of a file in the spool, one for each choice of destinations. The
    name of the file holds nothing of a password.
    """

    def __init__(self, directory: Path, settings: Settings) -> None:
        where = repr((settings.marks, dict(settings.grouping)))
        self.name = f"pushed.{crc32(where.encode(errors='replace')):08x}"
        self._path = directory / self.name

    def record(self, began: float) -> None:
        """Record that everything was pushed that was recorded before this Unix time."""
        with suppress(OSError):
            touch(self._path, began)

    def is_within(self, seconds: float) -> bool:
        """Whether everything was pushed within the last `seconds`."""
        return 0.0 <= time() - self.began() < seconds

    def is_after(self, moment: float) -> bool:
        """Whether everything was pushed that was recorded before this Unix time."""
        return moment < self.began() <= time()  # of a clock that was set back nothing is known

    def began(self) -> float:
        """When it began, a Unix time; 0 if there was none."""
        with suppress(OSError):
            status = self._path.lstat()
            if is_accepted(status, self._path.parent):
                return status.st_mtime
        return 0.0
