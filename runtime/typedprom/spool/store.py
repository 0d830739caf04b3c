"""The store: reading, compacting and describing the spool of a directory.

A ledger may be used from several threads and after a fork, and any number of processes may have one
of the same directory.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final

from typedprom.core.misuse import log_once
from typedprom.metrics.definition import Definition, Family, LabelDefinition, Labels, Numbers
from typedprom.spool.compaction import Merge, Retired, delete_series
from typedprom.spool.directory import WHY_SUFFIX, Busy, SpoolDirectory
from typedprom.spool.format import FormatError
from typedprom.spool.listing import Found
from typedprom.spool.run_reader import RunReading, small_file
from typedprom.spool.selector import parse
from typedprom.spool.snapshot import (
    LOCK_SECONDS,
    Hidden,
    Shown,
    SnapshotReader,
    SpoolSnapshot,
    shown,
)


class SpoolStore:
    """Reads and merges the spool in a directory.

    Deadlines are times of `time.monotonic()`. TimeoutError (`Busy` is one) and other OSErrors are
    raised where the spool cannot be read; FormatError where totals are of a newer version.
    """

    def __init__(self, directory: SpoolDirectory) -> None:
        self.directory = directory
        self._cutter = SnapshotReader(directory)

    def collect(self, *, excluding_live: str | None = None, deadline: float = inf) -> list[Family]:
        """All families that have series, sorted by name; the spool's own ones too.

        Runs that have ended are merged first, if nobody else does so now and the disk takes it. The
        run `excluding_live` is taken for ended: a process that is about to names its own. Numbers
        are shared with what is kept for the next call: do not change them.
        """
        begun = self._cutter.begin()
        if begun.is_untidy():
            self._tidy(deadline)
            begun = self._cutter.begin()
        cut = self._cutter.steady(begun, excluding_live, deadline)
        seen = shown(cut.sums.parts.values())
        _report(seen)
        return sorted([*seen.families, *self._own(cut)], key=lambda one: one.definition.family)

    def compact(self, *, seconds: float = LOCK_SECONDS, deadline: float = inf) -> int:
        """Merge all runs that have ended, and return how many; wait that long for the lock."""
        with self.directory.locked(min(seconds, max(deadline - time.monotonic(), 0.0))):
            return Merge(self.directory, self._cutter.shown()).run(deadline)

    def delete_series(
        self, selector: str, *, most: float = inf, seconds: float = LOCK_SECONDS
    ) -> Retired:
        """Remove series from the totals: `name`, or `name{label="value",…}`.

        Those that a live process has are not removed: it would bring them back, smaller. Where more
        than `most` would go, none does. Raises SelectorError.
        """
        wanted = parse(selector)
        with self.directory.locked(seconds):
            merge = Merge(self.directory, self._cutter.shown())
            merge.run(inf)
            return delete_series(self.directory, merge, wanted, most)

    def status(self) -> Status:
        """What the spool holds, also where not all of it can be read; nothing is merged."""
        unreadable: dict[Path, OSError] = {}
        cutter = SnapshotReader(self.directory)  # what is not whole must not teach ours
        cut = cutter.steady(cutter.begin(), None, inf, unreadable.__setitem__)
        return status(self.directory, cut, shown(cut.sums.parts.values()).hidden, unreadable)

    def _tidy(self, deadline: float) -> None:
        """Merge what can be merged; whatever prevents it, the runs count from their files."""
        where = str(self.directory.path)
        try:
            self.compact(seconds=0.0, deadline=deadline)
        except Busy:
            pass  # somebody else does it
        except TimeoutError:
            raise
        except OSError as error:
            why = error.strerror or str(error)
            log_once(
                ("spool", "sweep", where),
                lambda: f"runs that ended in {where} cannot be merged: {why}; they do count",
            )

    def _own(self, cut: SpoolSnapshot) -> list[Family]:
        listing, totals = cut.listing, cut.totals
        now = time.time()
        first = min((found.created for found in (*listing.live, *listing.ended)), default=now)
        return own_families(
            live=len(listing.live),
            dead=len(listing.ended),
            damaged=len(damaged_files(self.directory)),
            merged=totals.merged,
            began=totals.began or min(first, now),
            now=now,
        )


def _report(seen: Shown) -> None:
    for hidden in seen.hidden:
        _report_hidden(hidden)


def _report_hidden(hidden: Hidden) -> None:
    log_once(
        ("spool", "hidden", hidden.name, hidden.type),
        lambda: (
            f"{hidden.series} series of the {hidden.type} `{hidden.name}` are kept and not shown: "
            f"the newer {hidden.newer_type} `{hidden.newer_name}` has taken the name"
        ),
    )


_RUNS: Final = Definition(
    "typedprom_spool_runs",
    "gauge",
    "Run files of the spool, by whether their process lives; those of the dead wait to be merged.",
    labels=(LabelDefinition("state", ("dead", "live")),),
)
_DAMAGED: Final = Definition(
    "typedprom_spool_damaged_files",
    "gauge",
    "Files of the spool that were set aside because they could not be read, or not all of them.",
)
_MERGED: Final = Definition(
    "typedprom_spool_merged_runs_total",
    "counter",
    "Runs that have ended and are in the totals.",
)


def own_families(
    *, live: int, dead: int, damaged: int, merged: int, began: float, now: float
) -> list[Family]:
    """The state as families."""
    runs: dict[Labels, Numbers] = {
        (("state", "dead"),): [now, float(dead)],
        (("state", "live"),): [now, float(live)],
    }
    return [
        Family(_RUNS, runs),
        Family(_DAMAGED, {(): [now, float(damaged)]}),
        Family(_MERGED, {(): [began, float(merged)]}),
    ]


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
    cut: SpoolSnapshot,
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
            series = sum(len(recorded.series) for recorded in RunReading(one.path).recorded)
            runs.append(RunStatus(one.run, one.pid, one.created, series, one.size))
    return runs
