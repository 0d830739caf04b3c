"""The labels: types and values of closed labels, and the label objects."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, TypeGuard

from typedprom import ClosedLabel, OpenLabel, PatternLabel

COUNTRY_LABEL: Final = PatternLabel(
    "country",
    help="Where the order goes.",
    pattern="[A-Z]{2}",
    budget=250,
)

Method: TypeAlias = Literal["card", "invoice"]
"""How it is paid."""

METHOD_VALUES: Final[tuple[Method, ...]] = ("card", "invoice")


def is_method(value: str) -> TypeGuard[Method]:
    """Whether `value` is one of `METHOD_VALUES`; narrows its type."""
    return value in METHOD_VALUES


METHOD_LABEL: Final = ClosedLabel(
    "method",
    help="How it is paid.",
    values=METHOD_VALUES,
)

OrdersReason: TypeAlias = Literal[
    "declined",
    "expired",
    "limit_exceeded",
    "fraud_suspected",
    "no_answer_of_the_bank",
]
"""Why it failed.

- `declined`: The bank refused the payment, and does not say why.
- `expired`: The card is no longer valid.
- `limit_exceeded`: The card's limit; `\u0022\u0022\u0022` and \u005c stand here.
- `fraud_suspected`: The bank suspects fraud, which it does for all payments of a
  card that was used in two countries within an hour.
- `no_answer_of_the_bank`: The bank did not answer within ten seconds.
"""

ORDERS_REASON_VALUES: Final[tuple[OrdersReason, ...]] = (
    "declined",
    "expired",
    "limit_exceeded",
    "fraud_suspected",
    "no_answer_of_the_bank",
)


def is_orders_reason(value: str) -> TypeGuard[OrdersReason]:
    """Whether `value` is one of `ORDERS_REASON_VALUES`; narrows its type."""
    return value in ORDERS_REASON_VALUES


ORDERS_REASON_LABEL: Final = ClosedLabel(
    "reason",
    help="Why it failed.",
    values=ORDERS_REASON_VALUES,
)

ORDERS_VOUCHER_LABEL: Final = OpenLabel(
    "voucher",
    help="The campaign of the voucher.",
    budget=50,
)
