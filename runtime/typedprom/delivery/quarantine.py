"""A quarantine for families that a receiver refused, kept beside the spool for people to read.

Each family has a file with the receiver's message and the payload as text. For an hour the family
is left out of pushes, so that it does not hold back the others; then it is tried again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from typedprom.core.misuse import log_once
from typedprom.spool.format import FormatError
from typedprom.spool.opening import opened
from typedprom.spool.ownership import make_folder

HELD_SECONDS: Final = 3600.0
PAYLOAD_BYTES: Final = 1024 * 1024
_SUFFIX: Final = ".txt"
_WORDS: Final = "# It was refused, with these words: "
_LONGEST_NAME: Final = 200  # of a file


class Quarantine:
    """The refused families in a folder, which is created when it is needed.

    `receiver` identifies the receiver that refused them. Without a folder, or if it cannot be
    written, only this process knows them.
    """

    def __init__(self, folder: Path | None, receiver: str = "") -> None:
        self._folder = folder
        self._suffix = f".{receiver}{_SUFFIX}" if receiver else _SUFFIX
        self._in_memory: dict[str, tuple[float, str]] = {}

    def held(self) -> dict[str, str]:
        """Families that were refused less than an hour ago, with the receiver's words."""
        now = time.time()
        known = {**self._in_memory, **dict(self._in_files())}
        # By `abs`, so that a clock that was set back does not hold a family for ever.
        return {
            family: words
            for family, (since, words) in known.items()
            if abs(now - since) < HELD_SECONDS
        }

    def add(self, family: str, words: str, payload: bytes) -> None:
        """Add a refused family, or replace it."""
        self._in_memory[family] = time.time(), words
        path = self._path(family)
        if path is None:
            return
        if len(payload) > PAYLOAD_BYTES:
            payload = payload[: payload.rfind(b"\n", 0, PAYLOAD_BYTES) + 1] + b"# and so on\n"
        from typedprom.spool.directory import replace_file  # here: Windows has none

        content = f"{_WORDS}{' '.join(words.split())}\n".encode(errors="replace") + payload
        try:
            with suppress(FileExistsError):
                make_folder(path.parent)
            replace_file(path, content)
        except OSError as error:
            why = error.strerror
            log_once(
                ("refused", str(path.parent)),
                lambda: f"cannot save a refused family in {path.parent}: {why}",
            )

    def remove(self, families: Collection[str]) -> None:
        """Remove families that the receiver has accepted."""
        known = {*self._in_memory, *(family for family, _ in self._in_files())}
        for family in known.intersection(families):
            self._in_memory.pop(family, None)
            if (path := self._path(family)) is not None:
                with suppress(OSError):
                    path.unlink()

    def _path(self, family: str) -> Path | None:
        """The file of a family; None if the name is not a metric's."""
        if self._folder is None or not family.isidentifier() or len(family) > _LONGEST_NAME:
            return None
        return self._folder / (family + self._suffix)

    def _in_files(self) -> Iterator[tuple[str, tuple[float, str]]]:
        """The families that have files, since when, and the receiver's words."""
        if self._folder is None:
            return
        try:
            paths = [path for path in self._folder.iterdir() if path.name.endswith(self._suffix)]
        except OSError:  # usually the folder does not exist
            return
        for path in paths:
            with suppress(OSError, FormatError), opened(path) as descriptor:
                words, _, _ = os.read(descriptor, 4096).decode(errors="replace").partition("\n")
                since = os.fstat(descriptor).st_mtime
                yield path.name.removesuffix(self._suffix), (since, words.removeprefix(_WORDS))
