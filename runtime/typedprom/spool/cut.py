"""A cut: totals and runs as they were at one instant, so that each run counts once.

Nothing is locked for it. A run's file goes only after totals that name the run have come; so if the
totals are the same after all files were read as before, nothing was merged in between. Else it is
tried again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from typedprom.core.misuse import warn_once
from typedprom.spool.admitting import Admitted
from typedprom.spool.claims import BATCH_BYTES, Failed, Moved, fail, in_time, read_claims
from typedprom.spool.combining import Sums
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import FormatError
from typedprom.spool.layout import Layout
from typedprom.spool.listing import Found, Listing, batches, look
from typedprom.spool.merging import unreadable
from typedprom.spool.reading import RunFile
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
class Cut:
    """Everything at one instant."""

    sums: Sums
    totals: Totals
    listing: Listing


class Cutter:
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
    ) -> Cut:
        """A cut, tried again while others merge, and at last with the lock."""
        for _ in range(_ATTEMPTS):
            with suppress(Moved):
                return self.cut(begun, ended, deadline, failed)
            begun = self.begin()
        with self._directory.locked(max(min(LOCK_SECONDS, deadline - time.monotonic()), 0.0)):
            return self.cut(self.begin(), ended, deadline, failed)

    def cut(self, begun: Begun, ended: str | None, deadline: float, failed: Failed = fail) -> Cut:
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
        return Cut(sums, totals, listing)


def _read(batch: list[Found], known: Mapping[str, Layout], failed: Failed) -> list[RunFile]:
    runs: list[RunFile] = []
    for found in batch:
        try:
            run = RunFile(found.path, known.get(found.run))
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


def _report(run: RunFile) -> None:
    first = run.damage[0]
    warn_once(
        ("spool", "damaged", str(run.path.parent)),
        lambda: f"{run.path} is damaged at byte {first.offset}: {first.why}; the rest counts",
    )
