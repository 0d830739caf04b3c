"""Edits of a query by the positions of its nodes; the rest of its text is unchanged to the byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.tree import without_parentheses

PER_SECOND: Final = frozenset({"rate", "irate"})
"""Functions whose window only smooths: the result has the same meaning for any window."""


class Edit(NamedTuple):
    """A replacement of a part of the query; an empty part inserts."""

    extent: Extent
    text: str


def insertion(at: int, text: str) -> Edit:
    """An edit that inserts a text at an offset."""
    return Edit(Extent(at, at), text)


def apply(query: Query, edits: Iterable[Edit]) -> str:
    """The query's text with the edits applied. They must not overlap."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits):
        if edit.extent.start < at:
            raise ValueError(f"edits overlap at {edit.extent.start}")
        parts += query.text[at : edit.extent.start], edit.text
        at = edit.extent.end
    return "".join([*parts, query.text[at:]])


def add_matchers(query: Query, wanted: Callable[[Selector], Sequence[str]]) -> Iterator[Edit]:
    """Add to each selector the matchers that `wanted` returns for it, as text."""
    for selector in query.all(Selector):
        if matchers := ", ".join(wanted(selector)):
            yield insertion(selector.insert_at, selector.insert_as.format(matchers))


def swap_windows(query: Query, window: str) -> Iterator[Edit]:
    """Replace the window of each rate.

    Other windows are kept: `increase(x[1h])` is the increase in an hour, whose
    window has a meaning.
    """
    for call in query.all(Call):
        for argument in map(without_parentheses, call.arguments if call.name in PER_SECOND else ()):
            if isinstance(argument, Range):
                yield Edit(argument.duration.extent, window)
