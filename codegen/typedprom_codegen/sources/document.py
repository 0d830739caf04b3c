"""A file of JSON or YAML as data, whose values know where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.load.scalars import Scalar
from typedprom_codegen.promql.extent import Extent

JsonData: TypeAlias = "Scalar | Sequence[JsonData] | Mapping[str, JsonData] | None"
"""Lists and dicts; numbers, true and false, strings; of YAML also what may be a date."""

JsonPath: TypeAlias = tuple[str | int, ...]


class Document(Protocol):
    """A file that was read: its data, and the position of each value."""

    path: str  # as shown in messages
    data: JsonData

    def span(self, path: JsonPath, extent: Extent | None = None) -> Span:
        """The span of the value at this path; of these characters of it, if it is a string."""
        ...


@dataclass(frozen=True, slots=True)
class DocumentValue:
    """A value of a document, whatever its type: of another type than expected, it is empty."""

    document: Document
    path: JsonPath
    data: JsonData

    def __getitem__(self, key: str) -> DocumentValue:
        """The value of a key; null if there is none."""
        data = self.data.get(key) if isinstance(self.data, dict) else None
        return DocumentValue(self.document, (*self.path, key), data)

    def items(self) -> Iterator[DocumentValue]:
        """The items of a list, the values of a mapping."""
        if isinstance(self.data, list):
            for index, data in enumerate(self.data):
                yield DocumentValue(self.document, (*self.path, index), data)
        elif isinstance(self.data, dict):
            for key in self.data:
                yield self[key]

    @property
    def text(self) -> str:
        """The string; empty if it is none."""
        return self.data if isinstance(self.data, str) else ""

    @property
    def is_true(self) -> bool:
        """Whether it is true. YAML is read as text."""
        return self.data is True or self.data == "true"

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.data, dict)

    def span(self) -> Span:
        """Where it stands; of what does not exist, where its parent stands."""
        path, data = self.path, self.data
        return self.document.span(path if data is not None else path[:-1])


@dataclass(frozen=True, slots=True)
class StringPlace:
    """A query that is a part of a string: its place begins at character `offset`."""

    value: DocumentValue
    offset: int = 0

    def span(self, extent: Extent) -> Span:
        """The part of the file with this part of the query."""
        moved = Extent(extent.start + self.offset, extent.end + self.offset)
        return self.value.document.span(self.value.path, moved)
