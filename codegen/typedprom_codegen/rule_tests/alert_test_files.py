"""Files of tests for each alert: its scenarios, and rules to test with them."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.alerting.rule_model import AlertingRule, CompiledCatalog, RuleGroups
from typedprom_codegen.ir import Alert, ExprForm, Slo
from typedprom_codegen.rule_tests.alert_tests import alert_test
from typedprom_codegen.rule_tests.form_tests import scenarios
from typedprom_codegen.rule_tests.form_tests.expr_tests import expr_tests
from typedprom_codegen.rule_tests.loaded_rules import loaded_rules
from typedprom_codegen.rule_tests.objective_tests import objective_scenarios
from typedprom_codegen.rule_tests.promtool_file import RuleTest, RuleTestFile
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert


def alert_test_files(
    compiled: CompiledCatalog, setting: Setting
) -> Iterator[tuple[str, RuleTestFile]]:
    """The names and content of the files: one an alert, and one more for each further pace."""
    for file in compiled.files:
        loaded = loaded_rules(file, compiled)
        for source, alert in _alerts(file):
            by_step: dict[int, list[RuleTest]] = {}
            for step, test in _tests(source, alert, setting):
                by_step.setdefault(step, []).append(test)
            for number, (step, tests) in enumerate(by_step.items()):
                name = f"{alert.name}.{number + 1}" if number else alert.name
                yield name, loaded.tested(step, tests)


def _alerts(file: RuleGroups) -> Iterator[tuple[Alert | Slo, TestedAlert]]:
    """The alerts and objectives of a file, with their rules."""
    found: dict[str, tuple[Alert | Slo, list[AlertingRule]]] = {}
    for group in file.groups:
        for rule in group.rules:
            if isinstance(rule, AlertingRule):
                found.setdefault(rule.name, (rule.source, []))[1].append(rule)
    for name, (source, rules) in found.items():
        by = source.by if isinstance(source, Alert) else ()
        yield source, TestedAlert(name, by, rules)


def _tests(
    source: Alert | Slo, alert: TestedAlert, setting: Setting
) -> Iterator[tuple[int, RuleTest]]:
    """The tests of an alert, with the seconds between evaluations."""
    if isinstance(source, Slo):
        found = objective_scenarios(source, alert, setting)
    elif isinstance(source.form, ExprForm):
        yield from expr_tests(source.form, alert)
        return
    else:
        found = scenarios(source.form, alert, setting)
    for scenario in found:
        yield scenario.pace.step, alert_test(scenario, alert, setting)
