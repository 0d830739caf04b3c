"""The type of an operation on two expressions."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.promql.nodes.binary import COMPARISONS, SETS, TRIMS, Binary
from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.promql.precedence import PRECEDENCE
from typedprom_codegen.queries import bounds, value_units
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.infer.arithmetic import (
    arithmetic_bounds,
    arithmetic_meaning,
    arithmetic_unit,
)
from typedprom_codegen.queries.infer.fractions import fraction_bounds
from typedprom_codegen.queries.infer.inference import Inference, both_series
from typedprom_codegen.queries.known import BUCKET_LABEL, Series
from typedprom_codegen.queries.label_sets import Labels, either
from typedprom_codegen.queries.matching import result_labels
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type

_FLIPPED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def infer_binary(node: Binary, inference: Inference) -> Type:
    """The type of a binary operation."""
    left, right = inference.types[node.left], inference.types[node.right]
    if node.operator not in PRECEDENCE:  # a variable
        return Type(node.kind)
    labels = _labels(node, left, right)
    if node.operator in SETS:
        return _set(node, left, right, labels)
    if node.operator in TRIMS:
        return _like(left, node.kind, labels, left.bounds, left, right)
    if node.operator not in COMPARISONS:
        return _arithmetic(node, left, right, labels, inference)
    if node.returns_bool or node.kind is Kind.SCALAR:
        return _of_bool(node, left, right, labels)
    return _filter(node, left, right, labels)


def _labels(node: Binary, left: Type, right: Type) -> Labels:
    if right.kind is Kind.SCALAR:
        return left.labels
    if left.kind is Kind.SCALAR:
        return right.labels
    if left.kind is Kind.ANY or right.kind is Kind.ANY:
        return _with_any(node, left, right)
    return result_labels(node, left.labels, right.labels)


def _with_any(node: Binary, left: Type, right: Type) -> Labels:
    """With a variable, which may be a number: the labels of the other side, or of a match."""
    if node.operator in SETS:
        return either(left.labels, right.labels) if node.operator == "or" else left.labels
    side = right if left.kind is Kind.ANY else left
    return side.labels if node.matching is None else either(side.labels, side.labels.opened())


def _set(node: Binary, left: Type, right: Type, labels: Labels) -> Type:
    if node.operator != "or":
        return _like(left, node.kind, labels, left.bounds, left, left)
    return Type(
        node.kind,
        _of_either(left, right),
        labels,
        _unit_of_either(left, right),
        left.bounds.either(right.bounds),
        _buckets(labels, left.buckets if left.buckets == right.buckets else None),
        left.is_native and right.is_native,
        both_series(left, right),
        left.has_series or right.has_series,
    )


def _of_either(left: Type, right: Type) -> Meaning:
    if left.meaning is right.meaning or right.is_number:
        return left.meaning
    return right.meaning if left.is_number else Meaning.UNKNOWN


def _unit_of_either(left: Type, right: Type) -> value_units.Unit | None:
    if left.unit == right.unit or right.is_number:
        return left.unit
    return right.unit if left.is_number else None


def _like(kept: Type, kind: Kind, labels: Labels, within: Bounds, left: Type, right: Type) -> Type:
    """Values of one side."""
    return Type(
        kind,
        kept.meaning,
        labels,
        kept.unit,
        within,
        _buckets(labels, kept.buckets),
        kept.is_native,
        both_series(left, right),
        left.has_series or right.has_series,
    )


def _buckets(labels: Labels, series: Series | None) -> Series | None:
    return series if BUCKET_LABEL in labels.sure else None


def _filter(node: Binary, left: Type, right: Type, labels: Labels) -> Type:
    """A comparison keeps values of the left side, or those of the vector."""
    if left.kind is Kind.SCALAR:
        within = right.bounds.kept(_FLIPPED.get(node.operator, node.operator), left.bounds)
        return _like(right, node.kind, labels, within, right, left)
    if left.kind is Kind.ANY:
        return Type(node.kind, labels=labels)
    fills = node.matching is not None and node.matching.fills
    within = bounds.ANY if fills else left.bounds.kept(node.operator, right.bounds)
    return _like(left, node.kind, labels, within, left, right)


def _of_bool(node: Binary, left: Type, right: Type, labels: Labels) -> Type:
    return Type(
        node.kind,
        Meaning.STATE,
        labels,
        value_units.PLAIN,
        bounds.FROM_0_TO_1,
        series=both_series(left, right),
        has_series=left.has_series or right.has_series,
    )


def _arithmetic(
    node: Binary, left: Type, right: Type, labels: Labels, inference: Inference
) -> Type:
    operator = node.operator
    is_native = left.is_native or right.is_native
    unit = arithmetic_unit(operator, left, right)
    fraction = fraction_bounds(node, inference) if operator == "/" else None
    if fraction is not None:
        within = fraction
    else:
        within = bounds.ANY if is_native else arithmetic_bounds(operator, left.bounds, right.bounds)
    if node.matching is not None and node.matching.fills:
        within = bounds.ANY
    return Type(
        node.kind,
        arithmetic_meaning(operator, left, right, unit),
        labels,
        unit,
        within,
        _buckets(labels, _scaled_buckets(operator, left, right)),
        is_native,
        both_series(left, right),
        left.has_series or right.has_series,
    )


def _scaled_buckets(operator: str, left: Type, right: Type) -> Series | None:
    """Buckets are still buckets after each is multiplied, or those of two sides are added."""
    if left.buckets == right.buckets or not right.buckets:
        return left.buckets
    if not left.buckets:
        return right.buckets if operator in {"*", "+"} else None
    return None
