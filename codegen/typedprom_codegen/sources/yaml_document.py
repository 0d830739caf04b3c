"""A file of YAML as data, whose values know where they stand."""

from __future__ import annotations

import re
from typing import Final

from typedprom_codegen.codes.checked_files import QUERY_FILE_SYNTAX
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.load.file_text import LINE_BREAK
from typedprom_codegen.load.scalars import NULL, AmbiguousScalar
from typedprom_codegen.load.yaml_nodes import (
    ListNode,
    MappingNode,
    Node,
    ScalarNode,
    child,
    dereferenced,
)
from typedprom_codegen.load.yaml_parser import MERGE_KEY, parse_documents
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.document import JsonData, JsonPath
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.lines import Lines
from typedprom_codegen.sources.yaml_positions import characters, part_of

_HELM: Final = re.compile(
    r"^[^#\n]*?(\{\{[^{}\n]*?(?:(?<!\w)\.(?:Values|Release|Chart)\b|\binclude ))", re.MULTILINE
)
"""What only the templates of Helm have, and not those of alerts."""


class YamlDocument:
    """A document of a file: every scalar is its text, whatever YAML takes it for, or null.

    Merge keys (`<<`) are merged. An alias stands where its value does.
    """

    def __init__(self, path: str, text: str, lines: Lines, root: Node) -> None:
        self.path = path
        self._text = text
        self._lines = lines
        self._root = root
        self._known: dict[Node, JsonData] = {}
        self._characters: dict[Node, list[tuple[int, int]]] = {}
        self.data = self._data(root)

    def _data(self, node: Node) -> JsonData:
        target = dereferenced(node)
        if target not in self._known:
            self._known[target] = self._new_data(target)
        return self._known[target]

    def _new_data(self, node: Node) -> JsonData:
        if isinstance(node, ListNode):
            return [self._data(item) for item in node.items]
        if not isinstance(node, MappingNode):
            return _scalar(node)
        data = {key: self._data(value) for key, value in node.values.items()}
        merged = data.pop(MERGE_KEY, None)
        for each in merged if isinstance(merged, list) else [merged]:  # what stands first wins
            data = {**each, **data} if isinstance(each, dict) else data
        return data

    def span(self, path: JsonPath, extent: Extent | None = None) -> Span:
        """The span of the value at this path; of these characters of it, if it is a scalar."""
        node = self._root
        for part in path:
            node = _value(node, part)
        node = dereferenced(node)
        line, column, end_line, end_column = node.position
        start, end = self._lines.offset(line, column), self._lines.offset(end_line, end_column)
        if extent is not None and isinstance(node, ScalarNode):
            start, end = self._part(node, start, end, extent)
        return self._lines.span(self.path, start, end)

    def _part(self, node: ScalarNode, start: int, end: int, extent: Extent) -> tuple[int, int]:
        """The offsets of a part of a scalar; of the whole, if the part cannot be found."""
        if node not in self._characters:
            self._characters[node] = characters(self._text, start, node.text)
        return part_of(self._characters[node], node.text, extent) or (start, end)


def yaml_documents(file: FoundFile, text: str, found: Diagnostics) -> list[YamlDocument] | None:
    """The documents of a file; None if it is not YAML, which is reported."""
    lines = Lines(text)
    if template := _HELM.search(text):  # it can be YAML as well, but not what it says
        place = lines.span(file.shown, template.start(1), template.end(1))
        message = f"not YAML: `{template[1]}` is part of a template of Helm"
        found.report(QUERY_FILE_SYNTAX, message, place, help=_RENDER)
        return None
    problems = Diagnostics()
    nodes = parse_documents(text, file.shown, problems)
    _report(problems, text, found)
    if nodes is None:
        return None
    return [YamlDocument(file.shown, text, lines, node) for node in nodes]


def _report(problems: Diagnostics, text: str, found: Diagnostics) -> None:
    lines = LINE_BREAK.split(text) if problems.has_errors else []
    for problem in problems:
        near = lines[max(0, problem.span.line - 2) : problem.span.line]
        help = _RENDER if any("{{" in line for line in near) else problem.help
        message = f"not YAML: {problem.message}"
        found.report(QUERY_FILE_SYNTAX, message, problem.span, help=help, related=problem.related)


def _scalar(node: Node) -> str | None:
    if not isinstance(node, ScalarNode):
        return None
    is_null = isinstance(node.data, AmbiguousScalar) and node.data.reads_as == NULL
    return None if is_null else node.text


def _value(node: Node, part: str | int) -> Node:
    """A value below a node, also one that is merged into it."""
    parent = dereferenced(node)
    if not isinstance(parent, MappingNode) or part in parent.values:
        return child(parent, part)
    merged = dereferenced(parent.values[MERGE_KEY])
    for each in merged.items if isinstance(merged, ListNode) else (merged,):
        try:
            return _value(each, part)
        except LookupError:
            continue
    raise KeyError(part)


_RENDER: Final = "render the templates first: this is the source of YAML, not YAML"
