"""Breaks a long query into lines, at operators and in parentheses; nothing else is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.nodes.parenthesis import Parenthesis
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.precedence import PRECEDENCE
from typedprom_codegen.promql.rewrite import Edit, apply

_STEP: Final = 2

_Part = tuple[Expression, int, int]
"""An expression, the indentation of its line, and the column where it begins."""


def in_lines(text: str, width: int) -> str:
    """The query in lines of about `width`: those that are longer are broken, others are kept."""
    if "#" in text or all(len(line) <= width for line in text.split("\n")):
        return text
    query = parse(text)
    edits: list[Edit] = []
    waiting: list[_Part] = [_placed(text, query.root)]
    while waiting:
        node, indent, column = waiting.pop()
        if "\n" in text[node.start : node.end]:
            waiting += (_placed(text, part) for part in node.parts())
        elif column + node.end - node.start > width:
            broken, parts = _broken(text, node, indent)
            edits += broken
            waiting += parts or [(part, indent, indent) for part in node.parts()]
    return apply(query, edits)


def _placed(text: str, node: Expression) -> _Part:
    """A node with the indentation of its line, and its column in it, in the text as it is."""
    line = text[text.rfind("\n", 0, node.start) + 1 : node.start]
    return node, len(line) - len(line.lstrip(" ")), len(line)


def _broken(text: str, node: Expression, indent: int) -> tuple[list[Edit], list[_Part]]:
    """The line breaks in a node that is too long, and its parts, which may still be."""
    if isinstance(node, Binary):
        return _at_operators(text, node, indent)
    if isinstance(node, Parenthesis | Call | Aggregation) and (parts := node.parts()):
        inner = indent + _STEP
        breaks = [_break(text, part.start, inner) for part in parts]
        last = parts[-1].end
        end = text.index(")", last)
        breaks.append(Edit(Extent(last, end), "\n" + " " * indent))
        return breaks, [(part, inner, inner) for part in parts]
    return [], []


def _at_operators(text: str, node: Binary, indent: int) -> tuple[list[Edit], list[_Part]]:
    """Breaks before the operators of one precedence, except before a number."""
    edits: list[Edit] = []
    parts: list[_Part] = []
    for operation in _chain(node):
        start = operation.operator_extent.start
        if not isinstance(operation.right, Number):
            edits.append(_break(text, start, indent))
        parts.append((operation.right, indent, indent + operation.right.start - start))
        first = operation.left
    return edits, [*parts, (first, indent, indent)]


def _chain(node: Binary) -> Iterator[Binary]:
    """An operation and those on its left side of the same precedence."""
    each: Expression = node
    while isinstance(each, Binary) and PRECEDENCE[each.operator] == PRECEDENCE[node.operator]:
        yield each
        each = each.left


def _break(text: str, at: int, indent: int) -> Edit:
    """A line break in place of the blanks before an offset."""
    start = len(text[:at].rstrip())
    return Edit(Extent(start, at), "\n" + " " * indent)
