"""Layout: which series a run file has, and where their numbers are.

It changes only when a record is added; a reader keeps it between readings.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from typedprom.core import checked_json as parsed
from typedprom.metrics.definition import Definition, Labels, base, label_values, shape, width
from typedprom.spool.definitions import read_definition
from typedprom.spool.format import (
    FINISHED_AT,
    HEADER_BYTES,
    Damage,
    FormatError,
    Header,
    Record,
    records,
)

# Texts that are read once: the runs of one program have the same ones.
_CACHED: Final = 1 << 15
_BYTES: Final = 8


@dataclass(slots=True)
class Places:
    """The series of a metric under one definition, with when each got its place, in Unix time."""

    definition: Definition
    labels: list[Labels] = field(default_factory=list[Labels])
    offsets: list[int] = field(default_factory=list[int])
    placed: list[float] = field(default_factory=list[float])
    _values: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    _bases: set[Labels] = field(default_factory=set[Labels])

    def values(self, label: str) -> set[str]:
        """The values of a label that take something of its budget."""
        if label not in self._values:
            self._values[label] = label_values(self.labels, label)
        return self._values[label]

    def bases(self) -> set[Labels]:
        """What tells the series apart."""
        if not self._bases:
            self._bases = {base(labels, self.definition) for labels in self.labels}
        return self._bases


@dataclass(frozen=True, slots=True)
class _Named:
    """What the record of a series says."""

    name: str
    labels: Labels


class Layout:
    """Where everything is in a file that holds these bytes.

    `history` are all definitions of each metric, with when they were written down.
    """

    __slots__ = ("_finished", "_size", "damage", "definitions", "header", "history", "metrics")

    def __init__(self, data: bytes, header: Header) -> None:
        if len(data) < HEADER_BYTES:
            raise FormatError("it was truncated while being read")
        self.header = header
        self.damage: list[Damage] = []
        self._size, self._finished = len(data), _finished(data)
        self.history: dict[str, list[tuple[float, Definition]]] = {}
        found: list[tuple[_Named, int, float, Record]] = []
        for record in records(data):
            if isinstance(record, Damage):
                self.damage.append(record)
                continue
            try:
                said, placed = _said_when(record.text, header.created)
            except (ValueError, RecursionError) as error:
                self.damage.append(
                    Damage(record.first * _BYTES, f"a record is unreadable: {error}")
                )
                continue
            if isinstance(said, Definition):
                self.history.setdefault(said.name, []).append((placed, said))
            else:
                found.append((said, len(self.history.get(said.name, ())), placed, record))
        self.definitions = {name: versions[-1][1] for name, versions in self.history.items()}
        self.metrics = self._placed(found)

    def describes(self, data: bytes) -> bool:
        """Whether no record was added to the file, which now holds these bytes."""
        return len(data) == self._size and _finished(data) == self._finished

    def _placed(self, found: list[tuple[_Named, int, float, Record]]) -> list[Places]:
        in_force = {name: _in_force(versions) for name, versions in self.history.items()}
        metrics: dict[int, Places] = {}
        for said, declarations, placed, record in found:
            offset = record.first * _BYTES
            versions = in_force.get(said.name)
            if versions is None:
                self.damage.append(Damage(offset, f"`{said.name}` is not declared"))
                continue
            definition = versions[max(declarations - 1, 0)]
            if record.count != width(definition):
                self.damage.append(Damage(offset, f"`{said.name}` has {record.count} numbers"))
                continue
            places = metrics.get(id(definition))
            if places is None:
                places = metrics[id(definition)] = Places(definition)
            places.labels.append(_with_constant(said.labels, definition.constant))
            places.offsets.append(offset)
            places.placed.append(placed)
        return list(metrics.values())


def _finished(data: bytes) -> bytes:
    """How many records the header says are finished, for comparing."""
    return data[FINISHED_AT:HEADER_BYTES]


def _in_force(versions: list[tuple[float, Definition]]) -> list[Definition]:
    """Of each version of a definition the newest that its series fit."""
    latest = versions[-1][1]
    return [
        latest if shape(version) == shape(latest) else replace(version, constant=latest.constant)
        for _, version in versions
    ]


def _with_constant(labels: Labels, constant: Labels) -> Labels:
    if not constant or set(constant) <= set(labels):
        return labels
    return tuple(sorted({**dict(labels), **dict(constant)}.items()))


def _said_when(text: str, created: float) -> tuple[Definition | _Named, float]:
    """What a record says, and when it was placed; ValueError where that is nothing."""
    if text.endswith("}]"):
        return _said(text), created
    said, _, moment = text.rpartition(",")
    placed = float(moment.removesuffix("]"))
    return _said(said + "]"), placed if 0.0 <= placed <= parsed.LATEST else created


@lru_cache(_CACHED)
def _said(text: str) -> Definition | _Named:
    """What a record says; ValueError where that is nothing."""
    if "\\ud" in text.lower():  # it may have lone surrogates, which no sink could encode
        text = json.dumps(json.loads(text), ensure_ascii=False)
        text = text.encode("utf-8", "replace").decode()
    fields = parsed.items(json.loads(text))
    match fields:
        case ["metric", definition]:
            return read_definition(definition)
        case ["series", str(name), labels]:
            return _Named(name, parsed.labels(labels))
        case _:
            raise ValueError("it is neither of a metric nor of a series")
