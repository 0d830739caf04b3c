"""Tests of the markers: when Prometheus began to watch, and which targets were down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from typedprom_codegen.alerting.increase import Births
from typedprom_codegen.rule_tests.label_choice import INSTANCE, JOB, Labels
from typedprom_codegen.rule_tests.observed_series import ObservedSeries, Point
from typedprom_codegen.rule_tests.pace import Pace, pace
from typedprom_codegen.rule_tests.promtool_file import QueryResult, RuleTest, series_text
from typedprom_codegen.rule_tests.setting import UP

_GATEWAY: Final = {JOB: "pushgateway", INSTANCE: "gateway"}
_TARGET: Final = {JOB: "service", INSTANCE: "target"}
_BUILD: Final = "pushgateway_build_info"
_WEEK: Final = 7 * 86400


def marker_tests(told: Births) -> Iterator[tuple[Pace, RuleTest]]:
    """A gateway and a target that are down for a while; a gateway that is not coming back."""
    step = pace([told.lookback], [], told.lookback)
    yield step, _down(told, step)
    slow = pace([_WEEK // 14], [], _WEEK)
    yield slow, _given_up(told, slow)


def _down(told: Births, step: Pace) -> RuleTest:
    """First the target is down for a look-back, then the gateway, then both are up again."""
    lookback, one = step.up(told.lookback), step.step
    first = 2 * one
    second = first + lookback + 4 * one
    up = second + lookback + 4 * one
    series = [
        *_series(_TARGET, [(0, 1), (first, 0), (second, 1)]),
        *_series(_GATEWAY, [(0, 1), (second, 0), (up, 1)]),
    ]
    end_of_first, end_of_second = first + told.lookback, second + told.lookback
    target, gateway = [_TARGET], [_GATEWAY]
    nothing = list[Labels]()
    checks = [
        *_checks(told, told.lookback - one, watching=False, down=nothing),
        *_checks(told, told.lookback, watching=True, down=nothing),
        *_checks(told, end_of_first - one, watching=True, down=nothing),
        *_checks(told, end_of_first, watching=True, down=target),
        *_checks(told, second, watching=True, down=nothing),
        *_checks(told, end_of_second - one, watching=True, down=nothing),
        *_checks(told, end_of_second, watching=False, down=gateway),
        *_checks(told, up, watching=True, down=nothing),
    ]
    inputs = [each.input(step.sample, up) for each in series]
    return RuleTest("targets that are down", step.sample, inputs, queries=checks)


def _given_up(told: Births, step: Pace) -> RuleTest:
    """A gateway that is down for a week is not waited for."""
    known = step.sample + _WEEK
    series = [
        ObservedSeries(UP, _TARGET, [(0, 1)]),
        ObservedSeries(UP, _GATEWAY, [(0, 1), (2 * step.sample, 0)]),
        ObservedSeries(_BUILD, _GATEWAY, [(0, 1), (2 * step.sample, None)]),
    ]
    last = (known // step.step) * step.step
    checks = [
        *_checks(told, last, watching=False, down=[_GATEWAY]),
        *_checks(told, last + step.step, watching=True, down=[_GATEWAY]),
    ]
    inputs = [each.input(step.sample, last + step.step) for each in series]
    return RuleTest("a gateway that is given up", step.sample, inputs, queries=checks)


def _series(labels: Labels, points: Sequence[Point]) -> Iterator[ObservedSeries]:
    """`up` of a target, and what the gateway says of itself while it is up."""
    yield ObservedSeries(UP, labels, points)
    if labels is _GATEWAY:
        yield ObservedSeries(_BUILD, labels, [(time, value or None) for time, value in points])


def _checks(
    told: Births, time: int, *, watching: bool, down: Sequence[Labels]
) -> Iterator[QueryResult]:
    yield QueryResult(told.watched, time, [(told.watched, 1)] if watching else [])
    results = [(series_text(told.unreachable, labels), 0) for labels in down]
    yield QueryResult(told.unreachable, time, results)
