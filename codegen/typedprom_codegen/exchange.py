"""Has two folders swap places in one step, on systems that can do that."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

_HERE: Final = -100  # AT_FDCWD: paths are not relative to an open folder
_EXCHANGE: Final = 2  # RENAME_EXCHANGE


def exchange(one: Path, other: Path) -> None:
    """Swap two folders by Linux's renameat2. Raises OSError where that is not to be had.

    It is not on other systems, on some file systems, and for the mount point of one.
    """
    try:
        import ctypes

        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (ImportError, AttributeError, OSError, TypeError) as error:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from error
    path = ctypes.c_char_p
    rename.argtypes = (ctypes.c_int, path, ctypes.c_int, path, ctypes.c_uint)
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(one), None, str(other))
