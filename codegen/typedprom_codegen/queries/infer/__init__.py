"""Infers the type of every part of a query from its metrics, one module a kind of node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.nodes.parenthesis import Parenthesis
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.nodes.string import String
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.nodes.unary import Unary
from typedprom_codegen.promql.nodes.unknown_operation import UnknownOperation
from typedprom_codegen.promql.nodes.variable import Variable
from typedprom_codegen.promql.query import Query
from typedprom_codegen.queries.infer.inference import Inference
from typedprom_codegen.queries.infer.of_aggregation import infer_aggregation
from typedprom_codegen.queries.infer.of_binary import infer_binary
from typedprom_codegen.queries.infer.of_call import infer_call
from typedprom_codegen.queries.infer.of_literals import infer_number, infer_string, infer_variable
from typedprom_codegen.queries.infer.of_same_values import (
    infer_parenthesis,
    infer_range,
    infer_subquery,
    infer_unary,
)
from typedprom_codegen.queries.infer.of_selector import infer_selector
from typedprom_codegen.queries.known import KnownSeries
from typedprom_codegen.queries.types import Type

_INFER: Final[dict[type[Expression], Callable[[Any, Inference], Type]]] = {
    Number: infer_number,
    String: infer_string,
    Variable: infer_variable,
    UnknownOperation: infer_variable,
    Parenthesis: infer_parenthesis,
    Selector: infer_selector,
    Range: infer_range,
    Subquery: infer_subquery,
    Unary: infer_unary,
    Call: infer_call,
    Aggregation: infer_aggregation,
    Binary: infer_binary,
}


def types_of(query: Query, known: KnownSeries) -> dict[Expression, Type]:
    """The type of each of `query.nodes`."""
    types: dict[Expression, Type] = {}
    inference = Inference(query, known, types)
    for node in query.nodes:
        types[node] = _INFER[type(node)](node, inference)
    return types
