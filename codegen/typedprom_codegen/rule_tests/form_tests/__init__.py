"""Scenarios for alerts, one module a form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from typedprom_codegen import ir
from typedprom_codegen.rule_tests.form_tests.absent_tests import absent_scenarios
from typedprom_codegen.rule_tests.form_tests.any_tests import any_scenarios
from typedprom_codegen.rule_tests.form_tests.fewer_tests import fewer_scenarios
from typedprom_codegen.rule_tests.form_tests.gauge_tests import gauge_scenarios
from typedprom_codegen.rule_tests.form_tests.late_tests import late_scenarios
from typedprom_codegen.rule_tests.form_tests.never_tests import never_scenarios
from typedprom_codegen.rule_tests.form_tests.quantile_tests import quantile_scenarios
from typedprom_codegen.rule_tests.form_tests.ratio_tests import ratio_scenarios
from typedprom_codegen.rule_tests.form_tests.silent_tests import silent_scenarios
from typedprom_codegen.rule_tests.scenario import Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert


def scenarios(form: ir.Form, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """What happens to what an alert is about; nothing for `expr`, which its author tests."""
    match form:
        case ir.AnyForm():
            yield from any_scenarios(form, alert, setting.within(form.over))
        case ir.RatioForm():
            yield from ratio_scenarios(form, alert, setting.within(form.over))
        case ir.GaugeForm():
            yield from gauge_scenarios(form, alert, setting)
        case ir.SilentForm():
            yield from silent_scenarios(form, alert, setting.within(form.over))
        case ir.FewerForm():
            yield from fewer_scenarios(form, alert, setting.within(form.over))
        case ir.QuantileForm():
            yield from quantile_scenarios(form, alert, setting.within(form.over))
        case ir.LateForm():
            yield from late_scenarios(form, alert, setting)
        case ir.NeverForm():
            yield from never_scenarios(form, alert, setting)
        case ir.AbsentForm():
            yield from absent_scenarios(form, alert, setting)
        case ir.ExprForm():
            return
        case _:
            assert_never(form)
