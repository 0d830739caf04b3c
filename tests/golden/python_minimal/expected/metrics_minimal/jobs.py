"""Jobs: metrics of `jobs`.

Runs jobs.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter

from ._catalog import CATALOG

JOBS_DONE: Final = Counter(
    CATALOG,
    key="jobs.done",
    name="app_jobs_done_total",
    help="Jobs that ran to their end.",
)
"""Jobs that ran to their end.

Counter `app_jobs_done_total`.
"""
