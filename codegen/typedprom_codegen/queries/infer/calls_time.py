"""Functions of times and dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.queries import bounds, value_units
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.infer.inference import CallInference, Inference, with_values
from typedprom_codegen.queries.label_sets import NONE
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type

_NOW: Final = Type(
    Kind.SCALAR,
    Meaning.TIMESTAMP,
    NONE,
    value_units.SECONDS_UNIT,
    bounds.NOT_NEGATIVE,
    has_series=False,
)
_LENGTH: Final = Type(
    Kind.SCALAR,
    Meaning.UNKNOWN,
    NONE,
    value_units.SECONDS_UNIT,
    bounds.NOT_NEGATIVE,
    has_series=False,
)
_DATES: Final = {
    "minute": Bounds(0, 59),
    "hour": Bounds(0, 23),
    "day_of_week": Bounds(0, 6),
    "day_of_month": Bounds(1, 31),
    "day_of_year": Bounds(1, 366),
    "days_in_month": Bounds(28, 31),
    "month": Bounds(1, 12),
    "year": bounds.ANY,
}


def _now(node: Call, inference: Inference) -> Type:
    del node, inference
    return _NOW


def _length(node: Call, inference: Inference) -> Type:
    del node, inference
    return _LENGTH


def _timestamp(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return with_values(found, Meaning.TIMESTAMP, value_units.SECONDS_UNIT)


def _date(node: Call, inference: Inference) -> Type:
    """A part of a date: of now, without an argument."""
    within = _DATES[node.name]
    if node.arguments:
        found = inference.types[node.arguments[0]]
        return with_values(found, Meaning.GAUGE, value_units.PLAIN, within)
    return Type(Kind.INSTANT, Meaning.GAUGE, NONE, value_units.PLAIN, within, has_series=False)


TIMES: Final[Mapping[str, CallInference]] = {
    "time": _now,
    "start": _now,
    "end": _now,
    "step": _length,
    "range": _length,
    "timestamp": _timestamp,
    "start_timestamp": _timestamp,
    **dict.fromkeys(_DATES, _date),
}
