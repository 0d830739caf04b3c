"""What the type of a panel's query says about its axis: the unit, and whether it goes below 0."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from typedprom_codegen.emit.grafana import unit_names
from typedprom_codegen.emit.grafana.default_queries import PanelQuery
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.unary import Unary
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.query import Query
from typedprom_codegen.queries.infer import types_of
from typedprom_codegen.queries.known import KnownSeries
from typedprom_codegen.queries.types import Type

_CHANGES: Final = frozenset({"delta", "deriv", "idelta", "predict_linear"})
"""Functions that return the change of a series, or predict its value."""


def with_unit(shown: PanelQuery, known: KnownSeries) -> PanelQuery:
    """The query with the unit of its values, unless it has one."""
    query = parse(shown.expr)
    found = types_of(query, known)[query.root]
    unit = shown.unit or unit_names.unit_name(found)
    return replace(shown, unit=unit, may_be_negative=_may_be_negative(query, found))


def _may_be_negative(query: Query, found: Type) -> bool:
    """Whether the result is a change or a difference that can be below 0."""
    if found.bounds.least >= 0:
        return False
    changes = any(call.name in _CHANGES for call in query.all(Call))
    signs = any(unary.sign == "-" for unary in query.all(Unary))
    return changes or signs or any(map(_is_difference, query.all(Binary)))


def _is_difference(node: Binary) -> bool:
    """Whether it subtracts; `time() - x`, an age, is not negative."""
    age = isinstance(node.left, Call) and node.left.name == "time"
    return node.operator == "-" and not age
