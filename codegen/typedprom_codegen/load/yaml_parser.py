"""YAML text to nodes, by parser events: depth and size are bounded as it goes, places are exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

import yaml

from typedprom_codegen.codes import fields
from typedprom_codegen.codes import files as codes
from typedprom_codegen.diagnostics import Code, Diagnostics, Related
from typedprom_codegen.load.file_text import line_lengths
from typedprom_codegen.load.nodes import (
    AliasNode,
    Anchored,
    Data,
    ListNode,
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SourceFile,
    span,
)
from typedprom_codegen.load.scalars import AmbiguousScalar, describe, resolve_plain
from typedprom_codegen.load.yaml_errors import explain_yaml_error

DEEPEST: Final = 64
MOST_NODES: Final = 1_000_000
MERGE_KEY: Final = "<<"
STRING_TAG: Final = "tag:yaml.org,2002:str"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class PythonLoader(yaml.Loader):
    """PyYAML's own parser, taught to read question marks inside flow collections as libyaml does.

    What is left: it refuses tabs between words, which libyaml takes for spaces.
    """

    _in_plain = False

    def scan_plain(self) -> yaml.ScalarToken:
        """A plain scalar. What `peek` shows decides where it ends, not what it holds."""
        self._in_plain = True
        token = super().scan_plain()
        self._in_plain = False
        return token

    def peek(self, index: int = 0) -> str:
        """The character that many places ahead; inside plain text, `?` is like any other."""
        character = super().peek(index)
        return "x" if self._in_plain and character == "?" else character


PARSER: Final = getattr(yaml, "CLoader", PythonLoader)
"""libyaml's parser where PyYAML was built with it; the other one is slower and reads the same."""


class _UnusableError(Exception):
    """The file was reported as unusable; reading it ends here."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    node: Anchored
    size: int  # nodes in it, those behind aliases included
    height: int  # levels in it


def parse(
    text: str, path: str, diagnostics: Diagnostics, parser: type = PARSER
) -> SourceFile | None:
    """What a file holds; None, with the reason reported, where that cannot be told."""
    lines = line_lengths(text)
    builder = _Builder(path, lines, diagnostics)
    try:
        root = builder.document(yaml.parse(text, Loader=parser))
    except _UnusableError:
        return None
    except (yaml.YAMLError, ValueError, OverflowError) as problem:  # escapes beyond Unicode
        found = explain_yaml_error(problem, text)
        place = span(path, lines, found.place)
        diagnostics.report(found.code, found.message, place, help=found.help)
        return None
    return SourceFile(path, lines, root)


class _Builder:
    """Builds the nodes of one file from the events of its parser."""

    def __init__(self, path: str, lines: tuple[int, ...], diagnostics: Diagnostics) -> None:
        self._path = path
        self._lines = lines
        self._diagnostics = diagnostics
        self._events: Iterator[yaml.Event] = iter(())
        self._anchors: dict[str, _Anchor | None] = {}  # None while the value is still open
        self._size = 0
        self._reached = 0  # the deepest level since the innermost open anchor

    def document(self, events: Iterator[yaml.Event]) -> MappingNode:
        """The mapping that the only document of the file holds."""
        self._events = events
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._several_documents(event)
                root = self._node(next(events), 1)
        if root is None or isinstance(root.data, AmbiguousScalar):
            self._refuse(
                codes.EMPTY_FILE,
                f"`{self._path}` is empty",
                (0, 0, 0, 0),
                "give it a `component:` with `metrics:`, or delete it",
            )
        if not isinstance(root, MappingNode):
            message = f"`{self._path}` holds {describe(root.data)}, not `key: value` pairs"
            help_ = "a catalog file begins with `catalog:` or `component:`"
            self._refuse(fields.WRONG_TYPE, message, root.place, help_)
        return root

    def _several_documents(self, event: yaml.Event) -> NoReturn:
        self._refuse(
            codes.SEVERAL_DOCUMENTS,
            "a second document begins here; a catalog file is one document",
            _place(event),
            "remove the line `---`, or move what follows into a file of its own",
        )

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        anchor = event.anchor if isinstance(event, yaml.NodeEvent) else None
        if anchor is None:
            return self._value(event, depth)
        self._anchors[anchor] = None
        size, reached = self._size, self._reached
        self._reached = depth
        node = self._value(event, depth)
        self._anchors[anchor] = _Anchor(node, self._size - size, self._reached - depth)
        self._reached = max(reached, self._reached)
        return node

    def _value(self, event: yaml.Event, depth: int) -> Anchored:
        self._size += 1
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        self._limit(depth, event)
        if isinstance(event, yaml.CollectionStartEvent):
            self._check_tag(event, event.tag)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(event, depth)
        return self._mapping(event, depth)

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        text, place = event.value, _place(event)
        if not text.isascii() and _SURROGATE.search(text):
            message = "half a surrogate pair is not a character"
            help_ = 'write the character itself, or its escape of eight digits, as in "\\U0001F600"'
            self._report(codes.FORBIDDEN_CHARACTER, message, place, help_)
            text = text.encode("utf-8", "replace").decode("utf-8")
        plain, tag = not event.style, event.tag
        if plain and tag is None:
            return ScalarNode(place, resolve_plain(text), text, plain=True)
        if tag != STRING_TAG:
            self._check_tag(event, tag)
        return ScalarNode(place, text, text, plain)

    def _list(self, start: yaml.Event, depth: int) -> ListNode:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        place = _whole(start, event, items[-1].place if items else None)
        return ListNode(place, [item.data for item in items], tuple(items))

    def _mapping(self, start: yaml.Event, depth: int) -> MappingNode:
        keys: dict[str, Position] = {}
        values: dict[str, Node] = {}
        data: dict[str, Data] = {}
        last: Position | None = None
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            last = value.place
            name = self._key(key)
            if name is None:
                continue
            if name in keys:
                self._duplicate(name, key.place, keys[name])
                continue
            keys[name], values[name], data[name] = key.place, value, value.data
        return MappingNode(_whole(start, event, last), data, keys, values)

    def _key(self, node: Node) -> str | None:
        """The key that a node spells; None, with the reason reported, where it is none."""
        if not isinstance(node, ScalarNode):
            message = "a key is a word, not a list, a mapping or an alias"
            self._report(codes.UNSUPPORTED_YAML, message, node.place, "write the key out")
            return None
        if node.plain and node.text == MERGE_KEY:
            message = "merge keys (`<<`) are not supported"
            help_ = "write the fields out; a whole value may be an alias"
            self._report(codes.UNSUPPORTED_YAML, message, node.place, help_)
            return None
        if not isinstance(node.data, str):
            self._ambiguous_key(node)
        return node.text

    def _ambiguous_key(self, node: ScalarNode) -> None:
        if not node.text:
            message, help_ = "the key before this `:` is missing", "write `key: value`"
        else:
            message = f"unquoted `{node.text}` reads as {describe(node.data)} where a key is due"
            help_ = f'quote it: "{node.text}"'
        self._report(fields.UNQUOTED_TEXT, message, node.place, help_)

    def _duplicate(self, name: str, again: Position, first: Position) -> None:
        self._diagnostics.report(
            codes.DUPLICATE_KEY,
            f"the key `{name}` appears twice",
            span(self._path, self._lines, again),
            help="rename or remove one of the two",
            related=[Related(span(self._path, self._lines, first), f"`{name}` is first here")],
        )

    def _alias(self, event: yaml.AliasEvent, depth: int) -> AliasNode:
        name, place = event.anchor or "", _place(event)
        anchor = self._anchors.get(name)
        if anchor is not None:
            self._size += anchor.size
            self._limit(depth + anchor.height, event)
            return AliasNode(place, anchor.node)
        if name in self._anchors:
            message = f"the alias `*{name}` stands inside the value that it repeats"
            self._refuse(codes.BAD_ALIAS, message, place, "write the value out")
        message = f"the alias `*{name}` repeats nothing: no value before it is marked `&{name}`"
        help_ = f"mark a value with `&{name}`, or put text that begins with `*` in quotes"
        return self._refuse(codes.BAD_ALIAS, message, place, help_)

    def _check_tag(self, event: yaml.Event, tag: str | None) -> None:
        if tag is not None and tag != "!":
            message = "tags (`!…`) are not supported"
            help_ = "remove the tag; put text that begins with `!` in quotes"
            self._report(codes.UNSUPPORTED_YAML, message, _place(event), help_)

    def _limit(self, depth: int, event: yaml.Event) -> None:
        self._reached = max(self._reached, depth)
        if depth > DEEPEST:
            message = f"more than {DEEPEST} levels of nesting"
            self._refuse(codes.TOO_LARGE, message, _place(event), "a catalog needs about ten")
        if self._size > MOST_NODES:
            message = f"more than {MOST_NODES:,} values, those that aliases repeat included"
            help_ = "split the file, and write out what aliases repeat"
            self._refuse(codes.TOO_LARGE, message, _place(event), help_)

    def _report(self, code: Code, message: str, place: Position, help: str) -> None:
        self._diagnostics.report(code, message, span(self._path, self._lines, place), help=help)

    def _refuse(self, code: Code, message: str, place: Position, help: str) -> NoReturn:
        self._report(code, message, place, help)
        raise _UnusableError


def _place(event: yaml.Event) -> Position:
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        return 0, 0, 0, 0
    return start.line, start.column, end.line, end.column


def _whole(start: yaml.Event, end: yaml.Event, last: Position | None) -> Position:
    """Where a collection stands. In block style the parser ends it at the next token, we do not."""
    flow = isinstance(start, yaml.CollectionStartEvent) and start.flow_style
    ends = _place(end) if flow or last is None else last
    return *_place(start)[:2], *ends[2:]
