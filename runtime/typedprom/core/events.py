"""Events that our own metrics count: they are kept until those metrics are there.

The metrics are made of what reports the events, so they cannot be imported here.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    class Counting(Protocol):
        """Whatever counts by metric and label."""

        def inc(self, amount: float, /, *, metric: str, label: str) -> None:
            """Add `amount`."""


_counters: Final[dict[str, Counting]] = {}  # by what stands for the value that was refused
_before: Final[dict[tuple[str, str, str], count[int]]] = {}


def count_refused(replacement: str, metric: str, label: str) -> None:
    """Count that `replacement` stands for a value of the label."""
    counter = _counters.get(replacement)
    if counter is not None:
        counter.inc(1.0, metric=metric, label=label)
    else:
        next(_before.setdefault((replacement, metric, label), count()))


def count_with(counters: Mapping[str, Counting]) -> None:
    """Count from now on with these, and what was refused until now."""
    _counters.update(counters)
    for replacement, metric, label in tuple(_before):
        times = next(_before.pop((replacement, metric, label)))
        _counters[replacement].inc(float(times), metric=metric, label=label)
