"""Units of values: a product of powers of base units, and a factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit such as bytes per second: `{"bytes": 1, "seconds": -1}`.

    `factor`: how much one of it is in base units; a rate times 60 is in units of 1/60 of it. No
    base units: a plain number, or a ratio. Counts of events have the unit "events" of a metric
    without a declared unit only as far as they are known to be counts.
    """

    powers: Mapping[str, int] = field(default_factory=dict)
    factor: float = 1.0


@cache
def base(name: str) -> Unit:
    """A base unit of the catalog: "seconds", "bytes"."""
    return Unit({name: 1})
