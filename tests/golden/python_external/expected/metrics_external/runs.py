"""Runs: metrics of `runs`.

Runs.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter

from ._catalog import CATALOG

RUNS_FINISHED: Final = Counter(
    CATALOG,
    key="runs.finished",
    name="app_runs_finished_total",
    help="Runs that finished.",
)
"""Runs that finished.

Counter `app_runs_finished_total`.
"""

RUNS_ENDED: Final = Counter(
    CATALOG,
    key="runs.ended",
    name="app_runs_ended_total",
    help="Runs that ended.",
    stability="deprecated",
    replaced_by="runs.finished",
    removal="2027-06-30",
)
"""Runs that ended.

Counter `app_runs_ended_total`.

Deprecated: use `RUNS_FINISHED`. May be removed from 2027-06-30 on.
"""
