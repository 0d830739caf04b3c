"""Edits of a query by offsets, which leave the rest of its text unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from typedprom_codegen.promql_old.keywords import PER_SECOND
from typedprom_codegen.promql_old.lexer import Extent
from typedprom_codegen.promql_old.syntax import Query, Selector


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A replacement of a part of the query; an empty part inserts."""

    extent: Extent
    text: str


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
    for selector in query.selectors:
        if matchers := ", ".join(wanted(selector)):
            at = Extent(selector.insert_at, selector.insert_at)
            yield Edit(at, selector.insert_as.format(matchers))


def swap_windows(query: Query, window: str) -> Iterator[Edit]:
    """Replace the window of each rate.

    Other windows are kept: `increase(x[1h])` is the increase in an hour, whose
    window has a meaning.
    """
    for selector in query.selectors:
        call = query.innermost_call(selector.extent)
        if selector.window and call and call.name in PER_SECOND:
            yield Edit(selector.window, window)
