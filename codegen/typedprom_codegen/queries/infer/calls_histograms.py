"""Functions of histograms, classic and native."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from typedprom_codegen.promql.lexer import is_templated
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.string import String
from typedprom_codegen.queries import bounds, value_units
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.infer.inference import (
    CallInference,
    Inference,
    with_labels,
    with_values,
)
from typedprom_codegen.queries.known import BUCKET_LABEL
from typedprom_codegen.queries.label_sets import Labels
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type
from typedprom_codegen.queries.value_units import Unit


def _quantile(node: Call, inference: Inference) -> Type:
    level = inference.types[node.arguments[0]]
    found = inference.types[node.arguments[1]]
    return _quantile_of(node, found, level.bounds)


def _quantiles(node: Call, inference: Inference) -> Type:
    """Several quantiles at once, told apart by a label."""
    found = inference.types[node.arguments[0]]
    levels = [inference.types[argument].bounds for argument in node.arguments[2:]]
    least = min((level.least for level in levels), default=0.0)
    greatest = max((level.greatest for level in levels), default=1.0)
    quantiles = _quantile_of(node, found, Bounds(least, greatest))
    name = node.arguments[1]
    if isinstance(name, String) and not is_templated(name.value):
        return with_labels(quantiles, quantiles.labels.having(name.value))
    return with_labels(quantiles, quantiles.labels.opened())


def _quantile_of(node: Call, found: Type, level: Bounds) -> Type:
    inside = level.least >= 0 and level.greatest <= 1
    within = _observed(found) if inside else bounds.ANY
    quantiles = with_values(found, Meaning.QUANTILE, _observation_unit(found), within)
    return with_labels(quantiles, _without_le(node, found.labels))


def _without_le(node: Call, labels: Labels) -> Labels:
    return labels.dropping((BUCKET_LABEL,), node) if labels.may_have(BUCKET_LABEL) else labels


def _observation_unit(found: Type) -> Unit | None:
    if found.is_native:
        return found.unit
    series = found.buckets
    if series is None or series.metric.unit is None:
        return None
    return value_units.base(series.metric.unit)


def _observed(found: Type) -> Bounds:
    """From the lower end of the first bucket to the last bound: quantiles are not beyond it."""
    if found.buckets is None or not found.buckets.metric.buckets:
        return bounds.ANY
    listed = found.buckets.metric.buckets
    first = min(listed)
    return Bounds(min(first, 0.0) if first > 0 else first, max(listed))


def _count(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    unit = _flow(found, value_units.EVENTS_UNIT)
    if not found.is_native:  # of floats it returns nothing
        return with_values(found, Meaning.UNKNOWN, None)
    return with_values(found, found.meaning, unit, bounds.NOT_NEGATIVE)


def _sum(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    unit = _flow(found, found.unit) if found.is_native else None
    return with_values(found, found.meaning if found.is_native else Meaning.UNKNOWN, unit)


def _flow(found: Type, unit: Unit | None) -> Unit | None:
    """A unit, per second after `rate`."""
    if unit is None or found.meaning is not Meaning.RATE:
        return unit
    return unit.per(value_units.SECONDS_UNIT)


def _of_observations(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    unit = found.unit if found.is_native else None
    if node.name == "histogram_stdvar" and unit is not None:
        unit = unit.times(unit)
    is_spread = node.name != "histogram_avg"
    within = bounds.NOT_NEGATIVE if is_spread else bounds.ANY
    return with_values(found, Meaning.UNKNOWN if is_spread else Meaning.GAUGE, unit, within)


def _fraction(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[2]]
    fractions = with_values(found, Meaning.RATIO, value_units.PLAIN, bounds.FROM_0_TO_1)
    return with_labels(fractions, _without_le(node, found.labels))


HISTOGRAMS: Final[Mapping[str, CallInference]] = {
    "histogram_quantile": _quantile,
    "histogram_quantiles": _quantiles,
    "histogram_count": _count,
    "histogram_sum": _sum,
    "histogram_avg": _of_observations,
    "histogram_stddev": _of_observations,
    "histogram_stdvar": _of_observations,
    "histogram_fraction": _fraction,
}
