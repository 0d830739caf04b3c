"""Snapshots: a consistent reading of totals and runs, as families of series.

Nothing is locked for it. A run's file is removed only after the totals name the run; so if the
totals are the same after all files were read as before, nothing was merged in between. Else the
reading is tried again.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import Final, NamedTuple

from typedprom.metrics.definition import Definition, Family, Labels, Numbers
from typedprom.spool.aggregation import Part, Sums, add_up, combined
from typedprom.spool.claims import ChangedError, Failed, fail, read_claims
from typedprom.spool.compaction import report_run
from typedprom.spool.decisions import MetricDecisions
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import FormatError
from typedprom.spool.listing import ListedRun, Listing, batches, in_time, list_runs
from typedprom.spool.recorded_series import RecordedSeries
from typedprom.spool.run_reader import RunLayout, RunReading
from typedprom.spool.totals import LoadedTotals, Totals, head, load

LOCK_SECONDS: Final = 10.0
_ATTEMPTS: Final = 5


class Inventory(NamedTuple):
    """The files of a spool: the totals, with their first line, and the runs listed then."""

    head: bytes
    loaded: LoadedTotals
    listing: Listing

    def is_untidy(self) -> bool:
        """Whether there is something to merge, to remove or to set aside."""
        return bool(self.loaded.damage) or self.listing.is_untidy()


class SpoolSnapshot(NamedTuple):
    """Everything at one instant."""

    sums: Sums
    totals: Totals
    listing: Listing
    made_room: bool  # by removing series that the totals still have


class SnapshotReader:
    """Reads snapshots, and keeps what does not change between them."""

    def __init__(self, directory: SpoolDirectory) -> None:
        self._directory = directory
        self._loaded: tuple[bytes, LoadedTotals] = (b"", LoadedTotals(Totals(), None))
        self._layouts: Mapping[str, RunLayout] = {}
        self._decisions: tuple[int, Mapping[str, MetricDecisions]] = (0, {})

    def decisions(self) -> Mapping[str, MetricDecisions]:
        """By which budgets were decided, and must be again unless series were deleted since."""
        retirements, decisions = self._decisions
        return decisions if retirements == self._load()[1].totals.retirements else {}

    def check(self) -> None:
        """Raise what `take_inventory` would, if the totals cannot be read."""
        self._directory.check()
        self._load()

    def take_inventory(self, deadline: float = inf) -> Inventory:
        """The files as they are now. The totals are shared: not to be changed."""
        self._directory.check()
        now, loaded = self._load()
        return Inventory(now, loaded, list_runs(self._directory, loaded.totals.runs, deadline))

    def remember_layouts(self, layouts: Mapping[str, RunLayout]) -> None:
        """Use these layouts of runs whose processes live."""
        self._layouts = {**self._layouts, **layouts}

    def _load(self) -> tuple[bytes, LoadedTotals]:
        now = head(self._directory.totals)
        if not now or now != self._loaded[0]:
            self._loaded = now, load(self._directory)
        return now, self._loaded[1]

    def read(self, inventory: Inventory, deadline: float, failed: Failed = fail) -> SpoolSnapshot:
        """A snapshot, tried again while others merge, and at last with the lock."""
        for _ in range(_ATTEMPTS):
            with suppress(ChangedError):
                return self.read_once(inventory, deadline, failed)
            inventory = self.take_inventory(deadline)
        with self._directory.locked(max(min(LOCK_SECONDS, deadline - time.monotonic()), 0.0)):
            return self.read_once(self.take_inventory(deadline), deadline, failed)

    def read_once(
        self, inventory: Inventory, deadline: float, failed: Failed = fail
    ) -> SpoolSnapshot:
        """A snapshot; runs of processes that are about to end count as ended.

        `failed` is called where a run cannot be read; by default it raises. Raises ChangedError.
        """
        totals, listing = inventory.loaded.totals, inventory.listing
        for path, error in listing.unreadable:
            failed(path, error)
        for path, why in listing.skipped:
            report_run("unreadable", path, f"left out: {why}")
        sums = totals.sums.copy()
        sums.remember(self.decisions())
        live = {run.run for run in listing.live}
        known = {run: layout for run, layout in self._layouts.items() if run in live}
        unmerged = listing.runs()
        claims = read_claims(unmerged, known, failed, deadline)
        recorded = RecordedSeries(lambda: _readings(unmerged, known, failed))
        made_room = sums.admit(claims, recorded)
        known |= claims.layouts
        layouts: dict[str, RunLayout] = {}
        now = time.time()
        staying = [run for run in listing.live if not run.is_ending]
        ending = [run for run in listing.live if run.is_ending]
        for listed, add in (
            (listing.ended, sums.add_ended),
            (listing.unsure, sums.add_ended),
            (ending, sums.add_ended),
            (staying, sums.add_live),
        ):
            for batch in batches(listed):
                in_time(deadline)
                runs = [*_readings(batch, known, failed)]
                made_room |= sums.admit(claims.unknown(runs), recorded)
                add(runs, now)
                layouts.update((one, run.layout) for run in runs if (one := run.header.run) in live)
        if head(self._directory.totals) != inventory.head:
            raise ChangedError
        self._layouts = layouts
        if not made_room:  # else all is decided again until that is in the totals
            self._decisions = totals.retirements, sums.admitted
        return SpoolSnapshot(sums, totals, listing, made_room)


def _readings(
    runs: list[ListedRun], known: Mapping[str, RunLayout], failed: Failed
) -> Iterator[RunReading]:
    for listed in runs:
        try:
            run = RunReading(listed.path, known.get(listed.run))
        except FileNotFoundError as error:  # merged, or removed
            raise ChangedError from error
        except FormatError as error:
            report_run("unreadable", listed.path, f"left out: {error}")
            continue
        except OSError as error:
            failed(listed.path, error)
            continue
        for first in run.damage[:1]:
            message = f"damaged at byte {first.offset}: {first.why}; the rest counts"
            report_run("damaged", run.path, message)
        yield run


@dataclass(frozen=True, slots=True)
class HiddenMetric:
    """A metric that is not shown, because a newer one has taken its name. Its series are kept."""

    name: str
    type: str
    newer_name: str
    newer_type: str
    series: int


class VisibleFamilies(NamedTuple):
    """The families that have series, sorted by name, and what they hide."""

    families: list[Family]
    hidden: list[HiddenMetric]


def visible_families(parts: Iterable[Part]) -> VisibleFamilies:
    """The families to show of these parts that have series. They share their numbers with them."""
    families, hidden = declared_families(parts)
    return VisibleFamilies([family for family in families if family.series], hidden)


def declared_families(parts: Iterable[Part]) -> VisibleFamilies:
    """The same, also those without series."""
    by_name: dict[str, Definition] = {}
    groups: dict[str, list[Part]] = {}
    hidden: list[HiddenMetric] = []
    ordered = sorted(parts, key=lambda part: part.declared)  # of equals the later one last
    for part in reversed(ordered):
        old = part.definition
        newer = by_name.get(old.name) or by_name.get(old.family)
        if newer is None:
            by_name[old.name] = by_name[old.family] = old
            groups[old.name] = [part]
        elif (newer.name, newer.type) == (old.name, old.type):
            groups[old.name].append(part)
        elif part.series:
            size = len(part.series)
            hidden.append(HiddenMetric(old.name, old.type, newer.name, newer.type, size))
    families = [*map(_family, groups.values())]
    families.sort(key=lambda family: (family.definition.family, family.definition.name))
    return VisibleFamilies(families, hidden)


def _family(parts: Sequence[Part]) -> Family:
    newest, *older = parts
    definition = newest.definition
    series = dict(newest.series) if older else newest.series
    for part in older:
        if definition.type == "histogram":
            add_up(series, _rebucketed(part, definition.buckets))
        else:  # a stateset
            for labels, numbers in _restated(part, definition.states):
                before = series.get(labels)
                series[labels] = numbers if before is None else combined(numbers, before, "last")
    return Family(definition, series)


def _rebucketed(part: Part, bounds: tuple[float, ...]) -> Iterator[tuple[Labels, Numbers]]:
    """The observations of each bucket in the least bucket of `bounds` that holds all of them."""
    indexes = [bisect_left(bounds, bound) for bound in part.definition.buckets]
    for labels, (timestamp, *counts, total) in part.series.items():
        buckets = [0.0] * (len(bounds) + 1)
        buckets[-1] = counts.pop()
        for index, count in zip(indexes, counts, strict=True):
            buckets[index] += count
        yield labels, [timestamp, *buckets, total]


def _restated(part: Part, states: tuple[str, ...]) -> Iterator[tuple[Labels, Numbers]]:
    """The state by its index in `states`; one that is gone is not valid any more."""
    indexes = {name: float(index) for index, name in enumerate(states)}
    for labels, (timestamp, index) in part.series.items():
        name = part.definition.states[int(index)] if index >= 0 else ""
        yield labels, [timestamp, indexes.get(name, -1.0)]
