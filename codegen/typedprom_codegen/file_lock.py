"""Lets one process at a time write a project's output, wherever the system has file locks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Wait until no other process has locked `file`, and lock it; the system ends a dead one's."""
    try:
        from fcntl import LOCK_EX, flock
    except ImportError:  # Windows
        yield
        return
    with file.open("rb") as stream:
        with suppress(OSError):  # some network file systems
            flock(stream, LOCK_EX)
        yield
