"""Events that our own metrics count, kept until those metrics exist.

The modules that report the events cannot import the metrics, which are made of them.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    class RefusalCounter(Protocol):
        """A counter by metric and label."""

        def inc(self, amount: float, /, *, metric: str, label: str) -> None:
            """Add `amount`."""


_counters: Final[dict[str, RefusalCounter]] = {}  # by the label value that replaces the refused
_pending: Final[dict[tuple[str, str, str], count[int]]] = {}


def count_refused(replacement: str, metric: str, label: str) -> None:
    """Count that `replacement` was recorded instead of a value of the label."""
    counter = _counters.get(replacement)
    if counter is not None:
        counter.inc(1.0, metric=metric, label=label)
    else:
        next(_pending.setdefault((replacement, metric, label), count()))


def count_with(counters: Mapping[str, RefusalCounter]) -> None:
    """Use these counters from now on, and add what is pending to them."""
    _counters.update(counters)
    for replacement, metric, label in tuple(_pending):
        times = next(_pending.pop((replacement, metric, label)))
        _counters[replacement].inc(float(times), metric=metric, label=label)
