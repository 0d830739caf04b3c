"""The series that tell the state of a spool itself."""

from __future__ import annotations

from typing import Final

from typedprom.metrics.definition import Definition, Family, LabelDefinition, Labels, Numbers

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
