"""Walks through a syntax tree: what is inside of parentheses, what is below an expression."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.parenthesis import Parenthesis


def without_parentheses(node: Expression) -> Expression:
    """The expression inside of any parentheses around it."""
    while isinstance(node, Parenthesis):
        node = node.expression
    return node


MOST_PARTS: Final = 200


def few_below(node: Expression) -> list[Expression] | None:
    """What `all_below` yields; None of an expression with more than `MOST_PARTS` parts.

    Rules that look below each node of a query take no longer for a large one, and say less.
    """
    found = list(islice(all_below(node), MOST_PARTS + 1))
    return found if len(found) <= MOST_PARTS else None


def all_below(node: Expression) -> Iterator[Expression]:
    """An expression and all that it is made of."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.parts())
