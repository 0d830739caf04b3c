"""Errors of writing to a spool: logged once and counted, while recording goes on in memory."""

from __future__ import annotations

from contextlib import suppress
from errno import EACCES, EDQUOT, EFBIG, ELOOP, ENAMETOOLONG, ENOSPC, ENOTDIR, EPERM, EROFS
from time import monotonic
from typing import TYPE_CHECKING, Final

from typedprom.core.misuse import log_once
from typedprom.core.variables import SPOOL_DIR
from typedprom.metrics.self_metrics import SPOOL_FAULTS
from typedprom.spool.directory import OtherKernelError
from typedprom.spool.ownership import ForeignError, remedy
from typedprom.spool.run_file import FullError

if TYPE_CHECKING:
    from pathlib import Path

    from typedprom.spool.run_file import TooLargeError

_RETRY_SECONDS: Final = 1.0  # after an error
_SHOWN: Final = 200  # characters of a name that may be anything
_FULL: Final = frozenset((ENOSPC, EDQUOT, EFBIG))
_NO_PLACE: Final = frozenset((EACCES, EPERM, EROFS, ENOTDIR, ENAMETOOLONG, ELOOP))


class WriteErrors:
    """The errors of one spool. Until `monotonic()` is `retry_at`, it is not worth trying again."""

    def __init__(self, spool: Path) -> None:
        self._spool = spool
        self.retry_at = 0.0

    def report(self, error: OSError) -> None:
        """Log the error once, and count it. What fails on the way must not reach the recording."""
        self.retry_at = monotonic() + _RETRY_SECONDS
        fault = "disk_full" if error.errno in _FULL else "unavailable"
        if isinstance(error, OtherKernelError):
            fault = "other_machine"
        if isinstance(error, FullError):
            fault = "file_full"
        with suppress(Exception):
            log_once(
                ("spool", str(self._spool), fault),
                lambda: (
                    f"cannot write to spool {self._spool}: {error.strerror or error}; data stays "
                    "in memory, is not delivered, and is lost if the process exits before this is "
                    f"fixed{remedy(error, self._spool) or _cure(error)}"
                ),
            )
            SPOOL_FAULTS.inc(fault=fault)

    def report_too_large(self, metric: str, what: str, error: TooLargeError, largest: str) -> None:
        """Log once a metric that a record of it is larger than any can be, and count it."""
        with suppress(Exception):
            log_once(
                ("spool", str(self._spool), "too_large", metric),
                lambda: (
                    f"{what} of `{metric[:_SHOWN]}` is not kept in spool {self._spool}: it takes "
                    f"{error}, most of them for its {largest[:_SHOWN]}: shorten that; until then "
                    "what is recorded into it stays in the memory of this process and is not "
                    "delivered; all else is"
                ),
            )
            SPOOL_FAULTS.inc(fault="too_large")


def _cure(error: OSError) -> str:
    if isinstance(error, ForeignError):  # which says what to do
        return ""
    if isinstance(error, OtherKernelError):
        return f": set {SPOOL_DIR} to a folder of this machine alone, such as one with its name"
    if isinstance(error, FullError):
        return ": record fewer series, or in a process that is started anew"
    is_elsewhere = isinstance(error, PermissionError | NotADirectoryError)
    if is_elsewhere or error.errno in _NO_PLACE:
        return f": set {SPOOL_DIR} to a folder that this user can write to"
    return ""
