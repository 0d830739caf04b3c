"""Snapshots: a consistent reading of totals and runs, as families of series.

Nothing is locked for it. A run's file goes only after totals that name the run have come; so if the
totals are the same after all files were read as before, nothing was merged in between. Else it is
tried again.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from typedprom.core.misuse import log_once
from typedprom.metrics.definition import Definition, Family, Labels, Numbers
from typedprom.spool.aggregation import Part, Sums, add_up, combined
from typedprom.spool.budgets import Admitted
from typedprom.spool.claims import BATCH_BYTES, Failed, Moved, fail, in_time, read_claims
from typedprom.spool.compaction import unreadable
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import FormatError
from typedprom.spool.listing import Found, Listing, batches, look
from typedprom.spool.run_reader import Layout, RunReading
from typedprom.spool.totals import Loaded, Totals, head, load

LOCK_SECONDS: Final = 10.0
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Begun:
    """What a cut begins with: totals, by what tells them from others, and then the runs."""

    head: bytes
    loaded: Loaded
    listing: Listing

    def is_untidy(self) -> bool:
        """Whether there is something to merge, to remove or to set aside."""
        return bool(self.loaded.damage) or self.listing.is_untidy()


@dataclass(frozen=True, slots=True)
class SpoolSnapshot:
    """Everything at one instant."""

    sums: Sums
    totals: Totals
    listing: Listing


class SnapshotReader:
    """Makes cuts, and keeps what does not change between them."""

    def __init__(self, directory: SpoolDirectory) -> None:
        self._directory = directory
        self._loaded: tuple[bytes, Loaded] = (b"", Loaded(Totals(), None))
        self._layouts: Mapping[str, Layout] = {}
        self._shown: tuple[int, Mapping[str, Admitted]] = (0, {})

    def shown(self) -> Mapping[str, Admitted]:
        """What readers were shown, and must be shown again unless it was retired since."""
        retirements, shown = self._shown
        return shown if retirements == self.totals().retirements else {}

    def totals(self) -> Totals:
        """The totals as they are now. They are shared: not to be changed."""
        return self._load().totals

    def begin(self) -> Begun:
        """Look at what there is."""
        before = head(self._directory.totals)
        loaded = self._load()
        return Begun(before, loaded, look(self._directory, loaded.totals.runs))

    def _load(self) -> Loaded:
        now = head(self._directory.totals)
        before, loaded = self._loaded
        if not now or now != before:
            loaded = load(self._directory)
            self._loaded = now, loaded
        return loaded

    def steady(
        self, begun: Begun, ended: str | None, deadline: float, failed: Failed = fail
    ) -> SpoolSnapshot:
        """A cut, tried again while others merge, and at last with the lock."""
        for _ in range(_ATTEMPTS):
            with suppress(Moved):
                return self.cut(begun, ended, deadline, failed)
            begun = self.begin()
        with self._directory.locked(max(min(LOCK_SECONDS, deadline - time.monotonic()), 0.0)):
            return self.cut(self.begin(), ended, deadline, failed)

    def cut(
        self, begun: Begun, ended: str | None, deadline: float, failed: Failed = fail
    ) -> SpoolSnapshot:
        """A cut; the run `ended` counts as one whose process has ended.

        `failed` says what to do where a run cannot be read: by default nothing is then. Raises
        `Moved`.
        """
        totals, listing = begun.loaded.totals, begun.listing
        for path, error in listing.unreadable:
            failed(path, error)
        for path, why in listing.skipped:
            unreadable(path, why)
        _move(listing, ended)
        sums = totals.sums.copy()
        sums.remember(self.shown())
        live = {one.run for one in listing.live}
        known = {run: layout for run, layout in self._layouts.items() if run in live}
        claims = read_claims([*listing.ended, *listing.live], known, failed, deadline)
        sums.admit(claims)
        layouts: dict[str, Layout] = {}
        now = time.time()
        for batch in batches(listing.ended, BATCH_BYTES):
            in_time(deadline)
            runs = _read(batch, claims.layouts, failed)
            sums.admit_more(claims.unknown(runs))
            sums.add_ended(runs, now)
        for batch in batches(listing.live, BATCH_BYTES):
            in_time(deadline)
            runs = _read(batch, known | claims.layouts, failed)
            sums.admit_more(claims.unknown(runs))
            sums.add_live(runs, now)
            layouts.update((run.run, run.layout) for run in runs)
        if head(self._directory.totals) != begun.head:
            raise Moved
        self._layouts, self._shown = layouts, (totals.retirements, sums.admitted)
        return SpoolSnapshot(sums, totals, listing)


def _read(batch: list[Found], known: Mapping[str, Layout], failed: Failed) -> list[RunReading]:
    runs: list[RunReading] = []
    for found in batch:
        try:
            run = RunReading(found.path, known.get(found.run))
        except FileNotFoundError as error:  # merged, or removed
            raise Moved from error
        except FormatError as error:
            unreadable(found.path, str(error))
            continue
        except OSError as error:
            failed(found.path, error)
            continue
        if run.damage:
            _report(run)
        runs.append(run)
    return runs


def _move(listing: Listing, ended: str | None) -> None:
    """Take the run `ended` for one whose process has ended."""
    for found in [one for one in listing.live if one.run == ended]:
        listing.live.remove(found)
        listing.ended.append(found)


def _report(run: RunReading) -> None:
    first = run.damage[0]
    log_once(
        ("spool", "damaged", str(run.path.parent)),
        lambda: f"{run.path} is damaged at byte {first.offset}: {first.why}; the rest counts",
    )


@dataclass(frozen=True, slots=True)
class Hidden:
    """A metric that is not shown, because a newer one has taken its name. Its series are kept."""

    name: str
    type: str
    newer_name: str
    newer_type: str
    series: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The families that have series, sorted by name, and what they hide."""

    families: list[Family]
    hidden: list[Hidden] = field(default_factory=list[Hidden])


def shown(parts: Iterable[Part]) -> Shown:
    """What to show of these parts. The families share their numbers with them."""
    taken: dict[str, Definition] = {}
    groups: dict[str, list[Part]] = {}
    hidden: list[Hidden] = []
    ordered = sorted(parts, key=_declared)  # of those declared at once the later one last
    for part in reversed(ordered):
        definition = part.definition
        newer = taken.get(definition.name) or taken.get(definition.family)
        if newer is None:
            taken[definition.name] = taken[definition.family] = definition
            groups[definition.name] = [part]
        elif (newer.name, newer.type) == (definition.name, definition.type):
            groups[definition.name].append(part)
        elif part.series:
            hidden.append(_hidden(definition, newer, len(part.series)))
    families = [_family(group) for group in groups.values()]
    families.sort(key=lambda family: (family.definition.family, family.definition.name))
    return Shown([family for family in families if family.series], hidden)


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
    places = [bisect_left(bounds, bound) for bound in part.definition.buckets]
    for labels, (timestamp, *counts, total) in part.series.items():
        buckets = [0.0] * (len(bounds) + 1)
        buckets[-1] = counts.pop()
        for place, count in zip(places, counts, strict=True):
            buckets[place] += count
        yield labels, [timestamp, *buckets, total]


def _restated(part: Part, states: tuple[str, ...]) -> Iterator[tuple[Labels, Numbers]]:
    """The state by its place in `states`; one that is gone is not valid any more."""
    places = {name: float(place) for place, name in enumerate(states)}
    for labels, (timestamp, place) in part.series.items():
        name = part.definition.states[int(place)] if place >= 0 else ""
        yield labels, [timestamp, places.get(name, -1.0)]


def _hidden(old: Definition, newer: Definition, series: int) -> Hidden:
    return Hidden(old.name, old.type, newer.name, newer.type, series)


def _declared(part: Part) -> float:
    return part.declared
