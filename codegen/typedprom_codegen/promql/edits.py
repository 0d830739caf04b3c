"""Changes to a query, each by the offsets it replaces. All else stays as it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from typedprom_codegen.promql.lexer import Extent
from typedprom_codegen.promql.query import Query, Selector
from typedprom_codegen.promql.vocabulary import PER_SECOND


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace a stretch of the query; an empty stretch inserts."""

    extent: Extent
    text: str


def apply(query: Query, edits: Iterable[Edit]) -> str:
    """The query's text with the edits made. They must not overlap."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits):
        if edit.extent.start < at:
            raise ValueError(f"edits overlap at {edit.extent.start}")
        parts += query.text[at : edit.extent.start], edit.text
        at = edit.extent.end
    return "".join([*parts, query.text[at:]])


def add_matchers(query: Query, wanted: Callable[[Selector], Sequence[str]]) -> Iterator[Edit]:
    """Add to each selector the matchers that `wanted` names for it, as text."""
    for selector in query.selectors:
        if matchers := ", ".join(wanted(selector)):
            at = Extent(selector.insert_at, selector.insert_at)
            yield Edit(at, selector.insert_as.format(matchers))


def swap_windows(query: Query, window: str) -> Iterator[Edit]:
    """Give each rate this window.

    Only where any window shows the same quantity: `increase(x[1h])` counts what happened in an
    hour, so its window is part of what it says and stays.
    """
    for selector in query.selectors:
        call = query.innermost_call(selector.extent)
        if selector.window and call and call.name in PER_SECOND:
            yield Edit(selector.window, window)
