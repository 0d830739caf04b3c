"""Reads catalog.schema.json: the description of each value, looked up by its path."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

SCHEMA_FILE: Final = "catalog.schema.json"
OTHERS_DEPEND: Final = "x-others-depend"
"""Our keyword for a field whose error makes the whole mapping unusable."""

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None


@cache
def schema_text() -> str:
    """The text of catalog.schema.json."""
    return (files("typedprom_codegen") / SCHEMA_FILE).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class ValueSchema:
    """The part of the schema for one value; it exists for every path in a diagnostic."""

    _schema: Mapping[str, Json]

    @property
    def title(self) -> str:
        """The name of the value in messages."""
        return _text(self._schema.get("title"))

    @property
    def description(self) -> str:
        """The meaning of the value."""
        return _text(self._schema.get("description"))

    @property
    def example(self) -> str:
        """An example value, in YAML."""
        examples = _items(self._schema.get("examples"))
        return _as_yaml(examples[0]) if examples else ""

    @property
    def fields(self) -> Mapping[str, Json]:
        """The fields of a mapping, by name."""
        return _mapping(self._schema.get("properties"))

    @property
    def required(self) -> frozenset[str]:
        """The names of the fields that a mapping must have."""
        return frozenset(map(_text, _items(self._schema.get("required"))))

    @property
    def others_depend(self) -> bool:
        """Whether the meaning of other fields of the mapping depends on this one."""
        return self._schema.get(OTHERS_DEPEND) is True

    @property
    def words(self) -> tuple[str, ...]:
        """The allowed values, if they are listed."""
        return tuple(map(_text, _items(self._schema.get("enum"))))

    @property
    def is_quantity(self) -> bool:
        """Whether the value is a number, or a string such as `64MiB`."""
        return bool(_items(self._schema.get("type")))

    @property
    def pattern(self) -> str:
        """The regular expression that a string must match."""
        return _text(self._schema.get("pattern"))

    @property
    def is_duration(self) -> bool:
        """Whether the value is a time such as `15m`."""
        return self.pattern.endswith("[smhdw]$")

    @property
    def has_units(self) -> bool:
        """Whether a quantity can have other units than `%`."""
        return "KiB" in self.pattern

    @property
    def tag(self) -> str | None:
        """The field that selects the branch of a union."""
        tag = _mapping(self._schema.get("discriminator")).get("propertyName")
        return _text(tag) if tag else None

    @property
    def branches(self) -> dict[str, ValueSchema]:
        """The branches of a tagged union, by tag."""
        if self.tag is None:
            return {}
        found = (ValueSchema(_resolved(branch)) for branch in _items(self._schema.get("oneOf")))
        return {_text(branch.field(self.tag)._schema.get("const")): branch for branch in found}

    @property
    def alternatives(self) -> dict[str, ValueSchema]:
        """The schemas of a value that is a list or a mapping, by pydantic's names of the types."""
        found = [ValueSchema(_resolved(each)) for each in _items(self._schema.get("anyOf"))]
        names = {"array": "list", "object": "dict"}
        return {names[_text(each._schema.get("type"))]: each for each in found}

    @property
    def keys(self) -> ValueSchema:
        """The schema of the keys of a mapping with arbitrary keys."""
        return ValueSchema(_resolved(self._schema.get("propertyNames")))

    @property
    def items(self) -> ValueSchema:
        """The schema of list items, or of the values of a mapping with arbitrary keys."""
        return ValueSchema(
            _resolved(self._schema.get("items", self._schema.get("additionalProperties")))
        )

    def field(self, name: str) -> ValueSchema:
        """The schema of a field, or of the value of an arbitrary key."""
        return ValueSchema(_resolved(self.fields[name])) if name in self.fields else self.items


@cache
def file_schema() -> ValueSchema:
    """The schema of a whole catalog file."""
    return ValueSchema(_whole())


@cache
def _whole() -> Mapping[str, Json]:
    return _mapping(json.loads(schema_text()))


def _resolved(schema: Json) -> Mapping[str, Json]:
    schema = _mapping(schema)
    reference = schema.get("$ref")
    if reference is None:
        return schema
    name = _text(reference).rpartition("/")[2]
    return _mapping(_mapping(_whole()["$defs"])[name])


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _items(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _as_yaml(value: Json) -> str:
    """The value as YAML in flow style, with quotes only where they are needed."""
    match value:
        case str():
            return value if value and not _needs_quotes(value) else json.dumps(value)
        case Mapping():
            inside = ", ".join(f"{key}: {_as_yaml(item)}" for key, item in value.items())
            return f"{{{inside}}}"
        case Sequence():
            return f"[{', '.join(map(_as_yaml, value))}]"
        case _:
            return json.dumps(value)


_QUANTITY: Final = re.compile(r"[0-9][0-9.]*[%a-zA-Z]+")
"""A number with a unit, which YAML reads as text."""


def _needs_quotes(text: str) -> bool:
    if _QUANTITY.fullmatch(text):
        return False
    return not text[0].isalpha() or any(mark in text for mark in ",[]{}:#&*!|>%@`'\"")
