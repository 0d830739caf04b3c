"""The types of what has the values of its part: ranges, subqueries, parentheses; and signs."""

from __future__ import annotations

from typedprom_codegen.promql.nodes.parenthesis import Parenthesis
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.nodes.unary import Unary
from typedprom_codegen.queries.infer.inference import Inference, of_kind, with_bounds
from typedprom_codegen.queries.types import Type


def infer_parenthesis(node: Parenthesis, inference: Inference) -> Type:
    """The type of what is in the parentheses."""
    return inference.types[node.expression]


def infer_range(node: Range, inference: Inference) -> Type:
    """The type of the selector, as a range vector."""
    return of_kind(inference.types[node.selector], node.kind)


def infer_subquery(node: Subquery, inference: Inference) -> Type:
    """The type of the expression, as a range vector."""
    return of_kind(inference.types[node.expression], node.kind)


def infer_unary(node: Unary, inference: Inference) -> Type:
    """The same values, or those with the other sign."""
    found = inference.types[node.expression]
    return found if node.sign == "+" else with_bounds(found, found.bounds.negated())
