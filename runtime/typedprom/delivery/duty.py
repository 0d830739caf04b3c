"""Duty: of many processes that begin at once, one delivers what the others leave when they end.

What delivers takes longer to import than all that a short job does. So where several have begun
just before, only those import it that are on duty, and those that end when none is. A process
leaves its duty when it ends, or with its first push, and delivers then: what others have left to it
is in the spool by that time. Others leave nothing to it once it has been on duty for longer: it may
be stopped, or hang.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Final

from typedprom.delivery.last_push import LastPush
from typedprom.spool.directory import RUN_SUFFIX
from typedprom.spool.format import FormatError
from typedprom.spool.liveness import is_free
from typedprom.spool.opening import opened
from typedprom.spool.ownership import touch

if TYPE_CHECKING:
    from typedprom.delivery.settings import Settings
    from typedprom.spool.directory import SpoolDirectory

_CROWD: Final = 3  # other processes
_CROWD_SECONDS: Final = 10.0  # since they began
RELIABLE_SECONDS: Final = 15.0  # of a duty: it ends, and others do not rely on it any more


class Duty:
    """The duty of delivering to the destinations of these settings."""

    def __init__(self, directory: SpoolDirectory, settings: Settings) -> None:
        self._directory = directory
        self._path = directory.path / f"{LastPush(directory.path, settings).name}.duty"
        self._lock = ExitStack()
        self._pushes_in_background = settings.push_seconds > 0
        self.is_mine = False

    def is_left_to_another(self, own_run: str | None) -> bool:
        """Whether this process is one of many, and another is on duty; if none is, it takes it.

        Without a run, because it cannot write to the spool, it does neither.
        """
        if (
            own_run is not None
            and self._pushes_in_background
            and _is_crowded(self._directory, own_run)
        ):
            self.take()
            return not self.is_mine
        return False

    def take(self) -> None:
        """Be on duty, if no other process is."""
        with suppress(OSError):
            self._lock.enter_context(self._directory.duty_locked(self._path))
            self.is_mine = True
            touch(self._path, time())

    def leave(self) -> None:
        """Be on duty no more."""
        self.is_mine = False
        self._lock.close()

    def is_taken(self) -> bool:
        """Whether another process is on duty, and may be relied on."""
        with suppress(OSError):
            seconds = time() - self._path.lstat().st_mtime
            is_reliable = 0.0 <= seconds < RELIABLE_SECONDS
            return is_reliable and not self.is_mine and _is_locked(self._path)
        return False


def _is_crowded(directory: SpoolDirectory, own_run: str) -> bool:
    """Whether several other processes that record have just begun, and live."""
    since, found, own = time() - _CROWD_SECONDS, 0, f"{own_run}{RUN_SUFFIX}"
    with suppress(OSError), os.scandir(directory.runs) as entries:
        for entry in entries:
            if entry.name != own and entry.stat(follow_symlinks=False).st_mtime > since:
                found += _is_locked(Path(entry.path))
            if found == _CROWD:
                return True
    return False


def _is_locked(path: Path) -> bool:
    with suppress(OSError, FormatError), opened(path) as descriptor:
        return not is_free(descriptor)
    return False
