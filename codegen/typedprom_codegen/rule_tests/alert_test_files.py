"""Files of tests for each alert: its scenarios, and rules to test with them."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.alerting.rule_model import (
    WHOLE_CATALOG,
    AlertingRule,
    CompiledCatalog,
    RuleGroups,
)
from typedprom_codegen.ir import Alert, ExprForm
from typedprom_codegen.rule_tests.alert_tests import alert_test
from typedprom_codegen.rule_tests.form_tests import scenarios
from typedprom_codegen.rule_tests.form_tests.expr_tests import expr_tests
from typedprom_codegen.rule_tests.promtool_file import RuleTest, RuleTestFile
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert


def alert_test_files(
    compiled: CompiledCatalog, setting: Setting
) -> Iterator[tuple[str, RuleTestFile]]:
    """The names and content of the files: one an alert, and one more for each further pace."""
    for file in compiled.files:
        for alert in _alerts(file):
            by_step: dict[int, list[RuleTest]] = {}
            for step, test in _tests(alert, setting):
                by_step.setdefault(step, []).append(test)
            for number, (step, tests) in enumerate(by_step.items()):
                name = f"{alert.name}.{number + 1}" if number else alert.name
                yield name, RuleTestFile(rule_files(file, compiled), step, tests)


def rule_files(file: RuleGroups, compiled: CompiledCatalog) -> list[str]:
    """The paths of a file, and of that of the whole catalog before it, which has the markers."""
    stems = [WHOLE_CATALOG] if any(f.stem == WHOLE_CATALOG for f in compiled.files) else []
    return [f"../rules/{stem}.yml" for stem in dict.fromkeys([*stems, file.stem])]


def _alerts(file: RuleGroups) -> Iterator[TestedAlert]:
    """The alerts of a file, with their rules."""
    found: dict[str, tuple[Alert, list[AlertingRule]]] = {}
    for group in file.groups:
        for rule in group.rules:
            if isinstance(rule, AlertingRule) and isinstance(rule.source, Alert):
                found.setdefault(rule.name, (rule.source, []))[1].append(rule)
    yield from (TestedAlert(alert, rules) for alert, rules in found.values())


def _tests(alert: TestedAlert, setting: Setting) -> Iterator[tuple[int, RuleTest]]:
    """The tests of an alert, with the seconds between evaluations."""
    if isinstance(alert.alert.form, ExprForm):
        yield from expr_tests(alert.alert.form, alert)
    for scenario in scenarios(alert, setting):
        yield scenario.pace.step, alert_test(scenario, alert, setting)
