"""Compaction: ended runs are merged into the totals, and series are deleted from them.

The totals that have a run in them name it, and are safely on the disk before its file is removed.
Whoever finds the file of a run that is named there only removes it. A name is dropped only when the
removal of its file is safely on the disk too.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from typedprom.core.misuse import log_once
from typedprom.metrics.definition import Labels, base, label_values
from typedprom.spool.aggregation import Sums
from typedprom.spool.budgets import Admitted
from typedprom.spool.claims import BATCH_BYTES, Claims, claims_of, fail, read_claims
from typedprom.spool.directory import RUN_SUFFIX, SpoolDirectory, sync_folder
from typedprom.spool.format import Damage, FormatError
from typedprom.spool.listing import Found, batches, look
from typedprom.spool.run_reader import Layout, Places, RunReading
from typedprom.spool.selector import Selector
from typedprom.spool.totals import Totals, contents, load, read


class Merge:
    """One sweep over a directory whose lock is held. `shown` is what readers have been shown."""

    def __init__(self, directory: SpoolDirectory, shown: Mapping[str, Admitted]) -> None:
        self._directory = directory
        self.totals = self._mended()
        self.totals.sums.remember(shown)
        self.listing = look(directory, self.totals.runs)

    def run(self, deadline: float) -> int:
        """Merge every ended run, and return how many; what is done at `deadline` stays done.

        Raises OSError where any run cannot be read, since it may come before others in budgets.
        """
        self._tidy()
        for path, error in self.listing.unreadable:
            fail(path, error)
        if not self.listing.ended:
            return 0
        claims = read_claims([*self.listing.ended, *self.listing.live], {}, fail, deadline)
        self.totals.sums.admit(claims)
        merged = 0
        for batch in batches(self.listing.ended, BATCH_BYTES):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{merged} runs are merged, and time is up")
            merged += self._merge(batch, claims)
        return merged

    def _mended(self) -> Totals:
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
            if contents(directory.totals_copy) == contents(directory.totals):
                return True
            read(directory.totals_copy)
        except FormatError as error:
            directory.set_aside(directory.totals_copy, str(error))
        except FileNotFoundError:
            pass
        return False

    def _tidy(self) -> None:
        """Finish what a sweep that died has left, and set aside what nobody can read."""
        listing, totals = self.listing, self.totals
        for path, why in listing.broken:
            self._set_aside(path, why)
        for path in listing.abandoned:
            with suppress(OSError):
                path.unlink()
        self._remove((path, _damage(path)) for path in listing.merged)
        if totals.runs:
            sync_folder(self._directory.runs)
            totals.runs = self._present(totals.runs)

    def _merge(self, batch: list[Found], claims: Claims) -> int:
        runs = [run for found in batch if (run := self._read(found, claims.layouts)) is not None]
        if not runs:
            return 0
        now = time.time()
        totals = self.totals.copy()
        totals.sums.admit_more(claims.unknown(runs))
        totals.sums.add_ended(runs, now)
        totals.runs |= {run.run for run in runs}
        totals.merged += len(runs)
        totals.generation += 1
        began = min(run.header.created for run in runs)
        totals.began, totals.written = min(totals.began or began, began, now), now
        totals.write(self._directory)
        self.totals = totals
        self._remove((run.path, _summary(run.damage)) for run in runs)
        sync_folder(self._directory.runs)
        totals.runs = self._present(totals.runs)
        return len(runs)

    def _read(self, found: Found, known: Mapping[str, Layout]) -> RunReading | None:
        try:
            return RunReading(found.path, known.get(found.run))
        except FileNotFoundError:
            pass  # somebody has removed it
        except FormatError as error:
            self._set_aside(found.path, str(error))
        except OSError as error:
            fail(found.path, error)
        return None

    def _remove(self, merged: Iterable[tuple[Path, str]]) -> None:
        """Remove files of runs that the totals name; those with damage in them are kept aside."""
        for path, why in merged:
            if why:
                self._set_aside(path, why)
            else:
                with suppress(OSError):
                    path.unlink()

    def _present(self, runs: frozenset[str]) -> frozenset[str]:
        """Those of the runs whose files are still there."""
        folder = self._directory.runs
        return frozenset(run for run in runs if _is_there(folder / (run + RUN_SUFFIX)))

    def _set_aside(self, path: Path, why: str) -> None:
        try:
            self._directory.set_aside(path, why)
        except OSError as error:
            unreadable(path, f"{why}; it cannot be set aside: {error}")


def unreadable(path: Path, why: str) -> None:
    """Say that a run cannot be read for now."""
    log_once(("spool", "unreadable", str(path.parent)), lambda: f"{path} is left out: {why}")


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError:  # who knows; a name that is kept does no harm
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
class Retired:
    """Series by the name of their metric: those removed, and those that live processes have.

    `spared` are those that could have been removed, but were more than were to be.
    """

    removed: list[tuple[str, Labels]] = field(default_factory=list[tuple[str, Labels]])
    held: list[tuple[str, Labels]] = field(default_factory=list[tuple[str, Labels]])
    spared: list[tuple[str, Labels]] = field(default_factory=list[tuple[str, Labels]])


def delete_series(
    directory: SpoolDirectory, merge: Merge, selector: Selector, most: float
) -> Retired:
    """Remove what is selected from the totals that were just merged; the lock is held.

    Nothing is, if that were more than `most` series.
    """
    totals = merge.totals.copy()
    runs = [_read(found.path) for found in merge.listing.live]
    claims = claims_of(run.layout for run in runs)
    totals.sums.admit(claims)  # what is folded now stays folded
    live = totals.sums.emptied()
    live.add_live(runs, time.time())
    held = {
        (part.definition.name, labels) for part in live.parts.values() for labels in part.series
    }
    declared = {part.definition.name for part in live.parts.values()}
    retired = Retired()
    for shape, part in [*totals.sums.parts.items()]:
        if not selector.selects_metric(part.definition):
            continue
        for labels in [labels for labels in part.series if selector.selects(labels)]:
            one = part.definition.name, labels
            if one in held:
                retired.held.append(one)
            else:
                retired.removed.append(one)
                del part.series[labels]
        if not part.series and part.definition.name not in declared:
            del totals.sums.parts[shape]
    if len(retired.removed) > most:
        retired.spared = retired.removed
        retired.removed = []
    for name in {name for name, _ in retired.removed}:
        _give_back(name, totals.sums, live, claims.places.get(name, ()))
    retired.held += _only_live(live, selector, retired)
    if retired.removed:
        totals.retirements += 1
        totals.generation += 1
        totals.written = time.time()
        totals.write(directory)
    return retired


def _read(path: Path) -> RunReading:
    """The run; where nobody knows what it holds, nothing is removed."""
    try:
        return RunReading(path)
    except FormatError as error:
        raise FormatError(f"{path}: {error}") from error
    except OSError as error:
        fail(path, error)


def _give_back(name: str, sums: Sums, live: Sums, claimed: Sequence[Places]) -> None:
    """Give back what the removed series of a metric took of its budgets.

    Not the values in series that live processes have, whichever series shows these.
    """
    left = [
        (part.definition, labels)
        for part in (*sums.parts.values(), *live.parts.values())
        if part.definition.name == name
        for labels in part.series
    ]
    admitted = sums.admitted.get(name)
    if admitted is not None:
        for label, decisions in admitted.values.items():
            values = label_values((labels for _, labels in left), label)
            decisions.admitted &= values.union(*(places.values(label) for places in claimed))
        admitted.series.admitted &= {base(labels, definition) for definition, labels in left}


def _only_live(live: Sums, selector: Selector, retired: Retired) -> list[tuple[str, Labels]]:
    known = set(retired.held)
    return [
        (part.definition.name, labels)
        for part in live.parts.values()
        if selector.selects_metric(part.definition)
        for labels in part.series
        if selector.selects(labels) and (part.definition.name, labels) not in known
    ]
