"""Retiring: removing series that nobody records any more from the totals."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from typedprom.metrics.definition import Labels, base, label_values
from typedprom.spool.claims import claims_of, fail
from typedprom.spool.combining import Sums
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import FormatError
from typedprom.spool.layout import Places
from typedprom.spool.merging import Merge
from typedprom.spool.reading import RunFile
from typedprom.spool.selector import Selector


@dataclass(slots=True)
class Retired:
    """Series by the name of their metric: those removed, and those that live processes have.

    `spared` are those that could have been removed, but were more than were to be.
    """

    removed: list[tuple[str, Labels]] = field(default_factory=list[tuple[str, Labels]])
    held: list[tuple[str, Labels]] = field(default_factory=list[tuple[str, Labels]])
    spared: list[tuple[str, Labels]] = field(default_factory=list[tuple[str, Labels]])


def retire(directory: SpoolDirectory, merge: Merge, selector: Selector, most: float) -> Retired:
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


def _read(path: Path) -> RunFile:
    """The run; where nobody knows what it holds, nothing is removed."""
    try:
        return RunFile(path)
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
