"""How the values of several processes become one, of what is set and not counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from typedprom.metrics.definition import MOMENT, Labels, Numbers

if TYPE_CHECKING:
    from typedprom.metrics.instruments import Combine


def newest(series: Iterable[tuple[Labels, Numbers]]) -> dict[Labels, Numbers]:
    """Of each series what was set last; of what was set at once, the later one."""
    found: dict[Labels, Numbers] = {}
    for labels, numbers in series:
        before = found.get(labels)
        if before is None or numbers[MOMENT] >= before[MOMENT]:
            found[labels] = numbers
    return found


def combined(one: Numbers, other: Numbers, rule: Combine) -> Numbers:
    """The value of two processes; the moment is that of the later one."""
    if rule == "last":
        return other if other[MOMENT] >= one[MOMENT] else one
    moment = max(one[MOMENT], other[MOMENT])
    a, b = one[1], other[1]
    if rule in ("min", "max"):
        if a != a or b != b:  # NaN is neither
            return [moment, b if a != a else a]
        return [moment, min(a, b) if rule == "min" else max(a, b)]
    return [moment, a + b]
