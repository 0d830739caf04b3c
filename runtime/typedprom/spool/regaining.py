"""Regaining: the lock on a run file whose descriptors the program has closed, all there were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedprom.spool.format import FormatError

if TYPE_CHECKING:
    from typedprom.spool.directory import SpoolDirectory
    from typedprom.spool.run_file import RunFile


def regained(directory: SpoolDirectory, file: RunFile, seconds: float) -> bool:
    """Whether the file is ours as before; else others took us for dead, and have counted it.

    The lock on totals is waited for so long: while it is held nobody merges. Raises OSError where
    it is not to be had, or the file's own is held.
    """
    from typedprom.spool.totals import load  # here: no other process needs it to record

    with directory.locked(seconds):
        try:
            if file.run in load(directory).totals.runs:
                return False
        except FormatError:  # nobody merges into what cannot be read
            pass
        try:
            file.regain()
        except FileNotFoundError:
            return False
    return True
