"""Shop: typed metrics.

Counters that begin at zero for new values of labels.

    from metrics_siblings import ORDERS_PLACED

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from ._catalog import CATALOG
from ._labels import ORDERS_REASON_VALUES, OrdersReason, is_orders_reason
from .orders import (
    ORDERS_FAILED,
    ORDERS_OPEN,
    ORDERS_PACKING_DURATION,
    ORDERS_PLACED,
    ORDERS_RETURNED,
    ORDERS_SOLD,
    ORDERS_VISITED,
)

__all__ = [
    "CATALOG",
    "ORDERS_FAILED",
    "ORDERS_OPEN",
    "ORDERS_PACKING_DURATION",
    "ORDERS_PLACED",
    "ORDERS_REASON_VALUES",
    "ORDERS_RETURNED",
    "ORDERS_SOLD",
    "ORDERS_VISITED",
    "OrdersReason",
    "is_orders_reason",
]

CATALOG.register()
