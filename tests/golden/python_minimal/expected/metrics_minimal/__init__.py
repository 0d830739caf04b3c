"""App: typed metrics.

The smallest catalog there is.

    from metrics_minimal import JOBS_DONE

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from ._catalog import CATALOG
from .jobs import JOBS_DONE

__all__ = [
    "CATALOG",
    "JOBS_DONE",
]

CATALOG.register()
