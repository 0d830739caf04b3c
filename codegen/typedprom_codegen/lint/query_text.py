"""Parts of queries in messages, and in the queries that help lines suggest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from typedprom_codegen.message_parts import quoted
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.tree import without_parentheses
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.known import RENAMED_PREFIX

LONGEST_SUGGESTION: Final = 100
"""Characters of a query that a help line repeats at most."""

_LONGEST_TEXT: Final = 1000
_ELLIPSIS: Final = "…"


def text_of(node: Expression, query: CheckedQuery) -> str:
    """The text of an expression on one line; of a large one its beginning, and an ellipsis."""
    text = query.query.text[node.start : min(node.end, node.start + _LONGEST_TEXT)]
    more = _ELLIPSIS if node.end > node.start + _LONGEST_TEXT else ""
    return " ".join(text.split()) + more


def shown(node: Expression, query: CheckedQuery) -> str:
    """An expression in a message: a selector as its name, others as their text, shortened."""
    inner = without_parentheses(node)
    if isinstance(inner, Range):
        inner = inner.selector
    if isinstance(inner, Selector) and inner.name:
        return f"`{inner.name}`"
    return quoted(text_of(inner, query))


def without_renamed(labels: Iterable[str]) -> list[str]:
    """Labels for a help line: without those that Prometheus renames where targets have them."""
    return sorted(label for label in labels if not label.startswith(RENAMED_PREFIX))


def suggested(text: str, otherwise: str) -> str:
    """A help line: what to write, or what it says instead of a long query."""
    is_whole = not {"#", _ELLIPSIS} & {*text}  # a comment would end at another place
    return f"write `{text}`" if is_whole and len(text) <= LONGEST_SUGGESTION else otherwise
