"""App: typed metrics.

Deprecated metrics, emitted and not.

    from metrics_external import RUNS_FINISHED

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from ._catalog import CATALOG
from .runs import RUNS_ENDED, RUNS_FINISHED

__all__ = [
    "CATALOG",
    "RUNS_ENDED",
    "RUNS_FINISHED",
]

CATALOG.register()
