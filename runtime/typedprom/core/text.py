"""Label names and label values: which of them every exposition format can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST_VALUE: Final = 2048  # bytes in UTF-8 of a label value: what Mimir and Cortex accept


def to_label_value(value: object) -> str | None:
    """`value` as an exact str that UTF-8 can encode; None where it is not a str or cannot be.

    Of a str subclass it is the inherited text: an enum's value, not its name.
    """
    if type(value) is str and value.isascii():
        return value
    try:
        if not isinstance(value, str):
            return None
        text = str.__str__(value)
        text.encode()
    except Exception:  # a lone surrogate would break scrapes; a proxy's `__class__` runs code
        return None
    return text


def is_too_long(text: str) -> bool:
    """Whether a label value has more than `LONGEST_VALUE` bytes in UTF-8."""
    return len(text) > LONGEST_VALUE or len(text.encode()) > LONGEST_VALUE


def is_label_name(name: str) -> bool:
    """Whether `name` can name a label; names that begin with `__` belong to Prometheus."""
    return name.isascii() and name.isidentifier() and not name.startswith("__")


def exported(name: str, taken: Collection[str]) -> str:
    """How a label is called whose name something else takes, as Prometheus calls it."""
    while name in taken:
        name = f"exported_{name}"
    return name
