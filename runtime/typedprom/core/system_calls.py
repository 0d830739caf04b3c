"""What not every system or file system has: flags of `os.open`, and fsync."""

from __future__ import annotations

import os
from errno import EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP
from typing import TYPE_CHECKING, Final

from typedprom.core.misuse import log_once

if TYPE_CHECKING:
    from pathlib import Path

# 0 where the system lacks the flag.
O_CLOEXEC: Final[int] = getattr(os, "O_CLOEXEC", 0)
O_DIRECTORY: Final[int] = getattr(os, "O_DIRECTORY", 0)
O_NOFOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)
O_NONBLOCK: Final[int] = getattr(os, "O_NONBLOCK", 0)

UNSUPPORTED: Final = frozenset((EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP))  # by a file system


def synchronise(descriptor: int, path: Path) -> None:
    """Have the system write the file or folder to the disk, where the file system can do that."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        why = error.strerror
        log_once(
            ("fsync",), lambda: f"fsync of {path} failed: {why}; a power cut may undo what it holds"
        )
