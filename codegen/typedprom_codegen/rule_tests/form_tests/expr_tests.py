"""Tests of `expr`: those of its author."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from typedprom_codegen.ir import AlertTest, ExprForm
from typedprom_codegen.rule_tests.alert_tests import firing_test
from typedprom_codegen.rule_tests.pace import MINUTE
from typedprom_codegen.rule_tests.promtool_file import InputSeries, RuleTest
from typedprom_codegen.rule_tests.setting import TestedAlert


def expr_tests(form: ExprForm, alert: TestedAlert) -> Iterator[tuple[int, RuleTest]]:
    """The author's tests, and the seconds between evaluations in each."""
    for test in form.tests:
        yield _step(test, alert), _test(test, alert)


def _test(test: AlertTest, alert: TestedAlert) -> RuleTest:
    series = [InputSeries(each.series, each.values) for each in test.input]
    labels = dict(test.labels)
    times = dict.fromkeys(test.quiet) | dict.fromkeys(test.fires, labels)
    return firing_test(test.name, MINUTE, series, alert, times)


def _step(test: AlertTest, alert: TestedAlert) -> int:
    """As often as every minute, or more often where it checks in between."""
    return gcd(MINUTE, *test.fires, *test.quiet, alert.hold) or MINUTE
