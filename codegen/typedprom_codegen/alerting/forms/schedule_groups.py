"""Programs by how often they run, and for how long what they left is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from typedprom_codegen.ir import Schedule
from typedprom_codegen.promql.nodes.number import duration

_EVERY: Final = "every"


def by_interval(schedules: Iterable[Schedule]) -> list[Sequence[Schedule]]:
    """The schedules of each distinct interval, in the order in which they are stated."""
    groups: dict[int, list[Schedule]] = {}
    for schedule in schedules:
        groups.setdefault(schedule.every, []).append(schedule)
    return list(groups.values())


def told_by_interval(
    groups: Sequence[Sequence[Schedule]], every: int
) -> tuple[tuple[str, str], ...]:
    """The label that tells rules of one name apart, if there are several."""
    return ((_EVERY, duration(every)),) if len(groups) > 1 else ()
