"""JSON that nobody vouches for, read with its types checked: what is wrong is a ValueError."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias, cast

LATEST: Final = 2.0**37  # a Unix time in seconds, in the year 6325: there is none later

Fields: TypeAlias = Mapping[str, object]


def mapping(value: object) -> Fields:
    """The object."""
    if not isinstance(value, dict):
        raise ValueError(f"{type(value).__name__} where an object is due")
    return cast("Fields", value)


def items(value: object) -> list[object]:
    """The array."""
    if not isinstance(value, list):
        raise ValueError(f"{type(value).__name__} where an array is due")
    return cast("list[object]", value)


def text(fields: Fields, name: str) -> str:
    """The string under that name."""
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(f"`{name}` is no string")
    return value


def whole(fields: Fields, name: str) -> int:
    """The whole number under that name."""
    value = fields.get(name)
    if type(value) is not int:
        raise ValueError(f"`{name}` is no whole number")
    return value


def number(fields: Fields, name: str) -> float:
    """The number under that name."""
    value = fields.get(name)
    if type(value) is not int and type(value) is not float:
        raise ValueError(f"`{name}` is no number")
    return _double(value)


def timestamp(fields: Fields, name: str) -> float:
    """The Unix time in seconds under that name."""
    value = number(fields, name)
    if not 0.0 <= value <= LATEST:
        raise ValueError(f"`{name}` is not a timestamp")
    return value


def texts(value: object) -> tuple[str, ...]:
    """The array of strings."""
    found = items(value)
    strings = tuple(item for item in found if isinstance(item, str))
    if len(strings) != len(found):
        raise ValueError("an array holds something else than strings")
    return strings


def numbers(value: object) -> tuple[float, ...]:
    """The array of numbers."""
    found = items(value)
    floats = tuple(_double(item) for item in found if type(item) is int or type(item) is float)
    if len(floats) != len(found):
        raise ValueError("an array holds something else than numbers")
    return floats


def labels(value: object) -> tuple[tuple[str, str], ...]:
    """The object whose keys are names of labels and whose values are strings, sorted by name."""
    found = mapping(value)
    return tuple(sorted((name(key), text(found, key)) for key in found))


def name(value: str) -> str:
    """A name that every exposition format can hold as it is."""
    if not (value.isascii() and value.replace(":", "_").isidentifier()):
        raise ValueError(f"{value!r} is no name")
    return value


def _double(value: float) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError("a number is too large") from error
