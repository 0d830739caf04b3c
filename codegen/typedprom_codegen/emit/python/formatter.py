"""Formats Python expressions as `ruff format` does, with a given line length.

An expression is text that stays on one line, a bracketed group, or a string literal. A group that
does not fit on its line has one item per line and a comma after the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.escape import python_string, python_strings, width

INDENT: Final = 4


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal; a long one is split into several in parentheses."""

    value: str


@dataclass(frozen=True, slots=True)
class Group:
    """Items in brackets; `head` ends with the opening, `tail` begins with the closing bracket."""

    head: str
    items: tuple[Expression, ...]
    tail: str
    lone_comma: str = ""  # after a single item on one line: `,` makes a tuple
    last_comma: str = ","  # after the last item if each has its own line


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword argument."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value in a dict display."""

    key: str
    value: Expression


Expression = str | Text | Group | Keyword | Entry


@dataclass(frozen=True, slots=True)
class Line:
    """The line of an expression: its indentation, and the text before and after it."""

    limit: int
    indent: int = 0
    before: str = ""
    after: str = ""

    def fits(self, text: str) -> bool:
        """Whether `text` fits on the line."""
        columns = self.indent + len(self.before) + len(self.after)
        return columns + width(text) <= self.limit

    def text(self, middle: str) -> str:
        """The whole line, with `middle` as its expression."""
        return f"{' ' * self.indent}{self.before}{middle}{self.after}"


def call(function: str, *arguments: Expression) -> Group:
    """A call, or the head of a class or function definition."""
    return Group(f"{function}(", arguments, ")")


def tuple_of(items: Iterable[Expression]) -> Group:
    """A tuple display."""
    return Group("(", tuple(items), ")", lone_comma=",")


def dict_of(items: Iterable[tuple[str, Expression]]) -> Group:
    """A dict display."""
    return Group("{", tuple(Entry(key, value) for key, value in items), "}")


def subscript(name: str, *arguments: Expression) -> Group:
    """A subscript; a comma after a single argument would make it a tuple."""
    return Group(f"{name}[", arguments, "]", last_comma="," if len(arguments) > 1 else "")


def one_line(expression: Expression) -> str:
    """The expression on one line, however long."""
    match expression:
        case str():
            return expression
        case Text(value):
            return python_string(value)
        case Keyword() | Entry():
            return f"{_lead(expression)}{one_line(expression.value)}"
        case Group(head, items, tail, lone_comma):
            inner = ", ".join(map(one_line, items)) + (lone_comma if len(items) == 1 else "")
            return f"{head}{inner}{tail}"


def lines(expression: Expression, line: Line) -> Iterator[str]:
    """The expression on one line if it fits, else on several."""
    if isinstance(expression, Keyword | Entry):
        before = f"{line.before}{_lead(expression)}"
        yield from lines(expression.value, Line(line.limit, line.indent, before, line.after))
        return
    flat = one_line(expression)
    if isinstance(expression, str) or line.fits(flat):
        yield line.text(flat)
    elif isinstance(expression, Text):
        inner = Line(line.limit, line.indent + INDENT)
        room = line.limit - inner.indent
        parts = [flat] if inner.fits(flat) else python_strings(expression.value, room)
        yield f"{' ' * line.indent}{line.before}("
        yield from (inner.text(part) for part in parts)
        yield f"{' ' * line.indent}){line.after}"
    else:
        yield from exploded(expression, line)


def _lead(expression: Keyword | Entry) -> str:
    """The text before the value."""
    if isinstance(expression, Keyword):
        return f"{expression.name}="
    return f"{python_string(expression.key)}: "


def exploded(group: Group, line: Line) -> Iterator[str]:
    """The group with one item per line, even if it would fit on one line."""
    yield f"{' ' * line.indent}{line.before}{group.head}"
    for index, item in enumerate(group.items, start=1):
        comma = "," if index < len(group.items) else group.last_comma
        yield from lines(item, Line(line.limit, line.indent + INDENT, after=comma))
    yield f"{' ' * line.indent}{group.tail}{line.after}"


def block(expression: Expression, limit: int, *, indent: int = 0, before: str = "") -> str:
    """The expression as text, its lines joined."""
    return "\n".join(lines(expression, Line(limit, indent, before)))


def assignment(target: str, annotation: Expression, value: Group, limit: int) -> str:
    """An annotated assignment.

    If the value's opening bracket does not fit on the first line, a call is put in parentheses; if
    that does not help, or the value is a tuple, the annotation is split.
    """
    type_ = one_line(annotation)
    line = Line(limit, before=f"{target}: {type_} = ")
    if line.fits(value.head) or line.fits(one_line(value)):
        return "\n".join(lines(value, line))
    indented = list(lines(value, Line(limit, indent=INDENT)))
    is_call = value.head != "("
    if is_call and line.fits("(") and all(width(each) <= limit for each in indented):
        return "\n".join([line.text("("), *indented, ")"])
    if isinstance(annotation, Group):
        *first, last = exploded(annotation, Line(limit, before=f"{target}: ", after=" = "))
        return "\n".join([*first, *lines(value, Line(limit, before=last))])
    return "\n".join(lines(value, line))
