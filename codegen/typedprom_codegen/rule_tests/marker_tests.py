"""Tests of the markers: when Prometheus began to watch, and which targets were down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from typedprom_codegen.alerting.increase import Births
from typedprom_codegen.rule_tests.label_choice import INSTANCE, JOB, Labels
from typedprom_codegen.rule_tests.observed_series import ObservedSeries
from typedprom_codegen.rule_tests.pace import Pace, pace
from typedprom_codegen.rule_tests.promtool_file import QueryResult, RuleTest, series_text
from typedprom_codegen.rule_tests.setting import UP

GATEWAY: Final = {JOB: "pushgateway", INSTANCE: "gateway"}
NO_GATEWAYS: Final = (
    {JOB: "pushgateway", INSTANCE: "target"},
    {JOB: "service", INSTANCE: "gateway"},
)
"""Targets that are not the gateway, with its job or its instance."""
_OTHER_GATEWAY: Final = {JOB: "other", INSTANCE: "other"}
_MOST_OUTAGES: Final = 100
"""So many outages fit into the look-back of a test that shows one, at most."""
_HALF: Final = {JOB: "service", INSTANCE: "half"}
BUILD_INFO: Final = "pushgateway_build_info"


def marker_tests(births: Births) -> Iterator[tuple[Pace, RuleTest]]:
    """A gateway and a target that are down for a while; a gateway that is not coming back."""
    step = pace([births.lookback], [], births.lookback)
    yield step, _down(births, step)
    slow = pace([births.gateways_known // 14], [], births.gateways_known)
    yield slow, _given_up(births, slow)


def _down(births: Births, step: Pace) -> RuleTest:
    """First two targets are down for a look-back, then the gateway, then all are up again.

    For one look-back more, programs have not pushed again: what is missing can be old. Last,
    another gateway is down for little longer than an outage, where samples can be so close.
    """
    lookback, one, outage = step.up(births.lookback), step.step, step.up(births.outage)
    shown = births.outage if _shows_outage(births, step) else 0
    first = 2 * one
    second = first + lookback + 4 * one
    up = second + lookback + 4 * one + outage
    known, end = second + lookback, up + lookback + 4 * one
    down = known - births.lookback - shown * 2 // 3
    brief = end - births.lookback - shown * 4 // 3
    series = [
        *(ObservedSeries(UP, each, [(0, 1), (first, 0), (second, 1)]) for each in NO_GATEWAYS),
        ObservedSeries(UP, GATEWAY, [(0, 1), (down, 0), (up, 1)]),
        ObservedSeries(BUILD_INFO, GATEWAY, [(0, 1), (down, None), (up, 1)]),
        ObservedSeries(UP, _OTHER_GATEWAY, [(0, 1), (brief, 0), (end - births.lookback + one, 1)]),
        ObservedSeries(BUILD_INFO, _OTHER_GATEWAY, [(0, 1)] if shown else [(0, None)]),
        ObservedSeries(UP, {**_HALF, "shard": "0"}, [(0, 0)]),
        ObservedSeries(UP, {**_HALF, "shard": "1"}, [(0, 1)]),
    ]
    end_of_first = first + births.lookback
    checks = [
        *_not_watching(births, births.lookback - one),
        *_watching(births, births.lookback),
        *_watching(births, end_of_first - one),
        *_watching(births, end_of_first, *NO_GATEWAYS),
        *_watching(births, second),
        *_watching(births, known - one),
        *(_watching(births, known, GATEWAY) if shown else ()),
        *_not_watching(births, known + outage + one, GATEWAY),
        *_not_watching(births, up + lookback - one),
        *_watching(births, end - one),
        *(_not_watching(births, end) if shown else _watching(births, end)),
    ]
    sample = _finer(step, births.outage // 4) if shown else step.sample
    inputs = [each.input(sample, end) for each in series]
    return RuleTest("targets that are down", sample, inputs, queries=checks)


def _shows_outage(births: Births, step: Pace) -> bool:
    """Whether an outage lasts at most a step, and long enough for few samples to show it."""
    return births.outage <= step.step and births.lookback <= _MOST_OUTAGES * births.outage


def _finer(step: Pace, most: int) -> int:
    """The longest time between samples, not above this, that divides the one between steps."""
    return next(part for part in range(min(most, step.step), 0, -1) if step.step % part == 0)


def _given_up(births: Births, step: Pace) -> RuleTest:
    """A gateway that is down for a week, or for four runs, is not waited for."""
    known = step.sample + births.gateways_known
    series = [
        ObservedSeries(UP, _HALF, [(0, 1)]),
        ObservedSeries(UP, GATEWAY, [(0, 1), (2 * step.sample, 0)]),
        ObservedSeries(BUILD_INFO, GATEWAY, [(0, 1), (2 * step.sample, None)]),
    ]
    last = (known // step.step) * step.step
    checks = [
        *_not_watching(births, last, GATEWAY),
        *_watching(births, last + step.step, GATEWAY),
    ]
    inputs = [each.input(step.sample, last + step.step) for each in series]
    return RuleTest("a gateway that is given up", step.sample, inputs, queries=checks)


def _watching(births: Births, time: int, *down: Labels) -> Iterator[QueryResult]:
    yield QueryResult(births.watched, time, [(births.watched, 1)])
    yield _unreachable(births, time, down)


def _not_watching(births: Births, time: int, *down: Labels) -> Iterator[QueryResult]:
    yield QueryResult(births.watched, time, [])
    yield _unreachable(births, time, down)


def _unreachable(births: Births, time: int, down: Sequence[Labels]) -> QueryResult:
    results = [(series_text(births.unreachable, labels), 0) for labels in down]
    return QueryResult(births.unreachable, time, results)
