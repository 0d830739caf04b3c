"""A file for node_exporter's textfile collector (`--collector.textfile.directory`).

The file is replaced as a whole, so that a reader sees either the old file or the new one. It has no
`_created` series, because node_exporter would expose them as separate metrics.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from typedprom.core.system_calls import synchronise
from typedprom.delivery.sinks import DELIVERED, Option, SinkResult, SinkSpec, Variable
from typedprom.exposition.family_text import TextRenderer
from typedprom.metrics.definition import Family
from typedprom.spool.ownership import give

if TYPE_CHECKING:
    from typedprom.spool.directory import SpoolDirectory

SUFFIX: Final = ".prom"  # node_exporter reads no other files
_MODE: Final = 0o644  # it runs as another user
_NEW: Final = ".new"
_ABANDONED: Final = 3600.0  # seconds after which a temporary file is not being written


class Textfile:
    """The file `path`, in an existing folder. Raises ValueError if it does not end in `.prom`.

    Where root writes it, it belongs to the owner of the folder `spool`.
    """

    def __init__(self, path: Path, spool: Path | None = None) -> None:
        if path.suffix != SUFFIX:
            raise ValueError(f"the name of a textfile must end in `{SUFFIX}`")  # it may be a URL
        self.path = path
        self._spool = path.parent if spool is None else spool
        self.name = str(path)
        self._renderer = TextRenderer("text", "hidden")

    def prepare(self) -> None:
        """Do nothing."""

    def push(self, families: Iterable[Family], deadline: float) -> SinkResult:  # noqa: ARG002
        """Replace the file with these families; if that fails, the old file stays.

        The deadline is ignored, because nothing here waits.
        """
        try:
            self._replace(self._renderer.render(families))
        except FileNotFoundError:
            return SinkResult(delivered=False, reason=f"folder {self.path.parent} does not exist")
        except (OSError, ValueError) as error:  # ValueError: the path has a null character
            return SinkResult(delivered=False, reason=str(error))
        return DELIVERED

    def _replace(self, text: bytes) -> None:
        """Write a temporary file in the same folder, then rename it."""
        new = self.path.with_name(f".{self.path.name}.{os.urandom(8).hex()}{_NEW}")
        try:
            with new.open("xb") as file:
                if hasattr(os, "fchmod"):
                    os.fchmod(file.fileno(), _MODE)  # whatever the umask is
                give(file.fileno(), self._spool)  # last: then its mode may not be changed any more
                file.write(text)
                file.flush()
                synchronise(file.fileno(), new)  # else a crash of the machine may leave it empty
            new.replace(self.path)
        except BaseException:  # a signal handler may raise too
            with suppress(OSError):
                new.unlink()
            raise
        self._remove_abandoned()

    def _remove_abandoned(self) -> None:
        """Remove temporary files of processes that were killed while they wrote."""
        latest = time.time() - _ABANDONED
        prefix = f".{self.path.name}."
        with suppress(OSError):
            for path in self.path.parent.iterdir():
                is_ours = path.name.startswith(prefix) and path.name.endswith(_NEW)
                if is_ours and path.stat().st_mtime < latest:
                    path.unlink()


def _resolved(path: str) -> str:
    with suppress(OSError):  # there is no current folder
        return str(Path(path).absolute())
    return path


def _make(path: str, _grouping: Mapping[str, str], directory: SpoolDirectory) -> Textfile:
    if not Path(path).is_absolute():
        raise ValueError("it is relative to a current folder that is gone: use an absolute path")
    return Textfile(Path(path), directory.path)


SINK: Final = SinkSpec(
    name="textfile",
    variable=Variable(
        "TYPEDPROM_TEXTFILE", "a file for node_exporter's textfile collector, `….prom`"
    ),
    option=Option("--textfile", "FILE.prom", "a file for node_exporter"),
    make=_make,
    resolve=_resolved,
    show=str,
)
