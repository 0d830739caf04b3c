"""Tests of `never`: programs that have left nothing yet, that run, whose series are forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.alerting.forms.schedule_groups import by_interval
from typedprom_codegen.ir import NeverForm, known_for
from typedprom_codegen.rule_tests.form_tests.absent_tests import fixed_labels, seen, unseen
from typedprom_codegen.rule_tests.label_choice import LabelChoice
from typedprom_codegen.rule_tests.pace import pace, pace_of_memory
from typedprom_codegen.rule_tests.scenario import Case, Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_SERIES: Final = "series"


def never_scenarios(form: NeverForm, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """Each program fires until it has run."""
    label = form.schedules[0].label
    choice = LabelChoice(setting.catalog, form.selected, (label,))
    yield _unknown(form, choice, alert)
    yield _forgotten(form, choice, alert)


def _unknown(form: NeverForm, choice: LabelChoice, alert: TestedAlert) -> Scenario:
    """No program has run; then one after another does."""
    holds = [rule.hold for rule in alert.rules]
    step = pace([min(holds)], [*holds, alert.keep], max(holds) + alert.keep)
    first = step.up(max(holds)) + 2 * step.step
    runs: dict[str, int] = {}
    cases = []
    for rule, group in enumerate(by_interval(form.schedules)):
        for schedule in group:
            runs[schedule.value] = first + len(runs) * step.step
            to = {schedule.label: schedule.value}
            series = seen(choice, [(runs[schedule.value], 1)], to)
            labels = {**fixed_labels(form.selected), **to}
            cases.append(Case(schedule.value, labels, {_SERIES: series}, unseen(choice, to), rule))

    def value(case: Case, time: int) -> float | None:
        return 1.0 if time < runs[case.name] else None

    end = max(runs.values()) + step.up(alert.keep) + step.step
    return Scenario("unknown", step, end, cases, value)


def _forgotten(form: NeverForm, choice: LabelChoice, alert: TestedAlert) -> Scenario:
    """The series of all programs go; that they ran is known for a while."""
    groups = by_interval(form.schedules)
    known = {schedule.value: known_for(schedule.every) for schedule in form.schedules}
    step = pace_of_memory(known.values())
    gone = 2 * step.sample
    cases = [
        Case(
            schedule.value,
            {**fixed_labels(form.selected), schedule.label: schedule.value},
            {_SERIES: seen(choice, [(0, 1), (gone, None)], {schedule.label: schedule.value})},
            (),
            rule,
        )
        for rule, group in enumerate(groups)
        for schedule in group
    ]

    def value(case: Case, time: int) -> float | None:
        return 1.0 if time >= step.sample + known[case.name] else None

    end = step.up(max(known.values())) + step.up(alert.hold) + 2 * step.step
    return Scenario("forgotten", step, end, cases, value)
