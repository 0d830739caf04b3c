"""Makes this process one of another kernel, before it records.

    on_another_kernel.py BOOT_ID [unlocked]

`unlocked`: its file system does not show its locks to others.
"""

from __future__ import annotations

import sys

from typedprom.spool import liveness


def _boot_id() -> str:
    return sys.argv[1]


liveness.boot_id = _boot_id  # type: ignore[assignment]

from typedprom.spool import run_file  # noqa: E402


def _lock(descriptor: int) -> None:
    """Take no lock."""
    del descriptor


if sys.argv[2:] == ["unlocked"]:
    run_file._lock = _lock
