"""The ledger: what a spool adds up to. All reading, merging and retiring begins here.

A ledger may be used from several threads and after a fork, and any number of processes may have one
of the same directory.
"""

from __future__ import annotations

import time
from math import inf
from pathlib import Path

from typedprom.core.misuse import warn_once
from typedprom.metrics.definition import Family
from typedprom.spool.cut import LOCK_SECONDS, Cut, Cutter
from typedprom.spool.directory import Busy, SpoolDirectory
from typedprom.spool.merging import Merge
from typedprom.spool.own_series import own_families
from typedprom.spool.retiring import Retired, retire
from typedprom.spool.selector import parse
from typedprom.spool.showing import Hidden, Shown, shown
from typedprom.spool.status import Status, damaged_files, status


class Ledger:
    """Reads and merges the spool in a directory.

    Deadlines are times of `time.monotonic()`. TimeoutError (`Busy` is one) and other OSErrors are
    raised where the spool cannot be read; FormatError where totals are of a newer version.
    """

    def __init__(self, directory: SpoolDirectory) -> None:
        self.directory = directory
        self._cutter = Cutter(directory)

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

    def sweep(self, *, seconds: float = LOCK_SECONDS, deadline: float = inf) -> int:
        """Merge all runs that have ended, and return how many; wait that long for the lock."""
        with self.directory.locked(min(seconds, max(deadline - time.monotonic(), 0.0))):
            return Merge(self.directory, self._cutter.shown()).run(deadline)

    def retire(self, selector: str, *, most: float = inf, seconds: float = LOCK_SECONDS) -> Retired:
        """Remove series from the totals: `name`, or `name{label="value",…}`.

        Those that a live process has are not removed: it would bring them back, smaller. Where more
        than `most` would go, none does. Raises SelectorError.
        """
        wanted = parse(selector)
        with self.directory.locked(seconds):
            merge = Merge(self.directory, self._cutter.shown())
            merge.run(inf)
            return retire(self.directory, merge, wanted, most)

    def status(self) -> Status:
        """What the spool holds, also where not all of it can be read; nothing is merged."""
        unreadable: dict[Path, OSError] = {}
        cutter = Cutter(self.directory)  # what is not whole must not teach ours
        cut = cutter.steady(cutter.begin(), None, inf, unreadable.__setitem__)
        return status(self.directory, cut, shown(cut.sums.parts.values()).hidden, unreadable)

    def _tidy(self, deadline: float) -> None:
        """Merge what can be merged; whatever prevents it, the runs count from their files."""
        where = str(self.directory.path)
        try:
            self.sweep(seconds=0.0, deadline=deadline)
        except Busy:
            pass  # somebody else does it
        except TimeoutError:
            raise
        except OSError as error:
            why = error.strerror or str(error)
            warn_once(
                ("spool", "sweep", where),
                lambda: f"runs that ended in {where} cannot be merged: {why}; they do count",
            )

    def _own(self, cut: Cut) -> list[Family]:
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
    warn_once(
        ("spool", "hidden", hidden.name, hidden.type),
        lambda: (
            f"{hidden.series} series of the {hidden.type} `{hidden.name}` are kept and not shown: "
            f"the newer {hidden.newer_type} `{hidden.newer_name}` has taken the name"
        ),
    )
