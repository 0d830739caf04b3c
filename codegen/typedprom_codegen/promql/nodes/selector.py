"""A selector: `http_requests_total{code="200"}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.lexer import STRING, WORD, has_variable, is_templated
from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.promql.nodes.timed import Timed
from typedprom_codegen.promql.patterns import matches_whole, problem
from typedprom_codegen.promql.reader import Reader, fail
from typedprom_codegen.promql.unquote import unquote

NAME_LABEL: Final = "__name__"
MATCH_OPERATORS: Final = frozenset({"=", "!=", "=~", "!~"})
PATTERN_OPERATORS: Final = frozenset({"=~", "!~"})


class LabelName(NamedTuple):
    """The name of a label in a query. It can contain a Grafana variable."""

    name: str
    extent: Extent


class Matcher(NamedTuple):
    """One condition of a selector: `source_id=~"k.*"`. The value can contain Grafana variables."""

    label: LabelName
    operator: str  # = != =~ !~
    value: str  # without quotes and escapes
    extent: Extent
    value_extent: Extent  # with its quotes


@dataclass(slots=True, eq=False)
class Selector(Timed):
    """An instant vector selector. A quoted name in the braces is its name as well."""

    name: str | None  # None: not fixed, a pattern or a word with a Grafana variable
    matchers: tuple[Matcher, ...]  # for `__name__`: those as written, and a second name in quotes
    is_open: bool  # whether a Grafana variable stands for more matchers
    name_extent: Extent  # of the whole selector where no name is written
    insert_at: int  # offset for another matcher
    insert_as: str  # its text, with `{}` for the matcher


class _Braces:
    """What is between the braces of a selector."""

    __slots__ = ("insert_as", "insert_at", "is_open", "matchers", "names")

    def __init__(self) -> None:
        self.matchers: list[Matcher] = []
        self.names: list[tuple[str, Extent]] = []  # in quotes, or matched by `__name__=`
        self.is_open = False
        self.insert_at = 0
        self.insert_as = "{}"

    def add_name(self, name: str, extent: Extent) -> None:
        """Add a name in quotes. A second one is a condition, as Prometheus reads it."""
        if self.names:
            label = LabelName(NAME_LABEL, extent)
            self.matchers.append(Matcher(label, "=", name, extent, extent))
        self.names.append((name, extent))


def read_selector(reader: Reader) -> bool:
    """Read a selector, which begins with a name or with a brace."""
    at = reader.at
    start = reader.starts[at]
    if reader.kinds[at] != WORD:
        node = _without_name(reader, start)
        reader.push(node)
        if not node.name:
            reader.nameless.append(node)
        return True
    text = reader.texts[at]
    end = start + len(text)
    extent = Extent(start, end)
    name = None if reader.varies and has_variable(text) else text
    reader.at = at + 1
    if reader.kinds[at + 1] != "{":
        node = Selector(
            *(start, end, Kind.INSTANT, None, None, ""),
            *(name, (), False, extent, end, "{{{}}}"),
        )
        reader.push(node)
        return True
    found = _read_braces(reader)
    _check_one_name(found)
    reader.push(_selector(reader, start, name, extent, found))
    return True


def _check_one_name(found: _Braces) -> None:
    """Refuse a name in the braces where there is one before them."""
    for _, extent in found.names:
        fail("the metric has two names", extent)
    for matcher in found.matchers:
        if matcher.label.name == NAME_LABEL:
            fail("the metric has a name and a pattern for it", matcher.extent)


def _without_name(reader: Reader, start: int) -> Selector:
    found = _read_braces(reader)
    whole = Extent(start, reader.end())
    name, extent = found.names[0] if found.names else (None, whole)
    return _selector(reader, start, name, extent, found)


def _selector(
    reader: Reader, start: int, name: str | None, extent: Extent, found: _Braces
) -> Selector:
    return Selector(
        start,
        reader.end(),
        Kind.INSTANT,
        None,
        None,
        "",
        name,
        tuple(found.matchers),
        found.is_open,
        extent,
        found.insert_at,
        found.insert_as,
    )


def _read_braces(reader: Reader) -> _Braces:
    found = _Braces()
    reader.at += 1
    found.insert_at = reader.end()
    kinds = reader.kinds
    while kinds[reader.at] != "}":
        _read_condition(reader, found)
        found.insert_at, found.insert_as = reader.end(), ", {}"
        kind = kinds[reader.at]
        if kind == ",":
            reader.at += 1
        elif kind != "}":
            _refuse_or(reader)
            reader.unexpected("`,` or `}`")
    reader.at += 1
    return found


def _read_condition(reader: Reader, found: _Braces) -> None:
    """Read a matcher, the metric's name in quotes, or a variable for more matchers."""
    at = reader.at
    kind, text, start = reader.kinds[at], reader.texts[at], reader.starts[at]
    if kind == STRING:
        label = unquote(text, start)
        if reader.kinds[at + 1] not in MATCH_OPERATORS:
            reader.at = at + 1
            found.add_name(label, reader.extent(at))
            return
        if not label:
            fail("the name of a label must not be empty", reader.extent(at))
    elif kind == WORD and (reader.varies or ":" not in text):
        label = text
    else:
        reader.unexpected("the name of a label, or `}`")
    operator = reader.kinds[at + 1]
    if operator not in MATCH_OPERATORS:
        reader.at = at + 1
        if kind == WORD and reader.varies and has_variable(text):
            found.is_open = True
            return
        reader.unexpected("one of =, !=, =~ and !~")
    _read_value(reader, found, LabelName(label, Extent(start, start + len(text))), operator)


def _read_value(reader: Reader, found: _Braces, label: LabelName, operator: str) -> None:
    at = reader.at + 2
    reader.at = at
    text, start = reader.texts[at], reader.starts[at]
    if reader.kinds[at] == STRING:
        value = unquote(text, start)
    elif reader.kinds[at] == WORD and reader.varies and has_variable(text):
        value = text  # a variable with a format that adds the quotes
    else:
        reader.unexpected("a string in quotes")
    end = start + len(text)
    extent = Extent(start, end)
    if operator in PATTERN_OPERATORS and not (reader.varies and is_templated(value)):
        reason = problem(value)
        if reason:
            fail(f"not a regular expression: {reason}", extent)
    reader.at = at + 1
    found.matchers.append(Matcher(label, operator, value, Extent(label.extent.start, end), extent))
    if label.name == NAME_LABEL and operator == "=":
        found.names.append((value, extent))


def _refuse_or(reader: Reader) -> None:
    if reader.texts[reader.at].lower() == "or":
        extent = reader.extent(reader.at)
        fail("Prometheus has no `or` between matchers: use =~, or `or` between selectors", extent)


def check_not_empty(node: Selector) -> None:
    """Refuse a selector of all series: one of its matchers must not match an absent label."""
    if node.is_open:
        return
    for matcher in node.matchers:
        if not _matches_absent(matcher):
            return
    fail("a selector needs a name, or a matcher that an absent label does not satisfy", node.extent)


def _matches_absent(matcher: Matcher) -> bool:
    """Whether a series without the label satisfies a matcher, as far as that is known."""
    value = matcher.value
    if is_templated(value):
        return False
    if matcher.operator == "=":
        return not value
    if matcher.operator == "!=":
        return bool(value)
    matches = matches_whole(value, "")
    return matches is not None and matches == (matcher.operator == "=~")
