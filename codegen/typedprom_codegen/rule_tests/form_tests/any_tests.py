"""Tests of `any`: as many events as allowed, one more, and all ways in which a counter is seen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from typedprom_codegen.ir import AnyForm
from typedprom_codegen.rule_tests.counted import happened
from typedprom_codegen.rule_tests.form_tests.counter_cases import CounterCases
from typedprom_codegen.rule_tests.placement import Stage
from typedprom_codegen.rule_tests.scenario import Case, Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_COUNT: Final = "count"


def any_scenarios(form: AnyForm, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """One event too many fires, from the first evaluation that sees it to its window's end."""
    pace = setting.counting_pace(form.over, alert.hold, alert.keep)
    start, limit = setting.start(form.over, pace), math.floor(form.above)
    [choice] = setting.choices([form.selected], alert.by)

    def value(case: Case, time: int) -> float | None:
        count = happened(case.series[_COUNT], time, form.over)
        return float(count) if count > form.above else None

    cases = CounterCases(_COUNT, setting.counted([choice], limit), start, pace, setting)
    stage = Stage(
        pace, start + form.over + alert.keep + pace.step, value, setting.checks(pace, start, alert)
    )
    sketches = [*cases.usual(at=limit, above=limit + 1), *cases.unusual(limit + 1)]
    yield from stage.scenarios(choice, sketches)
