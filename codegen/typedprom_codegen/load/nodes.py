"""A parsed file: plain data for validation, the place of every key and value for diagnostics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.load.scalars import Scalar

Position = tuple[int, int, int, int]
"""Line, column, last line, column behind the end: from 0, in characters."""

Data = Scalar | list["Data"] | dict[str, "Data"]
Path = tuple[str | int, ...]


@dataclass(slots=True, eq=False)
class ScalarNode:
    """A scalar: its value, its text, and whether it was written without quotes."""

    place: Position
    data: Scalar
    text: str
    plain: bool


@dataclass(slots=True, eq=False)
class ListNode:
    """A list and its items."""

    place: Position
    data: list[Data]
    items: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class MappingNode:
    """A mapping: the places of its keys, and its values."""

    place: Position
    data: dict[str, Data]
    keys: Mapping[str, Position]
    values: Mapping[str, Node]


@dataclass(slots=True, eq=False)
class AliasNode:
    """An alias: its own place, and the value it stands for."""

    place: Position
    target: ScalarNode | ListNode | MappingNode

    @property
    def data(self) -> Data:
        """The value's data."""
        return self.target.data


Anchored = ScalarNode | ListNode | MappingNode
Node = Anchored | AliasNode


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file: its path, the lengths of its lines, and what it holds."""

    path: str
    lines: tuple[int, ...]
    root: MappingNode

    def key(self, *path: str | int) -> Span:
        """Where the key at this path stands; for a list's item, its first token."""
        parent = dereferenced(self.find(*path[:-1]))
        last = path[-1]
        if isinstance(parent, MappingNode) and isinstance(last, str):
            return self.span(parent.keys[last])
        item = dereferenced(self.find(*path))
        if isinstance(item, MappingNode) and item.keys:
            return self.span(next(iter(item.keys.values())))
        return self.value(*path)

    def value(self, *path: str | int) -> Span:
        """Where the value at this path stands; for an alias, where it is used."""
        return self.span(self.find(*path).place)

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

    def span(self, place: Position) -> Span:
        """The place as a span, kept inside the file."""
        return span(self.path, self.lines, place)


def child(node: Node, part: str | int) -> Node:
    """The item or value of a list or mapping; KeyError where there is none."""
    parent = dereferenced(node)
    if isinstance(parent, MappingNode) and isinstance(part, str):
        return parent.values[part]
    if isinstance(parent, ListNode) and isinstance(part, int):
        return parent.items[part]
    raise KeyError(part)


def dereferenced(node: Node) -> Anchored:
    """The node itself, or what an alias stands for."""
    return node.target if isinstance(node, AliasNode) else node


def span(path: str, lines: tuple[int, ...], place: Position) -> Span:
    """The place as a span: from 1 on, and not behind the last line that says something."""
    line, column = _inside(lines, place[0], place[1])
    end_line, end_column = _inside(lines, place[2], place[3])
    return Span(path, line + 1, column + 1, end_line + 1, end_column + 1)


def _inside(lines: tuple[int, ...], line: int, column: int) -> tuple[int, int]:
    if line >= len(lines):
        return max(len(lines) - 1, 0), lines[-1] if lines else 0
    return line, min(column, lines[line])
