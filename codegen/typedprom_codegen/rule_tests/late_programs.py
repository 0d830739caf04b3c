"""The times of the last runs of programs, which are late at some evaluations and not at others."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from typedprom_codegen.ir import Schedule, ScheduleIndicator
from typedprom_codegen.rule_tests.label_choice import Labels
from typedprom_codegen.rule_tests.observed_series import ObservedSeries, Point
from typedprom_codegen.rule_tests.setting import Setting

ODD: Final = 7
"""No window is a multiple of so many seconds, unless it lasts for weeks."""


def labels_of(
    indicator: ScheduleIndicator, schedule: Schedule, setting: Setting
) -> tuple[Labels, Labels]:
    """The labels of two series with the times of a program."""
    [choice] = setting.choices([indicator.selected], (schedule.label,))
    first, second = choice.counted({schedule.label: schedule.value})
    return first, second


def program_times(
    indicator: ScheduleIndicator,
    schedule: Schedule,
    late: Collection[int],
    numbers: range,
    step: int,
    setting: Setting,
) -> ObservedSeries:
    """The time of a program's last run, which makes it late at these evaluations."""
    points = [*_points(late, numbers, step, schedule.late_after)]
    labels, _ = labels_of(indicator, schedule, setting)
    return ObservedSeries(indicator.selected.metric.name, labels, points)


def _points(late: Collection[int], numbers: range, step: int, after: int) -> Iterator[Point]:
    """Each run is as long ago as allowed at the last evaluation before the program is late."""
    if 0 in late:
        yield 0, -after - 1
    start = None
    for number in numbers:
        if number in late:
            start = None
            continue
        start = number if start is None else start
        if number + 1 in late or number == numbers[-1]:
            yield start * step, number * step - after
