"""Which parts of PromQL's syntax a query uses that not every Prometheus reads, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from typedprom_codegen.promql import features
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.features import Feature
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import TRIMS, Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import LabelName, Selector
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.nodes.timed import Timed
from typedprom_codegen.promql.nodes.unary import Unary
from typedprom_codegen.promql.nodes.variable import Variable
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.tree import all_below

FoundFeature = tuple[Feature, Extent]

_COMPOSITE: Final = re.compile(r"\d+[a-z]+\d", re.ASCII)
_QUOTES: Final = frozenset("\"'`")
_IN_DURATIONS: Final = {
    "max_of": features.DURATION_MIN_OF,
    "min_of": features.DURATION_MIN_OF,
    "range": features.DURATION_RANGE,
    "step": features.DURATION_STEP,
}


def features_of(query: Query) -> Iterator[FoundFeature]:
    """Every use of such a part, in the order of the nodes."""
    for node in query.nodes:
        if isinstance(node, Timed):
            yield from _of_timed(node, query)
        elif isinstance(node, Binary):
            yield from _of_binary(node, query)
        elif isinstance(node, Number):
            yield from _of_number(node, query)
        elif isinstance(node, Aggregation) and node.grouping:
            yield from _quoted(node.grouping.labels, query)


def _of_timed(node: Timed, query: Query) -> Iterator[FoundFeature]:
    if isinstance(node, Selector):
        is_value = any(matcher.value_extent == node.name_extent for matcher in node.matchers)
        if query.text[node.name_extent.start] in _QUOTES and not is_value:
            yield features.QUOTED_NAME, node.name_extent
        yield from _quoted([matcher.label for matcher in node.matchers], query)
    elif isinstance(node, Range):
        yield from _of_duration(node.duration, query)
        if isinstance(node.selector, Selector) and node.selector.extension:
            return  # `x anchored[5m]`, which is reported at the selector
    elif isinstance(node, Subquery):
        yield features.SUBQUERY, node.extent
        yield from _of_duration(node.duration, query)
        if node.step is not None:
            yield from _of_duration(node.step, query)
    if node.offset is not None:
        yield from _of_offset(node.offset, query)
    if node.at is not None:
        yield features.AT, node.at.extent
        if isinstance(node.at, Number) and node.at.is_duration:
            yield features.DURATION_AS_NUMBER, node.at.extent
    if node.extension:
        yield features.EXTENSION, node.extent


def _of_offset(offset: Expression, query: Query) -> Iterator[FoundFeature]:
    if isinstance(offset, Number) and offset.value < 0:
        yield features.NEGATIVE_OFFSET, offset.extent
    if isinstance(offset, Unary) and isinstance(offset.expression, Variable):
        return  # a sign before a Grafana variable
    yield from _of_duration(offset, query)


def _of_duration(duration: Expression, query: Query) -> Iterator[FoundFeature]:
    if isinstance(duration, Number):
        if not duration.is_duration:
            yield features.NUMBER_AS_DURATION, duration.extent
        elif _COMPOSITE.search(query.text, duration.start, duration.end):
            yield features.COMPOSITE_DURATION, duration.extent
        return
    if isinstance(duration, Variable):
        return
    if not isinstance(duration, Call):
        yield features.DURATION_ARITHMETIC, duration.extent
    for node in all_below(duration):
        if isinstance(node, Call) and node.name in _IN_DURATIONS:
            yield _IN_DURATIONS[node.name], node.extent


def _of_binary(node: Binary, query: Query) -> Iterator[FoundFeature]:
    if node.operator == "atan2":
        yield features.ATAN2, node.operator_extent
    elif node.operator in TRIMS:
        yield features.TRIM, node.operator_extent
    if node.matching is not None:
        if node.matching.fills:
            yield features.FILL, node.matching.extent
        yield from _quoted((*node.matching.labels, *node.matching.included), query)


def _of_number(node: Number, query: Query) -> Iterator[FoundFeature]:
    if node.is_duration:
        yield features.DURATION_AS_NUMBER, node.extent
    elif "_" in query.text[node.start : node.end]:
        yield features.UNDERSCORE, node.extent


def _quoted(
    labels: list[LabelName] | tuple[LabelName, ...], query: Query
) -> Iterator[FoundFeature]:
    for label in labels:
        if query.text[label.extent.start] in _QUOTES:
            yield features.QUOTED_NAME, label.extent
