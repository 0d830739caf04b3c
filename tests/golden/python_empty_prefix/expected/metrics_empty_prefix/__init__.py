"""No namespace: typed metrics.

    from metrics_empty_prefix import HEARTBEAT

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from ._catalog import CATALOG
from .service import CATALOG_, HEARTBEAT, UPTIME

__all__ = [
    "CATALOG",
    "CATALOG_",
    "HEARTBEAT",
    "UPTIME",
]

CATALOG.register()
