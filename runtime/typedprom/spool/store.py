"""The store: reading, compacting and describing the spool of a directory.

A store may be used from several threads and after a fork, and any number of processes may have one
of the same directory.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final

from typedprom.core.misuse import log_once
from typedprom.metrics.definition import Definition, Family, LabelDefinition, unset_series
from typedprom.spool.budget_status import BudgetStatus, budget_status, with_overflow
from typedprom.spool.compaction import Compaction, DeletedSeries, delete_series
from typedprom.spool.directory import WHY_SUFFIX, Busy, OtherKernelError, SpoolDirectory
from typedprom.spool.format import FormatError
from typedprom.spool.listing import ListedRun, has_ended_runs
from typedprom.spool.opening import contents, opened
from typedprom.spool.ownership import remedy
from typedprom.spool.run_reader import RunReading
from typedprom.spool.selector import parse
from typedprom.spool.snapshot import (
    LOCK_SECONDS,
    HiddenMetric,
    SnapshotReader,
    SpoolSnapshot,
    declared_families,
    visible_families,
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
    "typedprom_spool_merged_runs_total", "counter", "Runs that have ended and are in the totals."
)
_MOST_WHY_BYTES: Final = 4096


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

    Runs that are `elsewhere` have a living process on another machine. `dead` are runs that wait to
    be merged; so do those that are `unsure`, which another machine may still record into. `damaged`
    was set aside; `skipped` are run files that cannot be read for now; `refused` are payloads that
    a gateway refused, with its words; `hidden` are metrics whose name a newer one of another type
    has taken. `budgets` are those of all metrics.
    """

    directory: str
    live: list[RunStatus]
    elsewhere: list[RunStatus]
    unsure: list[RunStatus]
    dead: list[RunStatus]
    totals: TotalsStatus
    damaged: list[FileStatus]
    skipped: list[FileStatus]
    refused: list[FileStatus]
    hidden: list[HiddenMetric]
    budgets: list[BudgetStatus]


class SpoolStore:
    """Reads and compacts the spool in a directory.

    Deadlines are times of `time.monotonic()`. TimeoutError (`Busy` is one) and other OSErrors are
    raised where the spool cannot be read; FormatError where totals are of a newer version.
    """

    def __init__(self, directory: SpoolDirectory) -> None:
        self.directory = directory
        self._reader = SnapshotReader(directory)

    def collect(self, *, deadline: float = inf) -> list[Family]:
        """All families that have series, sorted by name; the spool's own ones too.

        Runs that have ended are merged first, if no other process does so and that is possible.
        Numbers are shared with what is kept for the next call: do not change them.
        """
        families = self._collected(deadline)
        return [family for family in families if family.series]

    def collect_declared(self) -> list[Family]:
        """The same, and the families that nobody has recorded into: what is exposed."""
        return [
            family if family.series else Family(family.definition, unset_series(family.definition))
            for family in self._collected(inf)
        ]

    def _collected(self, deadline: float) -> list[Family]:
        self._reader.check()
        inventory = None if self.has_ended_runs() else self._reader.take_inventory(deadline)
        if inventory is None or inventory.is_untidy():
            self._tidy(deadline)
            inventory = self._reader.take_inventory(deadline)
        if inventory.listing.is_in_use_elsewhere():
            raise OtherKernelError(self.directory.path)
        snapshot = self._reader.read(inventory, deadline)
        if snapshot.made_room:
            self._make_room(deadline)
        families, hidden = declared_families(snapshot.sums.parts.values())
        for metric in hidden:
            _report_hidden(metric)
        own = self._own_families(snapshot)
        counted = with_overflow(families, snapshot.sums)
        return sorted([*counted, *own], key=lambda family: family.definition.family)

    def has_ended_runs(self) -> bool:
        """Whether runs wait to be merged; quicker than listing them."""
        return has_ended_runs(self.directory)

    def compact(self, *, seconds: float = LOCK_SECONDS, deadline: float = inf) -> int:
        """Merge all runs that have ended, and return how many; wait that long for the lock."""
        with self.directory.locked(min(seconds, max(deadline - time.monotonic(), 0.0))):
            compaction = Compaction(self.directory, self._reader.decisions())
            merged = compaction.run(deadline)
        self._reader.remember_layouts(compaction.layouts)
        return merged

    def delete_series(
        self, selector: str, *, most: float = inf, seconds: float = LOCK_SECONDS
    ) -> DeletedSeries:
        """Remove series from the totals: `name`, or `name{label="value",…}`.

        Those that a live process has are not removed: it would bring them back, smaller. Where more
        than `most` would go, none does. Raises SelectorError.
        """
        parsed = parse(selector)
        with self.directory.locked(seconds):
            compaction = Compaction(self.directory, self._reader.decisions())
            compaction.run(inf)
            return delete_series(self.directory, compaction, parsed, most)

    def status(self) -> Status:
        """What the spool holds, also where not all of it can be read; nothing is merged."""
        unreadable: dict[Path, OSError] = {}
        reader = SnapshotReader(self.directory)  # incomplete readings must not be kept in ours
        snapshot = reader.read(reader.take_inventory(), inf, unreadable.__setitem__)
        listing, totals = snapshot.listing, snapshot.totals
        failed = [(path, error.strerror or str(error)) for path, error in unreadable.items()]
        skipped = (*failed, *listing.skipped, *listing.broken)
        size = 0
        with suppress(OSError):
            size = self.directory.totals.stat(follow_symlinks=False).st_size
        return Status(
            directory=str(self.directory.path),
            live=[*_run_status(run for run in listing.live if run not in listing.elsewhere)],
            elsewhere=[*_run_status(listing.elsewhere)],
            unsure=[*_run_status(listing.unsure)],
            dead=[*_run_status(listing.ended)],
            totals=TotalsStatus(
                series=sum(len(part.series) for part in totals.sums.parts.values()),
                bytes=size,
                written=totals.written,
                runs=totals.merged,
            ),
            damaged=[FileStatus(path.name, _why(path)) for path in self._damaged_files()],
            skipped=[FileStatus(path.name, why) for path, why in skipped],
            refused=[
                FileStatus(path.name, _refusal(path)) for path in _files(self.directory.refused)
            ],
            hidden=visible_families(snapshot.sums.parts.values()).hidden,
            budgets=budget_status(snapshot.sums),
        )

    def _tidy(self, deadline: float) -> None:
        """Merge what can be merged; whatever prevents it, the runs count from their files."""
        try:
            self.compact(seconds=0.0, deadline=deadline)
        except Busy:
            pass  # another process does it
        except TimeoutError:
            raise
        except OSError as error:
            path = self.directory.path
            where, why = str(path), f"{error.strerror or error}{remedy(error, path)}"
            log_once(
                ("spool", "sweep", where),
                lambda: f"runs that ended in {where} cannot be merged: {why}; they do count",
            )

    def _make_room(self, deadline: float) -> None:
        """Write down what was removed to make room; if that fails, it is removed again."""
        with suppress(OSError, FormatError), self.directory.locked(0.0):
            Compaction(self.directory, self._reader.decisions()).make_room(deadline)

    def _own_families(self, snapshot: SpoolSnapshot) -> list[Family]:
        """The state of the spool as metrics."""
        listing, totals, now = snapshot.listing, snapshot.totals, time.time()
        first = min((run.created for run in listing.runs()), default=now)
        dead, live = float(len(listing.ended) + len(listing.unsure)), float(len(listing.live))
        return [
            Family(_RUNS, {(("state", "dead"),): [now, dead], (("state", "live"),): [now, live]}),
            Family(_DAMAGED, {(): [now, float(len(self._damaged_files()))]}),
            Family(_MERGED, {(): [totals.began or min(first, now), float(totals.merged)]}),
        ]

    def _damaged_files(self) -> list[Path]:
        """The files that were set aside."""
        return [path for path in _files(self.directory.damaged) if path.suffix != WHY_SUFFIX]


def _report_hidden(hidden: HiddenMetric) -> None:
    log_once(
        ("spool", "hidden", hidden.name, hidden.type),
        lambda: (
            f"{hidden.series} series of the {hidden.type} `{hidden.name}` are kept and not shown: "
            f"the newer {hidden.newer_type} `{hidden.newer_name}` has taken the name"
        ),
    )


def _files(folder: Path) -> list[Path]:
    with suppress(OSError):
        return [folder / name for name in sorted(os.listdir(folder))]  # noqa: PTH208
    return []


def _why(path: Path) -> str:
    with suppress(FormatError, OSError):
        why = contents(path.with_name(path.name + WHY_SUFFIX), _MOST_WHY_BYTES)
        return why.decode("utf-8", "replace").strip()
    return ""


def _refusal(path: Path) -> str:
    """The words of the receiver, which the first line has after a colon."""
    with suppress(FormatError, OSError), opened(path) as descriptor:
        line = os.read(descriptor, _MOST_WHY_BYTES).decode("utf-8", "replace").partition("\n")[0]
        return line.partition(": ")[2]
    return ""


def _run_status(runs: Iterable[ListedRun]) -> Iterator[RunStatus]:
    for run in runs:
        with suppress(FormatError, OSError):
            series = sum(1 for _ in RunReading(run.path).series())
            yield RunStatus(run.run, run.pid, run.created, series, run.size)
