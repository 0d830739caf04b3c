"""YAML on one line, in ASCII, as every version of promtool reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from typedprom_codegen.sources.document import JsonData

_NOT_STRINGS: Final = frozenset({"value", "limit", "fuzzy_compare"})
"""Fields that are numbers, or true or false."""

_PLAIN: Final = re.compile(r"[-+.\w]+", re.ASCII)
_ESCAPED: Final = re.compile(r"[^\x20-\x7e]")


def to_flow(data: JsonData, key: str = "") -> str:
    """Data as YAML on one line. Scalars are strings, but for the fields that are not."""
    if isinstance(data, dict):
        return flow_mapping({name: to_flow(value, name) for name, value in data.items()})
    if isinstance(data, list):
        return flow_list(to_flow(item) for item in data)
    if data is None:
        return "null"
    text = data if isinstance(data, str) else json.dumps(data)
    return text if key in _NOT_STRINGS and _PLAIN.fullmatch(text) else _quoted(text)


def flow_mapping(items: Mapping[str, str]) -> str:
    """A mapping of values that are YAML already."""
    return "{" + ", ".join(f"{_quoted(name)}: {value}" for name, value in items.items()) + "}"


def flow_list(items: Iterable[str]) -> str:
    """A list of items that are YAML already."""
    return "[" + ", ".join(items) + "]"


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\U{ord(found[0]):08X}", quoted)
