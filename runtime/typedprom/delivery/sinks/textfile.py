"""Textfile: families in a file that node_exporter reads, by its `--collector.textfile.directory`.

The file is replaced as a whole, so that whoever reads it finds the old one or the new one. It has
no `_created` series, which would be metrics of their own there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from typedprom.core.misuse import safe_repr
from typedprom.delivery.deliverer import DELIVERED, SinkResult
from typedprom.exposition.family_text import TextRenderer
from typedprom.metrics.definition import Family

SUFFIX: Final = ".prom"  # node_exporter reads no other files
_MODE: Final = 0o644  # it runs as another user
_NEW: Final = ".new"
_LEFT_BEHIND: Final = 3600.0  # seconds after which nobody can still be writing


class Textfile:
    """The file at `path`, in a folder that exists; its name ends in `.prom`, else ValueError."""

    def __init__(self, path: Path) -> None:
        if path.suffix != SUFFIX:
            raise ValueError(f"the name of a textfile ends in `{SUFFIX}`: {safe_repr(str(path))}")
        self.path = path
        self.name = str(path)
        self._renderer = TextRenderer("text", "hidden")

    def prepare(self) -> None:
        """Nothing takes long."""

    def push(self, families: Iterable[Family], deadline: float) -> SinkResult:  # noqa: ARG002
        """Replace the file with these families. Where that fails, the old one stays.

        Nothing waits for anybody here, so that there is nothing to bound.
        """
        try:
            self._replace(self._renderer.render(families))
        except FileNotFoundError:
            return SinkResult(delivered=False, reason=f"folder {self.path.parent} does not exist")
        except (OSError, ValueError) as error:  # ValueError: no path of a file, by a null in it
            return SinkResult(delivered=False, reason=str(error))
        return DELIVERED

    def _replace(self, text: bytes) -> None:
        """Write beside it, then rename: in the same folder, which is the same file system."""
        new = self.path.with_name(f".{self.path.name}.{os.urandom(8).hex()}{_NEW}")
        try:
            with new.open("xb") as file:
                file.write(text)
                new.chmod(_MODE)  # whatever the umask is
                file.flush()
                os.fsync(file.fileno())  # else a crash of the machine can leave it empty
            new.replace(self.path)
        except BaseException:  # a signal handler may raise too
            with suppress(OSError):
                new.unlink()
            raise
        self._remove_left_behind()

    def _remove_left_behind(self) -> None:
        """Remove what processes that were killed while they wrote have left."""
        late = time.time() - _LEFT_BEHIND
        mark = f".{self.path.name}."
        with suppress(OSError):
            for path in self.path.parent.iterdir():
                ours = path.name.startswith(mark) and path.name.endswith(_NEW)
                if ours and path.stat().st_mtime < late:
                    path.unlink()
