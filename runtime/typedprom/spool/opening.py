"""Opening the files of a spool for reading."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from typedprom.core.system_calls import O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK
from typedprom.spool import ownership
from typedprom.spool.format import FormatError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_FLAGS: Final = os.O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
# A link or a socket, on Linux and on the BSDs and macOS.
_NOT_A_FILE: Final = (errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.EOPNOTSUPP)


@contextmanager
def opened(path: Path) -> Generator[int]:
    """The file, opened for reading: not through a link, only a regular one, and of our user."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno in _NOT_A_FILE:
            raise FormatError("it is not a regular file") from error
        raise
    try:
        status = os.fstat(descriptor)
        ownership.check(status, path)
        if not stat.S_ISREG(status.st_mode):
            raise FormatError("it is not a regular file")
        yield descriptor
    finally:
        os.close(descriptor)


def contents(path: Path, most: int = -1) -> bytes:
    """The bytes of the file, or so many of them. Raises FormatError, or OSError."""
    with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        return file.read(most)
