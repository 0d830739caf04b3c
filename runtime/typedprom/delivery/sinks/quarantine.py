"""Refused: payloads that a receiver will not take, kept beside the spool for people to look at.

A file a family, with the receiver's words and the payload as text. The family is left out of what
is sent for an hour, so that it does not keep back the rest, and tried again then.
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
from typedprom.spool.run_reader import opened

HELD_SECONDS: Final = 3600.0
PAYLOAD_BYTES: Final = 1024 * 1024
_SUFFIX: Final = ".txt"
_WORDS: Final = "# It was refused, with these words: "
_LONGEST_NAME: Final = 200  # of a file


class Quarantine:
    """The refused families in a folder, which is made when it is needed.

    `receiver` tells those of one receiver from those of others. Without a folder, or where it
    cannot be written, this process remembers them.
    """

    def __init__(self, folder: Path | None, receiver: str = "") -> None:
        self._folder = folder
        self._suffix = f".{receiver}{_SUFFIX}" if receiver else _SUFFIX
        self._remembered: dict[str, tuple[float, str]] = {}

    def held(self) -> dict[str, str]:
        """Families that were refused less than an hour ago, with the receiver's words."""
        now = time.time()
        found = {**self._remembered, **dict(self._kept())}
        # By the distance, so that a clock that was set back holds nothing for ever.
        return {
            family: words
            for family, (since, words) in found.items()
            if abs(now - since) < HELD_SECONDS
        }

    def keep(self, family: str, words: str, payload: bytes) -> None:
        """Keep what was refused, instead of what was kept of the family before."""
        self._remembered[family] = time.time(), words
        path = self._path(family)
        if path is None:
            return
        if len(payload) > PAYLOAD_BYTES:
            payload = payload[: payload.rfind(b"\n", 0, PAYLOAD_BYTES) + 1] + b"# and so on\n"
        content = f"{_WORDS}{' '.join(words.split())}\n".encode(errors="replace") + payload
        new = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with open(new, "wb", opener=_private) as file:
                file.write(content)
            new.replace(path)
        except OSError as error:
            why = error.strerror
            with suppress(OSError):
                new.unlink()
            log_once(
                ("refused", str(path.parent)),
                lambda: f"what was refused cannot be kept in {path.parent}: {why}",
            )

    def forget(self, family: str) -> None:
        """Forget a family that was taken."""
        self._remembered.pop(family, None)
        path = self._path(family)
        if path is not None:
            with suppress(OSError):
                path.unlink()

    def forget_taken(self, families: Collection[str]) -> None:
        """Forget those of the families that are kept."""
        kept = {*self._remembered, *(family for family, _ in self._kept())}
        for family in kept.intersection(families):
            self.forget(family)

    def _path(self, family: str) -> Path | None:
        """Its file, which a name that is none of a metric does not have."""
        if self._folder is None or not family.isidentifier() or len(family) > _LONGEST_NAME:
            return None
        return self._folder / (family + self._suffix)

    def _kept(self) -> Iterator[tuple[str, tuple[float, str]]]:
        """The families that have files, since when, and the receiver's words."""
        if self._folder is None:
            return
        try:
            paths = [path for path in self._folder.iterdir() if path.name.endswith(self._suffix)]
        except OSError:  # usually there is none
            return
        for path in paths:
            with suppress(OSError, FormatError), opened(path) as descriptor:
                words, _, _ = os.read(descriptor, 4096).decode(errors="replace").partition("\n")
                since = os.fstat(descriptor).st_mtime
                yield path.name.removesuffix(self._suffix), (since, words.removeprefix(_WORDS))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
