"""A parsed file: plain data for validation, and the position of every key and value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.load.scalars import Scalar

Position = tuple[int, int, int, int]
"""Line, column, last line, column after the end: from 0, in characters."""

Data = Scalar | list["Data"] | dict[str, "Data"]
Path = tuple[str | int, ...]


@dataclass(slots=True, eq=False)
class ScalarNode:
    """A scalar: its value, its text, and whether it was written without quotes."""

    position: Position
    data: Scalar
    text: str
    plain: bool


@dataclass(slots=True, eq=False)
class ListNode:
    """A list and its items."""

    position: Position
    data: list[Data]
    items: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class MappingNode:
    """A mapping: the positions of its keys, and its values."""

    position: Position
    data: dict[str, Data]
    keys: Mapping[str, Position]
    values: Mapping[str, Node]


@dataclass(slots=True, eq=False)
class AliasNode:
    """An alias: its own position, and the value it refers to."""

    position: Position
    target: ScalarNode | ListNode | MappingNode

    @property
    def data(self) -> Data:
        """The value's data."""
        return self.target.data


Anchored = ScalarNode | ListNode | MappingNode
Node = Anchored | AliasNode


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file: its path, its text, the lengths of its lines, and its content."""

    path: str
    text: str
    lines: tuple[int, ...]
    root: MappingNode

    def key(self, *path: str | int) -> Span:
        """The span of the key at this path; of an item of a list, its first token."""
        parent = dereferenced(self.find(*path[:-1]))
        last = path[-1]
        if isinstance(parent, MappingNode) and isinstance(last, str):
            return self.span(parent.keys[last])
        item = dereferenced(self.find(*path))
        if isinstance(item, MappingNode) and item.keys:
            return self.span(next(iter(item.keys.values())))
        return self.value(*path)

    def value(self, *path: str | int) -> Span:
        """The span of the value at this path; of an alias, where it is used."""
        return self.span(self.find(*path).position)

    def has(self, *path: str) -> bool:
        """Whether there is a value at this path of mappings."""
        data: Data = self.root.data
        for part in path:
            if not isinstance(data, dict) or part not in data:
                return False
            data = data[part]
        return True

    def find(self, *path: str | int) -> Node:
        """The node at this path, which must exist."""
        node: Node = self.root
        for part in path:
            node = child(node, part)
        return node

    def span(self, position: Position) -> Span:
        """A position as a span inside the file."""
        return span(self.path, self.lines, position)


@dataclass(frozen=True, slots=True)
class EntrySpans:
    """The positions of an entry's fields, as `ir.FieldSpans`."""

    source: SourceFile
    path: Path  # of the entry

    def __call__(self, *path: str | int) -> Span:
        """The span of the value at a path below the entry; of the entry's key if it has none."""
        node = self.source.find(*self.path)
        try:
            for part in path:
                node = _item(node, part)
        except LookupError:
            return self.source.key(*self.path)
        return self.source.span(node.position)


def _item(node: Node, part: str | int) -> Node:
    """Like `child`; the item of a list can be given by its text."""
    parent = dereferenced(node)
    if isinstance(parent, ListNode) and isinstance(part, str):
        return parent.items[parent.data.index(part)] if part in parent.data else child(node, part)
    return child(node, part)


def child(node: Node, part: str | int) -> Node:
    """An item of a list or a value of a mapping. Raises LookupError if there is none."""
    parent = dereferenced(node)
    if isinstance(parent, MappingNode) and isinstance(part, str):
        return parent.values[part]
    if isinstance(parent, ListNode) and isinstance(part, int):
        return parent.items[part]
    raise KeyError(part)


def dereferenced(node: Node) -> Anchored:
    """The node itself, or the value of an alias."""
    return node.target if isinstance(node, AliasNode) else node


def span(path: str, lines: tuple[int, ...], position: Position) -> Span:
    """A position as a span: counted from 1, and not after the last line of the file."""
    line, column = _inside(lines, position[0], position[1])
    end_line, end_column = _inside(lines, position[2], position[3])
    return Span(path, line + 1, column + 1, end_line + 1, end_column + 1)


def _inside(lines: tuple[int, ...], line: int, column: int) -> tuple[int, int]:
    if line >= len(lines):
        return max(len(lines) - 1, 0), lines[-1] if lines else 0
    return line, min(column, lines[line])
