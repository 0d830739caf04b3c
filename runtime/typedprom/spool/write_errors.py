"""Faults: what the disk, or whoever has to do with it, refuses is told once, and never raised."""

from __future__ import annotations

# Here, because in a fault no descriptor may be left to import it with:
import logging  # noqa: F401  # pyright: ignore[reportUnusedImport]
from contextlib import suppress
from errno import EDQUOT, EFBIG, ENOSPC
from time import monotonic
from typing import TYPE_CHECKING, Final

from typedprom.core.misuse import log_once
from typedprom.metrics.self_metrics import SPOOL_FAULTS

if TYPE_CHECKING:
    from pathlib import Path

_RETRY_SECONDS: Final = 1.0  # after a fault
_FULL: Final = frozenset((ENOSPC, EDQUOT, EFBIG))


class WriteErrors:
    """A context whose OSErrors are reported instead of raised: recording goes on in memory."""

    def __init__(self, spool: Path) -> None:
        self._spool = spool
        self.forget()

    def forget(self) -> None:
        """Let everything be tried at once."""
        self._retry_at = 0.0

    def are_recent(self) -> bool:
        """Whether there was one so lately that it is not worth while to try again."""
        return monotonic() < self._retry_at

    def report(self, error: OSError) -> None:
        """Say so, once, and count it. Nothing that fails on the way is for who records."""
        self._retry_at = monotonic() + _RETRY_SECONDS
        fault = "disk_full" if error.errno in _FULL else "unavailable"
        with suppress(Exception):
            log_once(
                ("spool", str(self._spool), fault),
                lambda: (
                    f"the spool {self._spool} cannot take what is recorded: "
                    f"{error.strerror or error}; "
                    "it stays in memory, and is lost if the process ends before this is mended"
                ),
            )
            SPOOL_FAULTS.inc(fault=fault)

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if not isinstance(error, OSError):
            return False
        self.report(error)
        return True
