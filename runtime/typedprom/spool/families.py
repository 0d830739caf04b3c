"""Families: what a spool holds of one metric, as its readers and all sinks see it.

Everything here is data: nothing of the catalog's Python package is needed to read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from typedprom.instrument import MetricType
    from typedprom.kinds import Combine

# All labels of a series, constant and info labels included, sorted by name.
Labels: TypeAlias = tuple[tuple[str, str], ...]

# The numbers of a series. The first is a Unix time in seconds: when counting began, of counters and
# histograms; when the value was set, of the others. What follows is, of
#   a counter      its value
#   a gauge        its value
#   a histogram    the observations in each bucket, not cumulated, +Inf last; then their sum
#   a stateset     the index of the state it is in, -1 for `_invalid`
#   an info        1.0
Numbers: TypeAlias = list[float]

MOMENT: Final = 0  # the place of that time


@dataclass(frozen=True, slots=True)
class LabelDefinition:
    """A label: its closed set of values, if it has one; how many distinct values it may take."""

    name: str
    values: tuple[str, ...] | None = None
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A metric, as the process that recorded it had it in its catalog.

    `name` is that of its samples: with a counter's `_total` and an info's `_info`. `unit` is given
    only where it is the suffix of the family's name. `labels` tell series apart, `info_labels` are
    what one series of an info says, `constant` are on every series. `buckets` are upper bounds,
    ascending, without +Inf. `budget` is how many series there may be.
    """

    name: str
    type: MetricType
    help: str
    unit: str = ""
    labels: tuple[LabelDefinition, ...] = ()
    constant: Labels = ()
    buckets: tuple[float, ...] = ()
    combine: Combine = "last"
    states: tuple[str, ...] = ()
    info_labels: tuple[str, ...] = ()
    budget: int | None = None

    @property
    def family(self) -> str:
        """The name of the family: without a counter's `_total`, an info's `_info`."""
        suffix = {"counter": "_total", "info": "_info"}.get(self.type, "")
        return self.name.removesuffix(suffix)


@dataclass(slots=True)
class Family:
    """A metric with its series."""

    definition: Definition
    series: dict[Labels, Numbers] = field(default_factory=dict[Labels, Numbers])
