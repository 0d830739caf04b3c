"""Orders: metrics of `orders`.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from ._catalog import CATALOG
from ._labels import (
    CLASS_LABEL,
    CUSTOMER_LABEL,
    ORDERS_REASON_LABEL,
    ORDERS_SELF_LABEL,
    ORDERS_STALL_LABEL,
    SHOP_LABEL,
)
from ._signatures import (
    CounterByClassSelf,
    CounterByShop,
    CounterByShopCustomer,
    CounterByShopOrdersReason,
    GaugeByShop,
    HistogramByShop,
)

ORDERS_PLACED: Final = CounterByShop(
    CATALOG,
    component="orders",
    key="orders.placed",
    name="shop_orders_placed_total",
    help="Orders placed.",
    labels=(SHOP_LABEL,),
)
"""Orders placed.

Counter `shop_orders_placed_total`.

Labels:

- `shop`: The shop. At most 20 distinct values.
"""

ORDERS_FAILED: Final = CounterByShopOrdersReason(
    CATALOG,
    component="orders",
    key="orders.failed",
    name="shop_orders_failed_total",
    help="Orders that failed.",
    labels=(SHOP_LABEL, ORDERS_REASON_LABEL),
)
"""Orders that failed.

Counter `shop_orders_failed_total`.

Labels:

- `shop`: The shop. At most 20 distinct values.
- `reason`: Why it failed. One of `declined`, `expired`.
"""

ORDERS_SOLD: Final = CounterByClassSelf(
    CATALOG,
    component="orders",
    key="orders.sold",
    name="shop_orders_sold_total",
    help="Goods sold.",
    labels=(CLASS_LABEL, ORDERS_SELF_LABEL),
)
"""Goods sold.

Counter `shop_orders_sold_total`.

Labels:

- `class_`: The class of goods, whose name is a keyword. Matches `[a-z]+`; at most 10
  distinct values.
- `self_`: Whether the customer fetches it, by a name that methods have for their
  object. At most 5 distinct values.
"""

ORDERS_VISITED: Final = CounterByShop(
    CATALOG,
    component="orders",
    key="orders.visited",
    name="shop_orders_visited_total",
    help="Stalls visited.",
    labels=(ORDERS_STALL_LABEL,),
)
"""Stalls visited.

Counter `shop_orders_visited_total`.

Labels:

- `shop`: A stall of a shop, by the label that shops have too. Matches `stall-[0-9]+`;
  at most 20 distinct values.
"""

ORDERS_RETURNED: Final = CounterByShopCustomer(
    CATALOG,
    component="orders",
    key="orders.returned",
    name="shop_orders_returned_total",
    help="Goods returned.",
    labels=(SHOP_LABEL, CUSTOMER_LABEL),
)
"""Goods returned.

Counter `shop_orders_returned_total`.

Labels:

- `shop`: The shop. At most 20 distinct values.
- `customer`: Who ordered. At most 50 distinct values.
"""

ORDERS_PACKING_DURATION: Final = HistogramByShop(
    CATALOG,
    component="orders",
    key="orders.packing.duration",
    name="shop_orders_packing_duration_seconds",
    help="Time to pack an order.",
    labels=(SHOP_LABEL,),
    unit="seconds",
    buckets=(1.0, 10.0, 60.0),
)
"""Time to pack an order.

Histogram `shop_orders_packing_duration_seconds`, in seconds.

Labels:

- `shop`: The shop. At most 20 distinct values.

Buckets up to 1, 10, 60.
"""

ORDERS_OPEN: Final = GaugeByShop(
    CATALOG,
    component="orders",
    key="orders.open",
    name="shop_orders_open",
    help="Orders not shipped yet.",
    labels=(SHOP_LABEL,),
)
"""Orders not shipped yet.

Gauge `shop_orders_open`.

Labels:

- `shop`: The shop. At most 20 distinct values.
"""
