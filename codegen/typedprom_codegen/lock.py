"""Lets one process at a time write a project's output, wherever the system has file locks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def alone_with(file: Path) -> Iterator[None]:
    """Wait until no other process holds `file`, and hold it. The lock dies with its process."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield
        return
    with file.open("rb") as held:
        with suppress(OSError):  # not on every network file system
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
