"""Compaction: ended runs are merged into the totals, and series are deleted from them.

The totals that have a run in them name it, and are safely on the disk before its file is removed.
Whoever finds the file of a run that is named there only removes it. A name is dropped only when the
removal of its file is safely on the disk too.

Runs are merged in steps, the oldest first, each with totals of its own: what is done when time is
up, or the process dies, stays done. Budgets are spent within a step in the order in which records
were placed, those of live processes included, and between steps by the age of their runs. What was
decided stays decided.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from typedprom.core.misuse import log_once
from typedprom.metrics.definition import Labels, base, label_values
from typedprom.spool.aggregation import Part, Sums
from typedprom.spool.claims import claims_of, fail, read_claims, read_layouts
from typedprom.spool.decisions import MetricDecisions
from typedprom.spool.directory import RUN_SUFFIX, OtherKernelError, SpoolDirectory, sync_folder
from typedprom.spool.format import Damage, FormatError
from typedprom.spool.kernels import may_merge
from typedprom.spool.listing import ListedRun, Listing, list_in_parts, list_runs, steps
from typedprom.spool.opening import contents
from typedprom.spool.recorded_series import RecordedSeries
from typedprom.spool.run_reader import MetricLayout, RunLayout, RunReading
from typedprom.spool.selector import Selector
from typedprom.spool.totals import Totals, load, read


class Compaction:
    """One compaction of a directory whose lock is held.

    `decisions` are those by which readers have been shown series.
    """

    def __init__(self, directory: SpoolDirectory, decisions: Mapping[str, MetricDecisions]) -> None:
        self._directory = directory
        self.totals = self._repaired_totals()
        self.totals.sums.remember(decisions)
        self.live: list[ListedRun] = []  # those that `run` has found, or that may live
        self.layouts: dict[str, RunLayout] = {}  # of the live ones

    def run(self, deadline: float) -> int:
        """Merge every ended run, and return how many; what is done at `deadline` stays done.

        A step that began before it is finished. Raises TimeoutError, and OSError where a run cannot
        be read, since it may come before others in budgets.
        """
        if not may_merge(self._directory):
            return 0
        merged = 0
        for step in self._steps():
            if time.monotonic() > deadline:
                raise TimeoutError(f"time was up after merging {merged} runs; the next run goes on")
            merged += self._merge(step)
        return merged

    def make_room(self, deadline: float) -> None:
        """Remove series that make room for what live runs have recorded."""
        listing = list_runs(self._directory, self.totals.runs)
        unmerged = listing.runs()
        recorded = RecordedSeries(lambda: _readings(unmerged))
        if self.totals.sums.admit(read_claims(unmerged, {}, fail, deadline), recorded):
            self.totals.retirements += 1
            self.totals.generation += 1
            self.totals.written = time.time()
            self.totals.write(self._directory)

    def _steps(self) -> Iterator[list[ListedRun]]:
        """The runs that have ended, as many at a time as are merged at once."""
        for part in list_in_parts(self._directory, self.totals.runs):
            self._tidy(part)
            self.live += (*part.unsure, *part.live)
            for path, error in part.unreadable:
                fail(path, error)
            yield from steps(part.ended)

    def _repaired_totals(self) -> Totals:
        """The totals, after what is damaged of them is set aside."""
        loaded = load(self._directory)
        for path, why in loaded.damage:
            self._directory.set_aside(path, why)
        if loaded.source is not None and not self._has_copy():
            loaded.totals.write(self._directory)
        return loaded.totals

    def _has_copy(self) -> bool:
        """Whether totals and copy are the same; a copy that is damaged is set aside."""
        directory = self._directory
        try:
            whole = contents(directory.totals)
            if contents(directory.totals_copy, len(whole) + 1) == whole:
                return True
            read(directory.totals_copy)
        except FormatError as error:
            directory.set_aside(directory.totals_copy, str(error))
        except FileNotFoundError:
            pass
        return False

    def _tidy(self, listing: Listing) -> None:
        """Finish what an interrupted compaction has left, and set aside what is not readable."""
        for path, why in listing.broken:
            self._set_aside(path, why)
        for path in listing.abandoned:
            with suppress(OSError):
                path.unlink()
        self._remove((path, _damage(path)) for path in listing.merged)
        if self.totals.runs:
            self._forget_removed(self.totals)

    def _merge(self, step: list[ListedRun]) -> int:
        runs = [run for listed in step if (run := self._read(listed)) is not None]
        if not runs:
            return 0
        live = [*read_layouts(self.live, self.layouts, fail, inf)]
        self.layouts = {layout.header.run: layout for layout in live}
        claims = claims_of([*(run.layout for run in runs), *live])
        now = time.time()
        totals = self.totals.copy()
        recorded = RecordedSeries(lambda: [*runs, *_readings(self.live)])
        totals.retirements += totals.sums.admit(claims, recorded)
        totals.sums.add_ended(runs, now)
        totals.runs |= {run.header.run for run in runs}
        totals.merged += len(runs)
        totals.generation += 1
        began = min(run.header.created for run in runs)
        totals.began, totals.written = min(totals.began or began, began, now), now
        totals.write(self._directory)
        self.totals = totals
        self._remove((run.path, _summary(run.damage)) for run in runs)
        self._forget_removed(totals)
        return len(runs)

    def _read(self, run: ListedRun) -> RunReading | None:
        try:
            return RunReading(run.path)
        except FileNotFoundError:
            pass  # it was removed meanwhile
        except FormatError as error:
            self._set_aside(run.path, str(error))
        except OSError as error:
            fail(run.path, error)
        return None

    def _remove(self, merged: Iterable[tuple[Path, str]]) -> None:
        """Remove files of runs that the totals name; damaged ones are set aside."""
        for path, why in merged:
            if why:
                self._set_aside(path, why)
            else:
                with suppress(OSError):
                    path.unlink()

    def _forget_removed(self, totals: Totals) -> None:
        """Drop the names of runs whose files are gone, and will be after a power cut."""
        folder = self._directory.runs
        sync_folder(folder)
        totals.runs = frozenset(run for run in totals.runs if _exists(folder / (run + RUN_SUFFIX)))

    def _set_aside(self, path: Path, why: str) -> None:
        try:
            self._directory.set_aside(path, why)
        except OSError as error:
            report_run("unreadable", path, f"left out: {why}; it cannot be set aside: {error}")


def report_run(kind: str, path: Path, message: str) -> None:
    """Log what is wrong with a run file, once a spool and kind."""
    log_once(("spool", kind, str(path.parent)), lambda: f"{path} is {message}")


def _readings(runs: Iterable[ListedRun]) -> Iterator[RunReading]:
    for run in runs:
        try:
            yield RunReading(run.path)
        except (FormatError, FileNotFoundError):
            pass  # it cannot be merged, or was
        except OSError as error:
            fail(run.path, error)


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError:  # unknown; a name that is kept does no harm
        return True
    return True


def _damage(path: Path) -> str:
    try:
        return _summary(RunReading(path).damage)
    except FormatError as error:
        return str(error)
    except OSError:
        return ""


def _summary(damage: list[Damage]) -> str:
    more = f" and {len(damage) - 3} more" if len(damage) > 3 else ""
    return "; ".join(f"at byte {one.offset}: {one.why}" for one in damage[:3]) + more


@dataclass(slots=True)
class DeletedSeries:
    """Series by the name of their metric: those removed, and those that live processes have.

    `spared` are those that could have been removed, but are more than allowed.
    """

    removed: list[tuple[str, Labels]] = field(default_factory=list[tuple[str, Labels]])
    held: list[tuple[str, Labels]] = field(default_factory=list[tuple[str, Labels]])
    spared: list[tuple[str, Labels]] = field(default_factory=list[tuple[str, Labels]])


def delete_series(
    directory: SpoolDirectory, compaction: Compaction, selector: Selector, most: float
) -> DeletedSeries:
    """Remove what is selected from the totals that were just merged; the lock is held.

    Nothing is removed if these are more than `most` series.
    """
    if not may_merge(directory):
        raise OtherKernelError(directory.path)
    totals = compaction.totals.copy()
    runs = [_read(run.path) for run in compaction.live]
    claims = claims_of(run.layout for run in runs)
    recorded = RecordedSeries(lambda: runs)
    totals.retirements += totals.sums.admit(claims, recorded)  # what is folded now stays folded
    live = totals.sums.copy()  # for its decisions
    live.parts.clear()
    live.add_live(runs, time.time())
    held = {
        (part.definition.name, labels) for part in live.parts.values() for labels in part.series
    }
    deleted = DeletedSeries()
    for part, labels in [*_selected(totals.sums, selector)]:
        series = part.definition.name, labels
        if series in held:
            deleted.held.append(series)
        else:
            deleted.removed.append(series)
            del part.series[labels]
    declared = {part.definition.name for part in live.parts.values()}
    for shape, part in [*totals.sums.parts.items()]:
        definition = part.definition
        is_empty = not part.series and definition.name not in declared
        if is_empty and selector.selects_metric(definition):
            del totals.sums.parts[shape]
            if definition.name not in {one.definition.name for one in totals.sums.parts.values()}:
                totals.sums.admitted.pop(definition.name, None)
    if len(deleted.removed) > most:
        deleted.spared = deleted.removed
        deleted.removed = []
    for name in {name for name, _ in deleted.removed}:
        _free_budgets(name, totals.sums, live, claims.metrics.get(name, ()))
    live_series = [(part.definition.name, labels) for part, labels in _selected(live, selector)]
    deleted.held = [*dict.fromkeys([*deleted.held, *live_series])]
    if deleted.removed:
        totals.retirements += 1
        totals.generation += 1
        totals.written = time.time()
        totals.write(directory)
    return deleted


def _selected(sums: Sums, selector: Selector) -> Iterator[tuple[Part, Labels]]:
    for part in sums.parts.values():
        if selector.selects_metric(part.definition):
            yield from ((part, labels) for labels in part.series if selector.selects(labels))


def _read(path: Path) -> RunReading:
    """The run; if its content is unknown, nothing is removed."""
    try:
        return RunReading(path)
    except FormatError as error:
        raise FormatError(f"{path}: {error}") from error
    except OSError as error:
        fail(path, error)


def _free_budgets(name: str, sums: Sums, live: Sums, claimed: Sequence[MetricLayout]) -> None:
    """Free the budgets of a metric from its removed series.

    Not from the values in series that live processes have, whichever series shows these.
    """
    parts = [*sums.parts.values(), *live.parts.values()]
    parts = [part for part in parts if part.definition.name == name]
    left = [(part.definition, labels) for part in parts for labels in part.series]
    recorded = [labels for part in parts for labels in part.recorded()]
    decided = sums.admitted.get(name)
    if decided is not None:
        for label, decisions in decided.values.items():
            values = label_values(recorded, label)
            decisions.keep(values.union(*(metric.values(label) for metric in claimed)))
        decided.series.keep({base(labels, definition) for definition, labels in left})
