"""JSON that may be damaged or forged: its fields, with their types checked.

Whatever is wrong is a ValueError.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Final, TypeAlias, cast

# Unix times in seconds, in the years 881 and 6325: clocks that are wrong say others, dates cannot.
EARLIEST: Final = -(2.0**35)
LATEST: Final = 2.0**37
_LARGEST: Final = 2**63 - 1  # an integer

Fields: TypeAlias = Mapping[str, object]


def loads(data: bytes) -> object:
    """The value, whose strings UTF-8 can encode: no sink could send others."""
    import json  # here: it is not needed to record

    content = data.decode()
    value: object = json.loads(content)
    if "\\ud" in content.lower():  # it may be half of a pair
        json.dumps(value, ensure_ascii=False).encode()
    return value


def mapping(value: object) -> Fields:
    """The object."""
    if not isinstance(value, dict):
        raise ValueError(f"expected an object, not {type(value).__name__}")
    return cast("Fields", value)


def items(value: object) -> list[object]:
    """The array."""
    if not isinstance(value, list):
        raise ValueError(f"expected an array, not {type(value).__name__}")
    return cast("list[object]", value)


def text(fields: Fields, name: str) -> str:
    """The string of that name."""
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(f"`{name}` is not a string")
    return value


def whole(fields: Fields, name: str) -> int:
    """The integer of that name."""
    value = fields.get(name)
    if type(value) is not int:
        raise ValueError(f"`{name}` is not an integer")
    if abs(value) > _LARGEST:
        raise ValueError(f"`{name}` is too large")
    return value


def number(fields: Fields, name: str) -> float:
    """The number of that name."""
    return _number(fields.get(name), f"`{name}`")


def timestamp(fields: Fields, name: str) -> float:
    """The Unix time, in seconds, of that name; at most as far away as a date can be."""
    value = number(fields, name)
    if not isfinite(value):
        raise ValueError(f"`{name}` is not a timestamp")
    return min(max(value, EARLIEST), LATEST)


def texts(value: object) -> tuple[str, ...]:
    """The array of strings."""
    array = items(value)
    strings = tuple(item for item in array if isinstance(item, str))
    if len(strings) != len(array):
        raise ValueError("an item of an array is not a string")
    return strings


def numbers(value: object) -> tuple[float, ...]:
    """The array of numbers."""
    return tuple(_number(item, "an item of an array") for item in items(value))


def labels(value: object) -> tuple[tuple[str, str], ...]:
    """The object whose keys are label names and whose values are strings, sorted by name."""
    fields = mapping(value)
    return tuple(sorted((name(key), text(fields, key)) for key in fields))


def name(value: str) -> str:
    """A name that every exposition format can hold as it is."""
    if not (value.isascii() and value.replace(":", "_").isidentifier()):
        raise ValueError(f"{value!r} is not a name")
    return value


def _number(value: object, what: str) -> float:
    if type(value) is not int and type(value) is not float:
        raise ValueError(f"{what} is not a number")
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(f"{what} is too large") from error
