"""Shop: typed metrics.

Labels of every domain on metrics of every type.

    from metrics_domains import ORDERS_PLACED

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from ._catalog import CATALOG
from ._labels import (
    METHOD_VALUES,
    ORDERS_REASON_VALUES,
    Method,
    OrdersReason,
    is_method,
    is_orders_reason,
)
from .orders import (
    ORDERS_CHARGE_DURATION,
    ORDERS_FAILED,
    ORDERS_OPEN,
    ORDERS_PLACED,
    ORDERS_QUEUE,
    ORDERS_REDEEMED,
    ORDERS_VALUE,
)

__all__ = [
    "CATALOG",
    "METHOD_VALUES",
    "ORDERS_CHARGE_DURATION",
    "ORDERS_FAILED",
    "ORDERS_OPEN",
    "ORDERS_PLACED",
    "ORDERS_QUEUE",
    "ORDERS_REASON_VALUES",
    "ORDERS_REDEEMED",
    "ORDERS_VALUE",
    "Method",
    "OrdersReason",
    "is_method",
    "is_orders_reason",
]

CATALOG.register()
