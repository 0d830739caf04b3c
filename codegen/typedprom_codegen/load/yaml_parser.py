"""Parses YAML by events into nodes with exact positions, with limits on depth and size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NoReturn, TypeVar

import yaml

from typedprom_codegen.codes import fields
from typedprom_codegen.codes import files as codes
from typedprom_codegen.diagnostics import Code, Diagnostics, Related
from typedprom_codegen.load.file_text import line_lengths
from typedprom_codegen.load.scalars import AmbiguousScalar, describe, resolve_plain
from typedprom_codegen.load.yaml_errors import explain_yaml_error
from typedprom_codegen.load.yaml_nodes import (
    AliasNode,
    Anchored,
    Data,
    ListNode,
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SourceFile,
    dereferenced,
    span,
)

DEEPEST: Final = 64
MOST_NODES: Final = 1_000_000
MERGE_KEY: Final = "<<"
STRING_TAG: Final = "tag:yaml.org,2002:str"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class PythonLoader(yaml.Loader):
    """PyYAML's own parser, which reads question marks in flow collections as libyaml does.

    One difference is left: it rejects tabs between words, which libyaml reads as spaces.
    """

    _in_plain = False

    def scan_plain(self) -> yaml.ScalarToken:
        """Scan a plain scalar. `peek` determines where it ends, not its text."""
        self._in_plain = True
        token = super().scan_plain()
        self._in_plain = False
        return token

    def peek(self, index: int = 0) -> str:
        """The character at this offset; in a plain scalar, `?` is an ordinary character."""
        character = super().peek(index)
        return "x" if self._in_plain and character == "?" else character


PARSER: Final = getattr(yaml, "CLoader", PythonLoader)
"""libyaml's parser if PyYAML has it, else PyYAML's, which is slower."""


class _UnusableError(Exception):
    """The file cannot be used, which was reported."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    node: Anchored
    size: int  # nodes in it, including those of aliases
    height: int  # levels in it


def parse(
    text: str, path: str, diagnostics: Diagnostics, parser: type = PARSER
) -> SourceFile | None:
    """The content of a file; None if it is not valid, which is reported."""
    builder = _Builder(path, line_lengths(text), diagnostics)
    root = _built(text, builder, _Builder.document, parser)
    return None if root is None else SourceFile(path, text, builder.lines, root)


def parse_documents(
    text: str, path: str, diagnostics: Diagnostics, parser: type = PARSER
) -> list[Node] | None:
    """The documents of a file in another language than the catalog's; None if it is not valid.

    Keys can be any scalars, `<<` is a key like others, and tags are ignored.
    """
    builder = _AnyBuilder(path, line_lengths(text), diagnostics)
    return _built(text, builder, _AnyBuilder.documents, parser)


def _built(
    text: str,
    builder: _AnyBuilt,
    build: Callable[[_AnyBuilt, Iterator[yaml.Event]], _Result],
    parser: type,
) -> _Result | None:
    try:
        return build(builder, yaml.parse(text, Loader=parser))
    except _UnusableError:
        return None
    except (yaml.YAMLError, ValueError, OverflowError) as problem:  # escapes beyond Unicode
        found = explain_yaml_error(problem, text)
        builder.report(found.code, found.message, found.position, found.help)
        return None


class _Builder:
    """Builds the nodes of one file from parser events."""

    def __init__(self, path: str, lines: tuple[int, ...], diagnostics: Diagnostics) -> None:
        self._path = path
        self.lines = lines
        self._diagnostics = diagnostics
        self._events: Iterator[yaml.Event] = iter(())
        self._anchors: dict[str, _Anchor | None] = {}  # None until the end of the value
        self._size = 0
        self._reached = 0  # the deepest level since the innermost open anchor

    def document(self, events: Iterator[yaml.Event]) -> MappingNode:
        """The mapping of the only document of the file."""
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
                "add a `component:` with `metrics:`, or delete the file",
            )
        if not isinstance(root, MappingNode):
            message = f"`{self._path}` must contain `key: value` pairs, not {describe(root.data)}"
            help_ = "a catalog file begins with `catalog:` or `component:`"
            self._refuse(fields.WRONG_TYPE, message, root.position, help_)
        return root

    def _several_documents(self, event: yaml.Event) -> NoReturn:
        self._refuse(
            codes.SEVERAL_DOCUMENTS,
            "a second document begins here; a catalog file must be one document",
            _position(event),
            "remove the line `---`, or move the second document to a file of its own",
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
        text, position = event.value, _position(event)
        if not text.isascii() and _SURROGATE.search(text):
            message = "half a surrogate pair is not a character"
            help_ = (
                'write the character itself, or an escape with eight digits, such as "\\U0001F600"'
            )
            self.report(codes.FORBIDDEN_CHARACTER, message, position, help_)
            text = text.encode("utf-8", "replace").decode("utf-8")
        plain, tag = not event.style, event.tag
        if plain and tag is None:
            return ScalarNode(position, resolve_plain(text), text, plain=True)
        if tag != STRING_TAG:
            self._check_tag(event, tag)
        return ScalarNode(position, text, text, plain)

    def _list(self, start: yaml.Event, depth: int) -> ListNode:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        position = _whole(start, event, items[-1].position if items else None)
        return ListNode(position, [item.data for item in items], tuple(items))

    def _mapping(self, start: yaml.Event, depth: int) -> MappingNode:
        keys: dict[str, Position] = {}
        values: dict[str, Node] = {}
        data: dict[str, Data] = {}
        last: Position | None = None
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            last = value.position
            name = self._key(key)
            if name is None:
                continue
            if name in keys:
                self._duplicate(name, key.position, keys[name])
                continue
            keys[name], values[name], data[name] = key.position, value, value.data
        return MappingNode(_whole(start, event, last), data, keys, values)

    def _key(self, node: Node) -> str | None:
        """The text of a key; None if the node cannot be a key, which is reported."""
        if not isinstance(node, ScalarNode):
            message = "a key must be a string, not a list, a mapping or an alias"
            self.report(codes.UNSUPPORTED_YAML, message, node.position, "write the key out")
            return None
        if node.plain and node.text == MERGE_KEY:
            message = "merge keys (`<<`) are not supported"
            help_ = "write the fields out; only a whole value can be an alias"
            self.report(codes.UNSUPPORTED_YAML, message, node.position, help_)
            return None
        if not isinstance(node.data, str):
            self._ambiguous_key(node)
        return node.text

    def _ambiguous_key(self, node: ScalarNode) -> None:
        if not node.text:
            message, help_ = "the key before this `:` is missing", "write `key: value`"
        else:
            message = f"expected a key, but unquoted `{node.text}` is {describe(node.data)}"
            help_ = f'quote it: "{node.text}"'
        self.report(fields.UNQUOTED_TEXT, message, node.position, help_)

    def _duplicate(self, name: str, again: Position, first: Position) -> None:
        self._diagnostics.report(
            codes.DUPLICATE_KEY,
            f"the key `{name}` appears twice",
            span(self._path, self.lines, again),
            help="rename or remove one of the two",
            related=[Related(span(self._path, self.lines, first), f"the first `{name}` is here")],
        )

    def _alias(self, event: yaml.AliasEvent, depth: int) -> AliasNode:
        name, position = event.anchor or "", _position(event)
        anchor = self._anchors.get(name)
        if anchor is not None:
            self._size += anchor.size
            self._limit(depth + anchor.height, event)
            return AliasNode(position, anchor.node)
        if name in self._anchors:
            message = f"the alias `*{name}` is inside the value that it refers to"
            self._refuse(codes.BAD_ALIAS, message, position, "write the value out")
        message = f"the alias `*{name}` is undefined: no earlier value has the anchor `&{name}`"
        help_ = f"add the anchor `&{name}` to a value, or put text that begins with `*` in quotes"
        return self._refuse(codes.BAD_ALIAS, message, position, help_)

    def _check_tag(self, event: yaml.Event, tag: str | None) -> None:
        if tag is not None and tag != "!":
            message = "tags (`!…`) are not supported"
            help_ = "remove the tag; put text that begins with `!` in quotes"
            self.report(codes.UNSUPPORTED_YAML, message, _position(event), help_)

    def _limit(self, depth: int, event: yaml.Event) -> None:
        self._reached = max(self._reached, depth)
        if depth > DEEPEST:
            message = f"more than {DEEPEST} levels of nesting"
            self._refuse(
                codes.TOO_LARGE,
                message,
                _position(event),
                "reduce the nesting",
            )
        if self._size > MOST_NODES:
            message = f"more than {MOST_NODES:,} values, including those repeated by aliases"
            help_ = "split the file, and use fewer aliases"
            self._refuse(codes.TOO_LARGE, message, _position(event), help_)

    def report(self, code: Code, message: str, position: Position, help: str) -> None:
        """Report a problem of the file."""
        self._diagnostics.report(code, message, span(self._path, self.lines, position), help=help)

    def _refuse(self, code: Code, message: str, position: Position, help: str) -> NoReturn:
        self.report(code, message, position, help)
        raise _UnusableError


class _AnyBuilder(_Builder):
    """Builds the nodes of a file that is not the catalog's, and of all of its documents."""

    def documents(self, events: Iterator[yaml.Event]) -> list[Node]:
        """The values of the documents."""
        self._events = events
        found: list[Node] = []
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors = {}
                found.append(self._node(next(events), 1))
        return found

    def _key(self, node: Node) -> str | None:
        target = dereferenced(node)
        return target.text if isinstance(target, ScalarNode) else None

    def _check_tag(self, event: yaml.Event, tag: str | None) -> None:
        pass


_AnyBuilt = TypeVar("_AnyBuilt", bound=_Builder)
_Result = TypeVar("_Result")


def _position(event: yaml.Event) -> Position:
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        return 0, 0, 0, 0
    return start.line, start.column, end.line, end.column


def _whole(start: yaml.Event, end: yaml.Event, last: Position | None) -> Position:
    """The position of a collection. In block style it ends with its last value."""
    flow = isinstance(start, yaml.CollectionStartEvent) and start.flow_style
    ends = _position(end) if flow or last is None else last
    return *_position(start)[:2], *ends[2:]
