"""Tests of an alert from scenarios: checked just before and at each change of any alert's state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from typedprom_codegen.alerting.rule_model import AlertingRule
from typedprom_codegen.rule_tests.annotation_text import UnknownActionError, expanded
from typedprom_codegen.rule_tests.promtool_file import (
    ExpectedAlert,
    FiringAlerts,
    InputSeries,
    Labels,
    QueryResult,
    RuleTest,
    series_text,
)
from typedprom_codegen.rule_tests.scenario import AlertState, Case, Scenario, StateAt, states
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_ALERTS: Final = "ALERTS"
_NAME: Final = "alertname"
_STATE: Final = "alertstate"

_There = Sequence[tuple[Case, StateAt]]
"""The cases that have an alert at an evaluation."""


def alert_test(scenario: Scenario, alert: TestedAlert, setting: Setting) -> RuleTest:
    """The test of a scenario: what is firing with its texts once, otherwise all states."""
    states_of = [(case, _states(scenario, case, alert)) for case in scenario.cases]
    alerts, queries, shown = list[FiringAlerts](), list[QueryResult](), set[str]()
    for time in _times(scenario, [found for _, found in states_of]):
        there = [(case, found[time]) for case, found in states_of if time in found]
        new = {case.name for case, at in there if _fires(at)} - shown
        expected = _expected(there, alert) if new or not there else None
        if expected is None:
            queries.append(QueryResult(_selector(alert), time, [*_alert_series(there, alert)]))
        else:
            shown |= new
            alerts.append(FiringAlerts(alert.name, time, expected))
    series = _input(scenario, setting)
    return RuleTest(scenario.name, scenario.pace.sample, series, alerts, queries)


def firing_test(
    name: str,
    interval: int,
    series: Sequence[InputSeries],
    alert: TestedAlert,
    times: Mapping[int, Labels | None],
) -> RuleTest:
    """A test in which an alert with certain labels fires at some seconds, and none at others."""
    alerts, queries = list[FiringAlerts](), list[QueryResult]()
    for time, labels in sorted(times.items()):
        if labels is None:
            alerts.append(FiringAlerts(alert.name, time))
            continue
        there = [(Case(name, labels, {}), StateAt(AlertState.FIRING, None))]
        expected = _expected(there, alert)
        if expected is None:
            queries.append(QueryResult(_selector(alert), time, [*_alert_series(there, alert)]))
        else:
            alerts.append(FiringAlerts(alert.name, time, expected))
    return RuleTest(name, interval, series, alerts, queries)


def _states(scenario: Scenario, case: Case, alert: TestedAlert) -> dict[int, StateAt]:
    rule = alert.rules[case.rule]
    return states(scenario, case, rule.hold, rule.keep)


def _times(scenario: Scenario, found: Sequence[Mapping[int, StateAt]]) -> list[int]:
    """The evaluations to check: where an alert begins or ceases to fire, and just before."""
    step = scenario.pace.step
    times = {*scenario.checks, scenario.end}
    for of_case in found:
        for time in range(step, scenario.end + 1, step):
            if _fires(of_case.get(time)) is not _fires(of_case.get(time - step)):
                times |= {time - step, time}
    return sorted(times)


def _fires(at: StateAt | None) -> bool:
    return at is not None and at.state is AlertState.FIRING


def _expected(there: _There, alert: TestedAlert) -> list[ExpectedAlert] | None:
    """The alerts with their texts; None if one does not fire, or says what we cannot tell."""
    expected = []
    for case, at in there:
        rule = alert.rules[case.rule]
        if at.state is not AlertState.FIRING:
            return None
        try:
            texts = {n: expanded(text, case.labels, at.value) for n, text in rule.annotations}
        except UnknownActionError:
            return None
        shown = {name: text for name, text in texts.items() if text}
        expected.append(ExpectedAlert(_labels(case, rule), shown))
    return expected


def _labels(case: Case, rule: AlertingRule) -> Labels:
    added = {name: expanded(text, case.labels, None) for name, text in rule.labels}
    return {name: value for name, value in {**case.labels, **added}.items() if value}


def _selector(alert: TestedAlert) -> str:
    return series_text(_ALERTS, {_NAME: alert.name})


def _alert_series(there: _There, alert: TestedAlert) -> Iterator[tuple[str, int]]:
    for case, at in there:
        labels = _labels(case, alert.rules[case.rule])
        yield series_text(_ALERTS, {_NAME: alert.name, _STATE: at.state.value, **labels}), 1


def _input(scenario: Scenario, setting: Setting) -> list[InputSeries]:
    """All series, each once."""
    series = [*setting.surroundings()]
    for case in scenario.cases:
        series += [*(one for of_role in case.series.values() for one in of_role), *case.noise]
    once = {(one.name, frozenset(one.labels.items())): one for one in reversed(series) if one.name}
    return [one.input(scenario.pace.sample, scenario.end) for one in reversed(once.values())]
