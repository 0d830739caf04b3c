"""A file for node_exporter's textfile collector (`--collector.textfile.directory`).

The file is replaced as a whole, so that a reader sees either the old file or the new one. It has no
`_created` series, because node_exporter would expose them as separate metrics.

node_exporter exposes all files of its folder as one target, and drops a series that it has already.
So the first line of a file says whose it is, our own families have a label with the spool's
directory, and a file that another spool writes, or whose metrics another file has, is not written.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from typedprom.core import checked_json as parsed
from typedprom.core.system_calls import synchronise
from typedprom.core.variables import GROUPING, SPOOL_DIR
from typedprom.delivery.group_url import beside
from typedprom.delivery.sinks import DELIVERED, Option, SinkResult, SinkSpec, Variable
from typedprom.exposition.family_text import TextRenderer
from typedprom.metrics.definition import Family, Labels
from typedprom.spool.ownership import give

if TYPE_CHECKING:
    from typedprom.spool.directory import SpoolDirectory

SUFFIX: Final = ".prom"  # node_exporter reads no other files
_MODE: Final = 0o644  # it runs as another user
_NEW: Final = ".new"
_ABANDONED: Final = 3600.0  # seconds after which a temporary file is not being written
_VARIABLE: Final = "TYPEDPROM_TEXTFILE"
_OWN: Final = "typedprom_"  # the names of our own families begin with it
_MARK: Final = b"# typedprom: "
_HEAD: Final = re.compile(rb"^# HELP (\w+) .*\n# TYPE \w+ \w+$", re.MULTILINE)
_OF_TARGET: Final = ("job", "instance")
_LONGEST_LINE: Final = 64 * 1024
_NO_LABELS: Final[Mapping[str, str]] = {}


class _FileOwner(NamedTuple):
    """The spool that writes a file, and the labels that it adds to all series."""

    spool: str
    directory: str
    labels: Labels

    def is_there(self) -> bool:
        """Whether the spool still exists, as far as can be known."""
        from typedprom.delivery.saved_settings import is_spool_at  # here: not on Windows

        return is_spool_at(Path(self.directory), self.spool)

    def line(self) -> bytes:
        """The first line of the file."""
        return _MARK + json.dumps({**self._asdict(), "labels": dict(self.labels)}).encode() + b"\n"


class Textfile:
    """The file `path`, in an existing folder. Raises ValueError if it does not end in `.prom`.

    `spool` is the directory of the spool; where root writes the file, it belongs to its owner. All
    series have the labels of `grouping`, without `job` and `instance`, which are the target's.
    """

    def __init__(
        self, path: Path, spool: Path | None = None, grouping: Mapping[str, str] = _NO_LABELS
    ) -> None:
        if path.suffix != SUFFIX:
            raise ValueError(f"the name of a textfile must end in `{SUFFIX}`")  # it may be a URL
        self.path = path
        self._spool = path.parent if spool is None else spool
        self.name = str(path)
        self._grouping = {
            name: _text(value) for name, value in grouping.items() if name not in _OF_TARGET
        }
        self._is_written = False  # by this process
        self._renderer = TextRenderer("text", "hidden")

    def prepare(self) -> None:
        """Do nothing."""

    def push(self, families: Iterable[Family], deadline: float) -> SinkResult:  # noqa: ARG002
        """Replace the file with these families; if that fails, the old file stays.

        The deadline is ignored, because nothing here waits.
        """
        from typedprom.delivery.saved_settings import SavedSettings  # here: not on Windows

        families = beside(self._grouping, families)
        saved = SavedSettings.load(self._spool)
        try:
            if saved is None or not saved.spool:
                self._replace(self._renderer.render(families))
                return DELIVERED
            labels = tuple(sorted(self._grouping.items()))
            owner = _FileOwner(saved.spool, _text(str(self._spool)), labels)
            text = self._renderer.render([_labelled(family, owner) for family in families])
            if reason := self._conflict(owner, text):
                return SinkResult(delivered=False, reason=reason)
            self._replace(owner.line() + text)
            self._is_written = True
        except FileNotFoundError:
            return SinkResult(delivered=False, reason=f"folder {self.path.parent} does not exist")
        except (OSError, ValueError) as error:  # ValueError: the path has a null character
            return SinkResult(delivered=False, reason=str(error))
        return DELIVERED

    def _conflict(self, owner: _FileOwner, text: bytes) -> str:
        """Why the file must not have this text; empty if it may."""
        other = _owner(self.path)
        is_mine = other is not None and other.spool == owner.spool
        if other and not is_mine and (self._is_written or other.is_there()):
            return (
                f"it has the metrics of the spool {other.directory}: set {_VARIABLE} to another "
                f"file, or {SPOOL_DIR} to one folder for both; if that spool is no longer used, "
                "delete the file"
            )
        heads = _heads(text)
        for path, other_owner in self._files_beside():
            if is_mine and path.name > self.path.name:  # the other one is not written
                continue
            for name, head in _heads(_content(path)).items():
                is_apart = name.startswith(_OWN) and other_owner.directory != owner.directory
                if name in heads and head != heads[name]:
                    return (
                        f"{path} has `{name}` with another help or type, and node_exporter exposes "
                        "one of them only: use one version of the catalog"
                    )
                if name in heads and other_owner.labels == owner.labels and not is_apart:
                    return (
                        f"{path} has `{name}` too, and node_exporter exposes one of them only: "
                        f"delete that file if it is no longer written, else set {SPOOL_DIR} to one "
                        f"folder for both, or {GROUPING} to labels that differ"
                    )
        return ""

    def _files_beside(self) -> Iterator[tuple[Path, _FileOwner]]:
        """Other files of spools in the folder."""
        for path in sorted(self.path.parent.glob(f"*{SUFFIX}")):
            if path != self.path and (owner := _owner(path)) is not None:
                yield path, owner

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


def _labelled(family: Family, owner: _FileOwner) -> Family:
    """The family with labels that tell it apart from that of another spool."""
    own = (("directory", owner.directory),) if family.definition.name.startswith(_OWN) else ()
    added = dict((*owner.labels, *own))
    if not added:
        return family
    series = {
        tuple(sorted({**added, **dict(labels)}.items())): numbers
        for labels, numbers in family.series.items()
    }
    return Family(family.definition, series)


def _owner(path: Path) -> _FileOwner | None:
    """The owner of a file, if its first line names one."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return None
        with path.open("rb") as file:
            line = file.readline(_LONGEST_LINE)
        if line.startswith(_MARK):
            fields = parsed.mapping(parsed.loads(line.removeprefix(_MARK)))
            directory, labels = parsed.text(fields, "directory"), parsed.labels(fields["labels"])
            return _FileOwner(parsed.text(fields, "spool"), directory, tuple(sorted(labels)))
    except (OSError, ValueError, KeyError, RecursionError):  # it is somebody else's
        pass
    return None


def _heads(text: bytes) -> dict[str, bytes]:
    """Help and type of the families in a file, by name."""
    return {match[1].decode(): match[0] for match in _HEAD.finditer(text)}


def _content(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes()
    return b""


def _text(value: str) -> str:
    """The value without what UTF-8 cannot encode."""
    return value.encode(errors="replace").decode()


def _resolved(path: str) -> str:
    with suppress(OSError):  # there is no current folder
        return str(Path(path).absolute())
    return path


def _make(path: str, grouping: Mapping[str, str], directory: SpoolDirectory) -> Textfile:
    if not Path(path).is_absolute():
        raise ValueError("it is relative to a current folder that is gone: use an absolute path")
    return Textfile(Path(path), directory.path, grouping)


SINK: Final = SinkSpec(
    name="textfile",
    variable=Variable(_VARIABLE, "a file for node_exporter's textfile collector, `….prom`"),
    option=Option("--textfile", "FILE.prom", "a file for node_exporter"),
    make=_make,
    resolve=_resolved,
    show=str,
)
