"""What the inference of a node works with: the types of its parts, and the metrics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.query import Query
from typedprom_codegen.queries import bounds
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.known import BUCKET_LABEL, KnownSeries, Series
from typedprom_codegen.queries.label_sets import Labels
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type
from typedprom_codegen.queries.value_units import Unit

_MOST_SERIES: Final = 30
"""Of more series, all are forgotten: a sum of thousands of metrics takes no longer for it."""


@dataclass(frozen=True, slots=True)
class Inference:
    """The types found so far, and what they are found from."""

    query: Query
    known: KnownSeries
    types: dict[Expression, Type]

    def text(self, node: Expression) -> str:
        """The text of a part of the query."""
        return self.query.text[node.start : node.end]


CallInference = Callable[[Call, Inference], Type]
"""Infers the type of a call of one function."""


def of_kind(found: Type, kind: Kind) -> Type:
    """The same type as another kind of value."""
    if found.kind is kind:
        return found
    return Type(
        kind,
        found.meaning,
        found.labels,
        found.unit,
        found.bounds,
        found.buckets,
        found.is_native,
        found.series,
        found.has_series,
    )


def with_labels(found: Type, labels: Labels) -> Type:
    """The same values with other labels; they are no buckets without `le`."""
    if found.labels is labels:
        return found
    return Type(
        found.kind,
        found.meaning,
        labels,
        found.unit,
        found.bounds,
        found.buckets if BUCKET_LABEL in labels.sure else None,
        found.is_native,
        found.series,
        found.has_series,
    )


def with_bounds(found: Type, within: Bounds) -> Type:
    """The same type with other bounds."""
    return with_values(found, found.meaning, found.unit, within, buckets=found.buckets)


def with_values(
    found: Type,
    meaning: Meaning,
    unit: Unit | None,
    within: Bounds = bounds.ANY,
    *,
    buckets: Series | None = None,
    is_native: bool = False,
) -> Type:
    """Other values of the same series, as an instant vector."""
    return Type(
        Kind.SCALAR if found.kind is Kind.SCALAR else Kind.INSTANT,
        meaning,
        found.labels,
        unit,
        within,
        buckets,
        is_native,
        found.series,
        found.has_series,
    )


def both_series(left: Type, right: Type) -> tuple[Series, ...]:
    """The series of two expressions; none if those of one are not known."""
    if not right.has_series or left.series == right.series:
        return left.series
    if not left.has_series:
        return right.series
    if not left.series or not right.series:
        return ()
    both = tuple(dict.fromkeys((*left.series, *right.series)))
    return both if len(both) <= _MOST_SERIES else ()
