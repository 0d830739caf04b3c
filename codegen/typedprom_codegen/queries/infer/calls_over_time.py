"""Functions that make one value of all values of a range."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.queries import bounds, value_units
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.infer.inference import (
    CallInference,
    Inference,
    of_kind,
    with_values,
)
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type


def _one_of(node: Call, inference: Inference) -> Type:
    """A value that is one of the range, or between two: avg, min, max, last, quantile."""
    return of_kind(inference.types[node.arguments[-1]], node.kind)


def _quantile(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[-1]]
    level = inference.types[node.arguments[0]].bounds
    inside = level.least >= 0 and level.greatest <= 1
    return with_values(found, found.meaning, found.unit, found.bounds if inside else bounds.ANY)


def _sum(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    least, greatest = found.bounds
    within = Bounds(
        least if least >= 0 else -math.inf,
        greatest if greatest <= 0 else math.inf,
    )
    meaning = found.meaning if found.meaning is Meaning.INCREASE else Meaning.UNKNOWN
    return with_values(
        found,
        meaning,
        found.unit,
        bounds.ANY if found.is_native else within,
        buckets=found.buckets,
        is_native=found.is_native,
    )


def _spread(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    unit = found.unit
    if node.name == "stdvar_over_time" and unit is not None:
        unit = unit.times(unit)
    return with_values(found, Meaning.UNKNOWN, unit, bounds.NOT_NEGATIVE)


def _count(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return with_values(found, Meaning.UNKNOWN, value_units.PLAIN, Bounds(1.0, math.inf))


def _present(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return with_values(found, Meaning.STATE, value_units.PLAIN, bounds.ONE)


def _time_of(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return with_values(found, Meaning.TIMESTAMP, value_units.SECONDS_UNIT)


OVER_TIME: Final[Mapping[str, CallInference]] = {
    "avg_over_time": _one_of,
    "min_over_time": _one_of,
    "max_over_time": _one_of,
    "last_over_time": _one_of,
    "first_over_time": _one_of,
    "quantile_over_time": _quantile,
    "sum_over_time": _sum,
    "stddev_over_time": _spread,
    "stdvar_over_time": _spread,
    "mad_over_time": _spread,
    "count_over_time": _count,
    "present_over_time": _present,
    "ts_of_max_over_time": _time_of,
    "ts_of_min_over_time": _time_of,
    "ts_of_last_over_time": _time_of,
    "ts_of_first_over_time": _time_of,
}
