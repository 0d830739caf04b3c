"""Functions of single values: rounding, clamping, roots, angles; and `vector` and `scalar`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.queries import bounds, value_units
from typedprom_codegen.queries.bounds import ANY, Bounds
from typedprom_codegen.queries.infer.inference import (
    CallInference,
    Inference,
    both_series,
    with_bounds,
    with_values,
)
from typedprom_codegen.queries.label_sets import NONE
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type

_SIGN: Final = Bounds(-1.0, 1.0)


def _abs(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return with_bounds(found, found.bounds.absolute())


def _rounded(to_integer: Callable[[float], int]) -> CallInference:
    def round_value(value: float) -> float:
        return value if math.isinf(value) else float(to_integer(value))

    def infer(node: Call, inference: Inference) -> Type:
        found = inference.types[node.arguments[0]]
        return with_bounds(found, found.bounds.mapped(round_value))

    return infer


def _round(node: Call, inference: Inference) -> Type:
    """To the nearest multiple of a number, or of 1."""
    found = inference.types[node.arguments[0]]
    to = inference.types[node.arguments[1]].number if len(node.arguments) > 1 else 1.0
    if to is None or to <= 0 or math.isinf(to):
        return with_bounds(found, ANY)
    return with_bounds(
        found, Bounds(_multiple(found.bounds.least, to), _multiple(found.bounds.greatest, to))
    )


def _multiple(value: float, to: float) -> float:
    quotient = value / to + 0.5
    return value if math.isinf(quotient) else math.floor(quotient) * to


def _clamp(node: Call, inference: Inference) -> Type:
    types = [inference.types[argument] for argument in node.arguments]
    found, limits = types[0], [limit.bounds for limit in types[1:]]
    if node.name == "clamp":
        least, greatest = limits
    elif node.name == "clamp_min":
        least, greatest = limits[0], Bounds(math.inf, math.inf)
    else:
        least, greatest = Bounds(-math.inf, -math.inf), limits[0]
    return with_bounds(found, found.bounds.clamped(least, greatest))


def _sign(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return with_values(
        found, Meaning.UNKNOWN, value_units.PLAIN, _SIGN.within(found.bounds.mapped(_sign_of))
    )


def _sign_of(value: float) -> float:
    return math.copysign(1.0, value) if value else 0.0


def _number(within: Bounds) -> CallInference:
    """A function whose values have no unit: angles, logarithms."""

    def infer(node: Call, inference: Inference) -> Type:
        return with_values(inference.types[node.arguments[0]], Meaning.UNKNOWN, None, within)

    return infer


def _vector(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    return Type(
        Kind.INSTANT,
        found.meaning,
        NONE,
        found.unit,
        found.bounds,
        series=found.series,
        has_series=found.has_series,
    )


def _scalar(node: Call, inference: Inference) -> Type:
    """The value of a single series, else NaN."""
    found = inference.types[node.arguments[0]]
    return Type(
        Kind.SCALAR,
        found.meaning,
        NONE,
        found.unit,
        ANY if found.is_native else found.bounds,
        series=found.series,
        has_series=found.has_series,
    )


def _pi(node: Call, inference: Inference) -> Type:
    del node, inference
    return Type(Kind.SCALAR, labels=NONE, bounds=bounds.exactly(math.pi), has_series=False)


def _extreme(node: Call, inference: Inference) -> Type:
    """`max_of` and `min_of`: the greater or the lesser of two scalars."""
    left, right = (inference.types[argument] for argument in node.arguments)
    unit = right.unit if left.is_number else left.unit
    if not left.is_number and not right.is_number and left.unit != right.unit:
        unit = None
    choose = max if node.name == "max_of" else min
    return Type(
        Kind.SCALAR,
        left.meaning if left.meaning is right.meaning else Meaning.UNKNOWN,
        NONE,
        unit,
        Bounds(
            choose(left.bounds.least, right.bounds.least),
            choose(left.bounds.greatest, right.bounds.greatest),
        ),
        series=both_series(left, right),
        has_series=left.has_series or right.has_series,
    )


MATH: Final[Mapping[str, CallInference]] = {
    "abs": _abs,
    "ceil": _rounded(math.ceil),
    "floor": _rounded(math.floor),
    "round": _round,
    "clamp": _clamp,
    "clamp_min": _clamp,
    "clamp_max": _clamp,
    "sgn": _sign,
    "vector": _vector,
    "scalar": _scalar,
    "pi": _pi,
    "max_of": _extreme,
    "min_of": _extreme,
    **dict.fromkeys(("exp", "sqrt", "acosh"), _number(bounds.NOT_NEGATIVE)),
    **dict.fromkeys(("sin", "cos", "tanh"), _number(_SIGN)),
    "cosh": _number(Bounds(1.0, math.inf)),
    "acos": _number(Bounds(0.0, math.pi)),
    **dict.fromkeys(("asin", "atan"), _number(Bounds(-math.pi / 2, math.pi / 2))),
    **dict.fromkeys(
        ("ln", "log2", "log10", "deg", "rad", "asinh", "atanh", "sinh", "tan"), _number(ANY)
    ),
}
