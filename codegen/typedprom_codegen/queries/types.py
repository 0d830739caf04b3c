"""The type of an expression: what is known about its values without a Prometheus."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.queries import bounds, label_sets
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.known import Series
from typedprom_codegen.queries.label_sets import Labels
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.value_units import Unit


@dataclass(frozen=True, slots=True)
class Type:
    """What is known about an expression. Defaults say: nothing."""

    kind: Kind
    meaning: Meaning = Meaning.UNKNOWN
    labels: Labels = label_sets.UNKNOWN
    unit: Unit | None = None  # None: not known
    bounds: Bounds = bounds.ANY
    buckets: Series | None = None  # the `_bucket` series whose buckets these are, with `le`
    is_native: bool = False  # whether values are native histograms, in the unit of observations
    series: tuple[Series, ...] = ()  # those that the values come from; empty if one is not known
    has_series: bool = True  # False: of numbers alone, such as `time()` or `vector(0)`

    @property
    def is_number(self) -> bool:
        """Whether it is made of plain numbers alone, which fit any unit: `60 * 60`."""
        return not self.has_series and self.unit is None

    @property
    def number(self) -> float | None:
        """The value, if it is a plain number that is known: 3600 of `60 * 60`."""
        return self.bounds.value if self.is_number else None
