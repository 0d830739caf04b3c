"""Functions that return how fast the values of a range change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.queries import bounds, value_units
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.infer.inference import CallInference, Inference, with_values
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type
from typedprom_codegen.queries.value_units import Unit


def _never_negative(found: Type) -> Bounds:
    """A decrease counts as a reset, after which the value itself is what was added."""
    return bounds.NOT_NEGATIVE if found.bounds.least >= 0 and not found.is_native else bounds.ANY


def _per_second(found: Type) -> Unit | None:
    """Native histograms keep the unit of what they observe."""
    if found.is_native or found.unit is None:
        return found.unit
    return found.unit.per(value_units.SECONDS_UNIT)


def _rate(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return with_values(
        found,
        Meaning.RATE,
        _per_second(found),
        _never_negative(found),
        buckets=found.buckets,
        is_native=found.is_native,
    )


def _increase(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return with_values(
        found,
        Meaning.INCREASE,
        found.unit,
        _never_negative(found),
        buckets=found.buckets,
        is_native=found.is_native,
    )


def _delta(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    meaning = Meaning.GAUGE if found.meaning is Meaning.GAUGE else Meaning.UNKNOWN
    buckets = found.buckets
    return with_values(found, meaning, found.unit, buckets=buckets, is_native=found.is_native)


def _deriv(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return with_values(found, Meaning.RATE, _per_second(found))


def _predict(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return with_values(found, found.meaning, found.unit)


def _events(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return with_values(found, Meaning.INCREASE, value_units.EVENTS_UNIT, bounds.NOT_NEGATIVE)


RATES: Final[Mapping[str, CallInference]] = {
    "rate": _rate,
    "irate": _rate,
    "increase": _increase,
    "delta": _delta,
    "idelta": _delta,
    "deriv": _deriv,
    "predict_linear": _predict,
    "double_exponential_smoothing": _predict,
    "holt_winters": _predict,
    "resets": _events,
    "changes": _events,
}
