"""Errors of writing to a spool: logged once and counted, while recording goes on in memory."""

from __future__ import annotations

from contextlib import suppress
from errno import EDQUOT, EFBIG, ENOSPC
from time import monotonic
from typing import TYPE_CHECKING, Final

from typedprom.core.misuse import log_once
from typedprom.metrics.self_metrics import SPOOL_FAULTS
from typedprom.spool.ownership import remedy

if TYPE_CHECKING:
    from pathlib import Path

_RETRY_SECONDS: Final = 1.0  # after an error
_FULL: Final = frozenset((ENOSPC, EDQUOT, EFBIG))


class WriteErrors:
    """The errors of one spool. Until `monotonic()` is `retry_at`, it is not worth trying again."""

    def __init__(self, spool: Path) -> None:
        self._spool = spool
        self.retry_at = 0.0

    def report(self, error: OSError) -> None:
        """Log the error once, and count it. What fails on the way must not reach the recording."""
        self.retry_at = monotonic() + _RETRY_SECONDS
        fault = "disk_full" if error.errno in _FULL else "unavailable"
        with suppress(Exception):
            log_once(
                ("spool", str(self._spool), fault),
                lambda: (
                    f"cannot write to spool {self._spool}: {error.strerror or error}"
                    f"{remedy(error, self._spool)}; data stays in memory and is lost if the "
                    "process exits before this is fixed"
                ),
            )
            SPOOL_FAULTS.inc(fault=fault)
