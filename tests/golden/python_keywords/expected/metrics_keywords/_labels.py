"""The labels: types and values of closed labels, and the label objects."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, TypeGuard

from typedprom import ClosedLabel, OpenLabel

CLASS_LABEL: Final = OpenLabel("class", help="A keyword.", budget=10)

SELF_LABEL: Final = OpenLabel("self", help="What a method calls its object.", budget=10)

Amount: TypeAlias = Literal["small", "large"]
"""What a method calls what it adds."""

AMOUNT_VALUES: Final[tuple[Amount, ...]] = ("small", "large")


def is_amount(value: str) -> TypeGuard[Amount]:
    """Whether `value` is one of `AMOUNT_VALUES`; narrows its type."""
    return value in AMOUNT_VALUES


AMOUNT_LABEL: Final = ClosedLabel(
    "amount",
    help="What a method calls what it adds.",
    values=AMOUNT_VALUES,
)

VALUE_LABEL: Final = OpenLabel(
    "value",
    help="What a method calls what it sets.",
    budget=10,
)

CELL_LABEL: Final = OpenLabel(
    "cell",
    help="What a method calls what it records into.",
    budget=10,
)

TYPE_LABEL: Final = OpenLabel("type", help="A builtin.", budget=10)

Final_: TypeAlias = Literal["yes", "no"]
"""A name of typing, once it is in CamelCase."""

FINAL_VALUES: Final[tuple[Final_, ...]] = ("yes", "no")


def is_final(value: str) -> TypeGuard[Final_]:
    """Whether `value` is one of `FINAL_VALUES`; narrows its type."""
    return value in FINAL_VALUES


FINAL_LABEL: Final = ClosedLabel(
    "final",
    help="A name of typing, once it is in CamelCase.",
    values=FINAL_VALUES,
)

B10: TypeAlias = Literal["low", "high"]
"""The same in CamelCase and in capitals."""

B10_VALUES: Final[tuple[B10, ...]] = ("low", "high")


def is_b10(value: str) -> TypeGuard[B10]:
    """Whether `value` is one of `B10_VALUES`; narrows its type."""
    return value in B10_VALUES


B10_LABEL: Final = ClosedLabel(
    "b10",
    help="The same in CamelCase and in capitals.",
    values=B10_VALUES,
)

EXCEPTION_LABEL: Final = OpenLabel(
    "Exception",
    help="What a method catches.",
    budget=10,
)

ONE_LABEL: Final = OpenLabel(
    "ONE",
    help="What a method adds unless told otherwise.",
    budget=10,
)

DICT_LABEL: Final = OpenLabel("dict", help="What a method looks into.", budget=10)

FLOAT_LABEL: Final = OpenLabel("float", help="What a method takes.", budget=10)

TIMER_LABEL: Final = OpenLabel("Timer", help="What a method returns.", budget=10)

Exceptions_: TypeAlias = Literal["missing", "wrong"]
"""What a method takes, in CamelCase."""

EXCEPTIONS_VALUES: Final[tuple[Exceptions_, ...]] = ("missing", "wrong")


def is_exceptions(value: str) -> TypeGuard[Exceptions_]:
    """Whether `value` is one of `EXCEPTIONS_VALUES`; narrows its type."""
    return value in EXCEPTIONS_VALUES


EXCEPTIONS_LABEL: Final = ClosedLabel(
    "exceptions",
    help="What a method takes, in CamelCase.",
    values=EXCEPTIONS_VALUES,
)
