"""Status: what a spool holds, for people and for monitoring."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from typedprom.spool.cut import Cut
from typedprom.spool.directory import WHY_SUFFIX, SpoolDirectory
from typedprom.spool.format import FormatError
from typedprom.spool.listing import Found
from typedprom.spool.reading import RunFile, small_file
from typedprom.spool.showing import Hidden

_LONGEST_WHY: Final = 4096


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A run file. `since` is a Unix time in seconds."""

    run: str
    pid: int
    since: float
    series: int
    bytes: int


@dataclass(frozen=True, slots=True)
class TotalsStatus:
    """The totals. `written` is a Unix time in seconds, 0 where there are none yet."""

    series: int
    bytes: int
    written: float
    runs: int


@dataclass(frozen=True, slots=True)
class FileStatus:
    """A file that is not counted, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Status:
    """What a spool holds.

    `dead` are runs that wait to be merged. `damaged` was set aside; `skipped` are run files that
    cannot be read for now; `refused` are names of payloads that a gateway refused; `hidden` are
    metrics whose name a newer one of another type has taken.
    """

    directory: str
    live: list[RunStatus]
    dead: list[RunStatus]
    totals: TotalsStatus
    damaged: list[FileStatus]
    skipped: list[FileStatus]
    refused: list[str]
    hidden: list[Hidden]


def status(
    directory: SpoolDirectory,
    cut: Cut,
    hidden: list[Hidden],
    unreadable: Mapping[Path, OSError],
) -> Status:
    """The status of the spool that was cut, but for what could not be read."""
    listing = cut.listing
    failed = [(path, error.strerror or str(error)) for path, error in unreadable.items()]
    size = 0
    with suppress(OSError):
        size = directory.totals.stat(follow_symlinks=False).st_size
    return Status(
        directory=str(directory.path),
        live=_runs(listing.live),
        dead=_runs(listing.ended),
        totals=TotalsStatus(
            series=sum(len(part.series) for part in cut.totals.sums.parts.values()),
            bytes=size,
            written=cut.totals.written,
            runs=cut.totals.merged,
        ),
        damaged=[FileStatus(path.name, _why(path)) for path in damaged_files(directory)],
        skipped=[
            FileStatus(path.name, why) for path, why in (*failed, *listing.skipped, *listing.broken)
        ],
        refused=[path.name for path in _files(directory.refused)],
        hidden=hidden,
    )


def damaged_files(directory: SpoolDirectory) -> list[Path]:
    """The files that were set aside."""
    return [path for path in _files(directory.damaged) if path.suffix != WHY_SUFFIX]


def _files(folder: Path) -> list[Path]:
    with suppress(OSError):
        return [folder / name for name in sorted(os.listdir(folder))]  # noqa: PTH208
    return []


def _why(path: Path) -> str:
    with suppress(FormatError, OSError):
        why = small_file(path.with_name(path.name + WHY_SUFFIX), _LONGEST_WHY)
        return why.decode("utf-8", "replace").strip()
    return ""


def _runs(found: Iterable[Found]) -> list[RunStatus]:
    runs: list[RunStatus] = []
    for one in found:
        with suppress(FormatError, OSError):
            series = sum(len(recorded.series) for recorded in RunFile(one.path).recorded)
            runs.append(RunStatus(one.run, one.pid, one.created, series, one.size))
    return runs
