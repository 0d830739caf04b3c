"""Tests of `absent`: no series from the start, one that comes, and one that goes again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from typedprom_codegen.alerting.counts import events_of
from typedprom_codegen.ir import AbsentForm, SelectedSeries
from typedprom_codegen.rule_tests.label_choice import LabelChoice, Labels
from typedprom_codegen.rule_tests.observed_series import ObservedSeries, Point
from typedprom_codegen.rule_tests.pace import Pace, pace
from typedprom_codegen.rule_tests.scenario import Case, Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_SERIES: Final = "series"


def absent_scenarios(form: AbsentForm, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """It fires from the start; not while a series is there, nor within the window after that."""
    [choice] = setting.choices([form.selected], ())
    step = pace([form.over], [alert.hold, alert.keep], 3 * (form.over + alert.hold))
    yield _comes_and_goes(form, choice, step, alert)
    for label, value in choice.each_value():
        yield _comes_and_goes(form, choice.only(label, value), step, alert)
    if not (step.shows(alert.hold) and step.shows(alert.keep)):
        held = alert.hold or alert.keep
        step = pace([held], [alert.hold, alert.keep], 2 * held + alert.keep)
        yield _comes(form, choice, step, alert)


def _comes(form: AbsentForm, choice: LabelChoice, step: Pace, alert: TestedAlert) -> Scenario:
    """A series comes when the alert has fired."""
    there = step.up(alert.hold) + 2 * step.step
    series = seen(choice, [(there, 1)])
    case = Case("absent", fixed_labels(form.selected), {_SERIES: series}, unseen(choice))

    def value(case: Case, time: int) -> float | None:
        del case
        return None if there <= time else 1.0

    return Scenario("absent", step, there + step.up(alert.keep) + 2 * step.step, [case], value)


def _comes_and_goes(
    form: AbsentForm, choice: LabelChoice, step: Pace, alert: TestedAlert
) -> Scenario:
    """A series comes, and goes again."""
    there = step.up(alert.hold) + 2 * step.step
    gone = there + step.up(alert.keep) + 2 * step.step
    points = [(there, 1), (gone, None)]
    case = Case(
        "absent", fixed_labels(form.selected), {_SERIES: seen(choice, points)}, unseen(choice)
    )

    def value(case: Case, time: int) -> float | None:
        del case
        return None if there <= time < gone + form.over else 1.0

    end = gone + form.over + step.up(alert.hold) + 2 * step.step
    return Scenario("absent, there, gone", step, end, [case], value)


def fixed_labels(selected: SelectedSeries) -> Labels:
    """The labels that Prometheus knows of series that are absent."""
    return {each.label: each.values[0] for each in selected.where if len(each.values) == 1}


def seen(
    choice: LabelChoice, points: Sequence[Point], subject: Labels | None = None
) -> list[ObservedSeries]:
    """A series of a selection."""
    return [ObservedSeries(events_of(choice.selected), choice.counted(subject or {})[0], points)]


def unseen(choice: LabelChoice, subject: Labels | None = None) -> list[ObservedSeries]:
    """Series that are there all the time, and not in the selection."""
    name = events_of(choice.selected)
    return [ObservedSeries(name, labels, [(0, 1)]) for labels in choice.not_counted(subject or {})]
