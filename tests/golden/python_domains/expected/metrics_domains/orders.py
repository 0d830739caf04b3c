"""Orders: metrics of `orders`.

Takes orders and charges them.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Gauge, Histogram

from ._catalog import CATALOG
from ._labels import (
    COUNTRY_LABEL,
    METHOD_LABEL,
    ORDERS_REASON_LABEL,
    ORDERS_VOUCHER_LABEL,
)
from ._signatures import (
    CounterByCountry,
    CounterByCountryMethodOrdersReason,
    CounterByVoucher,
    GaugeByCountry,
    HistogramByMethod,
)

ORDERS_PLACED: Final = CounterByCountry(
    CATALOG,
    key="orders.placed",
    name="shop_orders_placed_total",
    help="Orders placed.",
    labels=(COUNTRY_LABEL,),
    owner="shop-team",
)
"""Orders placed.

Counter `shop_orders_placed_total`.

Labels:

- `country`: Where the order goes. Matches `[A-Z]{2}`; at most 250 distinct values.
"""

ORDERS_FAILED: Final = CounterByCountryMethodOrdersReason(
    CATALOG,
    key="orders.failed",
    name="shop_orders_failed_total",
    help=(
        "Orders that failed, once each, when the last attempt to charge them has "
        "failed too and the customer has been told."
    ),
    labels=(COUNTRY_LABEL, METHOD_LABEL, ORDERS_REASON_LABEL),
    owner="shop-team",
)
"""Orders that failed, once each, when the last attempt to charge them has failed too
and the customer has been told.

Counter `shop_orders_failed_total`.

Labels:

- `country`: Where the order goes. Matches `[A-Z]{2}`; at most 250 distinct values.
- `method`: How it is paid. One of `card`, `invoice`.
- `reason`: Why it failed. One of `declined`, `expired`, `limit_exceeded`,
  `fraud_suspected`, `no_answer_of_the_bank`.
"""

ORDERS_REDEEMED: Final = CounterByVoucher(
    CATALOG,
    key="orders.redeemed",
    name="shop_orders_redeemed_total",
    help="Vouchers redeemed.",
    labels=(ORDERS_VOUCHER_LABEL,),
    stability="experimental",
    owner="shop-team",
)
"""Vouchers redeemed.

Counter `shop_orders_redeemed_total`.

Labels:

- `voucher`: The campaign of the voucher. At most 50 distinct values.

Experimental: may change without notice.
"""

ORDERS_CHARGE_DURATION: Final = HistogramByMethod(
    CATALOG,
    key="orders.charge.duration",
    name="shop_orders_charge_duration_seconds",
    help="Time the bank took.",
    labels=(METHOD_LABEL,),
    unit="seconds",
    buckets=(0.1, 0.5, 1.0, 5.0),
    owner="shop-team",
)
"""Time the bank took.

Histogram `shop_orders_charge_duration_seconds`, in seconds.

Labels:

- `method`: How it is paid. One of `card`, `invoice`.

Buckets up to 0.1, 0.5, 1, 5.
"""

ORDERS_VALUE: Final = Histogram(
    CATALOG,
    key="orders.value",
    name="shop_orders_value",
    help="What an order costs, in cents.",
    buckets=(100.0, 1000.0, 10000.0, 100000.0, 1000000.0),
    owner="shop-team",
)
"""What an order costs, in cents.

Histogram `shop_orders_value`.

Buckets up to 100, 1000, 10000, 100000, 1000000.
"""

ORDERS_OPEN: Final = GaugeByCountry(
    CATALOG,
    key="orders.open",
    name="shop_orders_open",
    help="Orders not shipped yet.",
    labels=(COUNTRY_LABEL,),
    combine="sum",
    owner="warehouse",
)
"""Orders not shipped yet.

Gauge `shop_orders_open`. The values of all processes are added.

Labels:

- `country`: Where the order goes. Matches `[A-Z]{2}`; at most 250 distinct values.
"""

ORDERS_QUEUE: Final = Gauge(
    CATALOG,
    key="orders.queue",
    name="shop_orders_queue",
    help="Orders waiting to be charged.",
    combine="live_sum",
    owner="shop-team",
)
"""Orders waiting to be charged.

Gauge `shop_orders_queue`. The values of live processes are added.
"""
