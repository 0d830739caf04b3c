"""The labels: types and values of closed labels, and the label objects."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, TypeGuard

from typedprom import ClosedLabel, OpenLabel, PatternLabel

SHOP_LABEL: Final = OpenLabel("shop", help="The shop.", budget=20, siblings="zero")

CLASS_LABEL: Final = PatternLabel(
    "class",
    help="The class of goods, whose name is a keyword.",
    pattern="[a-z]+",
    budget=10,
    siblings="zero",
)

CUSTOMER_LABEL: Final = OpenLabel("customer", help="Who ordered.", budget=50)

ORDERS_SELF_LABEL: Final = OpenLabel(
    "self",
    help=(
        "Whether the customer fetches it, by a name that methods have for their object."
    ),
    budget=5,
    siblings="zero",
)

ORDERS_STALL_LABEL: Final = PatternLabel(
    "shop",
    help="A stall of a shop, by the label that shops have too.",
    pattern="stall-[0-9]+",
    budget=20,
    siblings="zero",
)

OrdersReason: TypeAlias = Literal["declined", "expired"]
"""Why it failed."""

ORDERS_REASON_VALUES: Final[tuple[OrdersReason, ...]] = ("declined", "expired")


def is_orders_reason(value: str) -> TypeGuard[OrdersReason]:
    """Whether `value` is one of `ORDERS_REASON_VALUES`; narrows its type."""
    return value in ORDERS_REASON_VALUES


ORDERS_REASON_LABEL: Final = ClosedLabel(
    "reason",
    help="Why it failed.",
    values=ORDERS_REASON_VALUES,
)
