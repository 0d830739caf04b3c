"""The type of an expression: what is known about its values without a Prometheus."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.queries import bounds, labels
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.known import Series
from typedprom_codegen.queries.labels import Labels
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.units import Unit


@dataclass(frozen=True, slots=True)
class Type:
    """What is known about an expression. Defaults say: nothing."""

    kind: Kind
    meaning: Meaning = Meaning.UNKNOWN
    labels: Labels = labels.UNKNOWN
    unit: Unit | None = None  # None: not known
    bounds: Bounds = bounds.ANY
    buckets: Series | None = None  # the `_bucket` series whose buckets these are, with `le`
    is_native: bool = False  # whether values are native histograms
    series: tuple[Series, ...] = ()  # those that the values come from, if all are known


"""`series` is empty as soon as one selector below has no known metric."""
