"""The types of what has no series: numbers, strings, and Grafana variables."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.nodes.string import String
from typedprom_codegen.promql.nodes.unknown_operation import UnknownOperation
from typedprom_codegen.promql.nodes.variable import Variable
from typedprom_codegen.queries import value_units
from typedprom_codegen.queries.bounds import exactly
from typedprom_codegen.queries.infer.inference import Inference
from typedprom_codegen.queries.label_sets import NONE
from typedprom_codegen.queries.types import Type

_STRING: Final = Type(Kind.STRING, labels=NONE, has_series=False)


def infer_number(node: Number, inference: Inference) -> Type:
    """A number fits any unit; a duration is in seconds."""
    del inference
    return _number(node.value, value_units.SECONDS_UNIT if node.is_duration else None)


def infer_string(node: String, inference: Inference) -> Type:
    """A string has no values that are compared."""
    del node, inference
    return _STRING


def infer_variable(node: Variable | UnknownOperation, inference: Inference) -> Type:
    """Of a variable nothing is known; as a scalar it has no labels."""
    del inference
    return Type(node.kind, labels=NONE) if node.kind is Kind.SCALAR else Type(node.kind)


def _number(value: float, unit: value_units.Unit | None) -> Type:
    return Type(Kind.SCALAR, labels=NONE, unit=unit, bounds=exactly(value), has_series=False)
