"""The type of an aggregation: which labels it keeps, and what its values are."""

from __future__ import annotations

import math
from typing import Final

from typedprom_codegen.promql.aggregations import AGGREGATIONS
from typedprom_codegen.promql.lexer import has_variable, is_templated
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.promql.nodes.string import String
from typedprom_codegen.queries import bounds, value_units
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.infer.inference import Inference
from typedprom_codegen.queries.label_sets import Labels
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type

_ADDS_UP: Final = frozenset({"sum", "avg"})
"""Aggregations that return native histograms, and of buckets buckets."""

_SAME_UNIT: Final = frozenset({"sum", "avg", "min", "max", "quantile", "stddev"})
_SAME_MEANING: Final = frozenset({"sum", "avg", "min", "max", "quantile"})


def infer_aggregation(node: Aggregation, inference: Inference) -> Type:
    """The type of an aggregation."""
    found = inference.types[node.expression]
    aggregator = AGGREGATIONS.get(node.name)
    if aggregator is not None and aggregator.selects:
        return found
    adds_up = node.name in _ADDS_UP
    labels = _labels(node, found.labels)
    return Type(
        Kind.INSTANT,
        _meaning(node.name, found),
        labels,
        _unit(node.name, found),
        bounds.ANY if found.is_native else _bounds(node, found, inference),
        found.buckets if adds_up and "le" in labels.sure else None,
        found.is_native and adds_up,
        found.series,
        found.has_series,
    )


def _labels(node: Aggregation, labels: Labels) -> Labels:
    grouping = node.grouping
    names = [label.name for label in grouping.labels] if grouping is not None else []
    if any(map(has_variable, names)):
        left = labels.opened()
    elif grouping is not None and grouping.keyword == "without":
        left = labels.dropping(names, node)
    else:
        left = labels.only(names, node)
    if node.name != "count_values":
        return left
    if isinstance(node.parameter, String) and not is_templated(node.parameter.value):
        return left.having(node.parameter.value)
    return left.opened()


def _meaning(name: str, found: Type) -> Meaning:
    if name in _SAME_MEANING:
        if found.meaning in {Meaning.INFO, Meaning.STATE} and name in {"sum", "avg"}:
            return Meaning.COUNT if name == "sum" else Meaning.RATIO
        return found.meaning
    if name in {"count", "count_values"}:
        return Meaning.COUNT
    return Meaning.INFO if name == "group" else Meaning.UNKNOWN


def _unit(name: str, found: Type) -> value_units.Unit | None:
    if name in _SAME_UNIT:
        return found.unit
    if name == "stdvar":
        return found.unit.times(found.unit) if found.unit is not None else None
    return value_units.PLAIN if name in {"count", "count_values", "group"} else None


def _bounds(node: Aggregation, found: Type, inference: Inference) -> Bounds:
    name = node.name
    if name == "sum":
        return _of_sum(found)
    if name in {"avg", "min", "max"}:
        return found.bounds
    if name == "quantile":
        level = inference.types[node.parameter].bounds if node.parameter is not None else bounds.ANY
        return found.bounds if level.least >= 0 and level.greatest <= 1 else bounds.ANY
    if name == "group":
        return bounds.ONE
    if name == "count":
        return Bounds(1.0, _most_series(found.labels))
    if name == "count_values":
        return Bounds(1.0, math.inf)
    return bounds.NOT_NEGATIVE if name in {"stddev", "stdvar"} else bounds.ANY


def _of_sum(found: Type) -> Bounds:
    """Of the sum of at least one value, and of at most as many as there can be series."""
    most = _most_series(found.labels)
    least, greatest = found.bounds
    return Bounds(
        least if least >= 0 else least * most,
        greatest if greatest <= 0 else greatest * most,
    )


def _most_series(labels: Labels) -> float:
    """How many series there can be, if all labels have closed values."""
    if labels.is_open:
        return math.inf
    most = 1.0
    for label in labels.possible:
        values = labels.values.get(label)
        if values is None:
            return math.inf
        most *= len(values) + (label not in labels.sure)
    return max(most, 1.0)
