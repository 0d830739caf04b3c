"""Walks through a syntax tree: what is inside of parentheses, what is below an expression."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.parenthesis import Parenthesis


def without_parentheses(node: Expression) -> Expression:
    """The expression inside of any parentheses around it."""
    while isinstance(node, Parenthesis):
        node = node.expression
    return node


def all_below(node: Expression) -> Iterator[Expression]:
    """An expression and all that it is made of."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.parts())
