"""Texts from outside, as what a label can hold."""

from __future__ import annotations


def to_label_value(value: object) -> str | None:
    """`value` as an exact str that UTF-8 can encode; None if there is none.

    The text of a str subclass is what it inherits: an enum's value, not its name.
    """
    if type(value) is str and value.isascii():
        return value
    try:
        if not isinstance(value, str):
            return None
        text = str.__str__(value)
        text.encode()
    # A lone surrogate would break every later scrape. Asking a proxy what it is runs its code.
    except Exception:
        return None
    return text


def is_label_name(name: str) -> bool:
    """Whether a label can be called so; names that begin with `__` belong to Prometheus."""
    return name.isascii() and name.isidentifier() and not name.startswith("__")
