"""The changes of labels in a query: matchers, groupings, and what two sides are matched on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from typedprom_codegen.mutate.mutant import QueryChange
from typedprom_codegen.mutate.swaps import KEYWORDS, MATCH_OPERATORS
from typedprom_codegen.promql.alternatives import alternatives_in
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.aggregation import Grouping
from typedprom_codegen.promql.nodes.binary import Matching
from typedprom_codegen.promql.nodes.selector import (
    NAME_LABEL,
    PATTERN_OPERATORS,
    Matcher,
    Selector,
)
from typedprom_codegen.promql.rewrite import Edit
from typedprom_codegen.promql.unquote import offsets

_COMMA: Final = re.compile(r"\s*,")
_OTHER: Final = "_other"
"""What is added to the value of a matcher or label to make another."""


def of_selector(text: str, node: Selector) -> Iterator[QueryChange]:
    """The changes of the matchers of a selector."""
    extents = [matcher.extent for matcher in node.matchers]
    for index, matcher in enumerate(node.matchers):
        if matcher.label.name == NAME_LABEL:
            continue
        yield from _of_operator(text, matcher)
        yield from _of_value(text, matcher)
        if not (matcher.operator == "=~" and matcher.value == ".*"):
            yield _removal(text, extents, index, f"matcher `{_part(text, matcher.extent)}` removed")


def of_grouping(text: str, grouping: Grouping) -> Iterator[QueryChange]:
    """The changes of `by` or `without`."""
    yield _keyword(text, grouping.keyword, grouping.extent)
    yield from _labels_removed(
        text, [label.extent for label in grouping.labels], f"`{grouping.keyword}`"
    )


def of_matching(text: str, matching: Matching) -> Iterator[QueryChange]:
    """The changes of `on` or `ignoring`, and of `group_left`."""
    if matching.keyword:
        yield _keyword(text, matching.keyword, matching.extent)
        labels = [label.extent for label in matching.labels]
        yield from _labels_removed(text, labels, f"`{matching.keyword}`")
    if matching.many:
        after = max((label.extent.end for label in matching.labels), default=matching.extent.start)
        yield _keyword(text, matching.many, Extent(after, matching.extent.end))
        included = [label.extent for label in matching.included]
        yield from _labels_removed(text, included, f"`{matching.many}`")


def _keyword(text: str, keyword: str, extent: Extent) -> QueryChange:
    start = text.lower().index(keyword, extent.start)
    other = KEYWORDS[keyword]
    return QueryChange(
        Edit(Extent(start, start + len(keyword)), other), f"grouping `{keyword}` to `{other}`"
    )


def _labels_removed(text: str, extents: Sequence[Extent], where: str) -> Iterator[QueryChange]:
    for index, extent in enumerate(extents):
        words = f"label `{_part(text, extent)}` removed from {where}"
        yield _removal(text, extents, index, words)


def _removal(text: str, extents: Sequence[Extent], index: int, words: str) -> QueryChange:
    """Remove an item of a list, with the comma that belongs to it."""
    start, end = extents[index]
    if index:
        start = extents[index - 1].end
    elif len(extents) > 1:
        end = extents[1].start
    elif comma := _COMMA.match(text, end):
        end = comma.end()
    return QueryChange(Edit(Extent(start, end), ""), words)


def _of_operator(text: str, matcher: Matcher) -> Iterator[QueryChange]:
    other = MATCH_OPERATORS[matcher.operator]
    start = text.index(matcher.operator, matcher.label.extent.end)
    edit = Edit(Extent(start, start + len(matcher.operator)), other)
    yield QueryChange(edit, f"matcher `{_part(text, matcher.extent)}` with `{other}`")


def _of_value(text: str, matcher: Matcher) -> Iterator[QueryChange]:
    """Another value; of a pattern with alternatives, each of them removed."""
    where, written = matcher.value_extent, _part(text, matcher.value_extent)
    if matcher.operator in PATTERN_OPERATORS:
        parts = alternatives_in(matcher.value)
        if len(parts) > 1:
            at = offsets(written)
            extents = [
                Extent(where.start + at[part.start], where.start + at[part.start + len(part.text)])
                for part in parts
            ]
            for index, part in enumerate(parts):
                words = f"alternative `{part.text}` removed from `{matcher.label.name}`"
                yield _removal(text, extents, index, words)
            return
    if matcher.operator.startswith("!") or matcher.value.endswith((".*", ".+")):
        return  # another value excludes nothing, like no matcher
    words = f"matcher `{_part(text, matcher.extent)}` with the value `{matcher.value}{_OTHER}`"
    yield QueryChange(Edit(where, f"{written[:-1]}{_OTHER}{written[-1]}"), words)


def _part(text: str, extent: Extent) -> str:
    return text[extent.start : extent.end]
