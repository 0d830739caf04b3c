"""The values and patterns of matchers, as rules look at them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from typedprom_codegen.promql.alternatives import Alternative, alternatives_in
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.lexer import has_variable, is_templated
from typedprom_codegen.promql.nodes.selector import (
    NAME_LABEL,
    PATTERN_OPERATORS,
    Matcher,
    Selector,
)
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.unquote import offsets
from typedprom_codegen.queries.known import Series

INVALID: Final = "_invalid"
"""What the runtime records instead of a value that a closed set does not list."""


def is_always_set(series: Series) -> bool:
    """Whether each series has all labels, with a value: those that our runtime records."""
    return series.metric.declared is not None and series.metric.declared.emitted


def fixed_matchers(selector: Selector) -> Iterator[Matcher]:
    """The matchers of labels that contain no Grafana variable."""
    for matcher in selector.matchers:
        name = matcher.label.name
        if name != NAME_LABEL and not has_variable(name) and not is_templated(matcher.value):
            yield matcher


def is_pattern(matcher: Matcher) -> bool:
    """Whether a matcher has a regular expression."""
    return matcher.operator in PATTERN_OPERATORS


def is_negative(matcher: Matcher) -> bool:
    """Whether a matcher excludes what its value says."""
    return matcher.operator[0] == "!"


def values_of(matcher: Matcher) -> list[Alternative]:
    """The value of a matcher, or the alternatives of its pattern."""
    if is_pattern(matcher):
        return alternatives_in(matcher.value)
    return [Alternative(matcher.value, 0)]


def extent_of(part: Alternative, matcher: Matcher, query: Query) -> Extent:
    """Where a part of a matcher's value stands in the query; of an empty one, the whole value."""
    start, end = matcher.value_extent
    if not part.text:
        return matcher.value_extent
    places = _offsets(query.text[start:end])
    return Extent(start + places[part.start], start + places[part.start + len(part.text)])


_offsets: Final = lru_cache(maxsize=4)(offsets)  # each part of a pattern asks for them
