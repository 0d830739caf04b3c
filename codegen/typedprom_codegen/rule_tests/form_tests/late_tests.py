"""Tests of `late`: a last run just as long ago as allowed, and longer; a new run; no series."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.alerting.forms.schedule_groups import by_interval
from typedprom_codegen.ir import LabelValues, LateForm, known_for
from typedprom_codegen.rule_tests.label_choice import LabelChoice, Labels
from typedprom_codegen.rule_tests.observed_series import ObservedSeries, Point
from typedprom_codegen.rule_tests.pace import pace, pace_of_memory
from typedprom_codegen.rule_tests.scenario import Case, Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_TIMES: Final = "times"
_MINUTE: Final = 60
_LONG_AGO: Final = -(10**9)


@dataclass(frozen=True, slots=True)
class Program:
    """A program that may be late: its labels, and after how many seconds it is."""

    rule: int  # index of its rule
    labels: Labels
    after: int
    every: int  # for which its last run is known
    label: str = ""  # that has its schedule


def late_scenarios(form: LateForm, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """A program is late when its newest run is longer ago than allowed."""
    programs = list(_programs(form, alert))
    [choice] = setting.choices([form.selected], tuple(programs[0].labels) or alert.by)
    yield _late(programs, choice, alert)
    for label, value in choice.each_value():
        yield _late(programs, choice.only(label, value), alert)
    yield _forgotten(programs, choice, alert)


def _late(programs: Sequence[Program], choice: LabelChoice, alert: TestedAlert) -> Scenario:
    """All programs are late at once; the first ones run again, the series of the others go."""
    held = alert.hold or _MINUTE
    step = pace([held], [alert.hold, alert.keep], 2 * held + alert.keep)
    start = 4 * step.step
    again = start + step.up(alert.hold) + 4 * step.step

    unscheduled = [*_unscheduled(programs, choice)]

    def case(number: int, program: Program) -> Case:
        newest: list[Point] = [(0, start - program.after)]
        newest.append((2 * step.step, None) if number % 2 else (again, again))
        older: list[Point] = [(0, start - program.after - 1000)]
        excluded = [*choice.not_counted(program.labels), *unscheduled]
        noise = [_noise(choice, program, labels, start) for labels in excluded]
        return _case(choice, program, newest, older, noise)

    cases = [case(number, program) for number, program in enumerate(programs)]
    end = again + step.up(alert.keep) + 2 * step.step
    return Scenario("late", step, end, cases, _value(programs))


def _unscheduled(programs: Sequence[Program], choice: LabelChoice) -> Iterator[Labels]:
    """The series of a program that has no schedule."""
    for label in dict.fromkeys(program.label for program in programs if program.label):
        known = LabelValues(label, tuple(program.labels[label] for program in programs))
        yield choice.counted({**programs[0].labels, label: choice.other(known)})[0]


def _noise(choice: LabelChoice, program: Program, labels: Labels, start: int) -> ObservedSeries:
    """A time that does not count: a new one beside those of a program, else an old one."""
    is_beside = program.labels.items() <= labels.items()
    return _gauge(choice, labels, [(0, start if is_beside else _LONG_AGO)])


def _forgotten(programs: Sequence[Program], choice: LabelChoice, alert: TestedAlert) -> Scenario:
    """The series of all programs go; their last runs are known for a while."""
    known = [known_for(program.every) for program in programs]
    step = pace_of_memory(known)

    def case(program: Program) -> Case:
        gone: list[Point] = [(0, -program.after - 1), (2 * step.sample, None)]
        return _case(choice, program, gone, gone, [])

    def value(case: Case, time: int) -> float | None:
        known = known_for(_of(programs, case).every)
        return _age(programs, case, time) if time < step.sample + known else None

    end = step.up(max(known)) + step.up(max(alert.hold, alert.keep)) + 2 * step.step
    return Scenario("forgotten", step, end, [case(program) for program in programs], value)


def _programs(form: LateForm, alert: TestedAlert) -> Iterator[Program]:
    others = dict.fromkeys(alert.by, "one")
    if form.after is not None:
        yield Program(0, others, form.after, form.after)
        return
    for rule, group in enumerate(by_interval(form.schedules)):
        for schedule in group:
            labels = {**others, schedule.label: schedule.value}
            yield Program(rule, labels, schedule.late_after, schedule.every, schedule.label)


def _case(
    choice: LabelChoice,
    program: Program,
    newest: Sequence[Point],
    older: Sequence[Point],
    noise: Sequence[ObservedSeries],
) -> Case:
    first, second = choice.counted(program.labels)
    series = [_gauge(choice, first, newest), _gauge(choice, second, older)]
    name = " ".join(program.labels.values())
    return Case(name, program.labels, {_TIMES: series}, noise, program.rule)


def _gauge(choice: LabelChoice, labels: Labels, points: Sequence[Point]) -> ObservedSeries:
    return ObservedSeries(choice.selected.metric.name, labels, points)


def _value(programs: Sequence[Program]) -> Callable[[Case, int], float | None]:
    def value(case: Case, time: int) -> float | None:
        return _age(programs, case, time)

    return value


def _age(programs: Sequence[Program], case: Case, time: int) -> float | None:
    """How long ago the newest run is, if that is too long ago."""
    runs = [
        number
        for one in case.series[_TIMES]
        for since, number in one.points
        if number is not None and since <= time
    ]
    age = time - int(runs[-1] if len(runs) == 1 else max(runs))
    return float(age) if age > _of(programs, case).after else None


def _of(programs: Sequence[Program], case: Case) -> Program:
    return next(program for program in programs if program.labels == case.labels)
