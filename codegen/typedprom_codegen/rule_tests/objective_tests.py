"""Tests of objectives: events at the limits of each pair of windows, and just beyond them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final, assert_never

from typedprom_codegen.alerting.burn_pairs import BurnPair
from typedprom_codegen.alerting.counts import events_of
from typedprom_codegen.ir import (
    LatencyIndicator,
    RatioIndicator,
    ScheduleIndicator,
    SelectedSeries,
    Slo,
)
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.queries.bound_text import bound_text
from typedprom_codegen.queries.known import BUCKET_LABEL, BUCKET_SUFFIX
from typedprom_codegen.rule_tests.burn_tests import BurnTests, Burst, burn_tests
from typedprom_codegen.rule_tests.label_choice import Labels
from typedprom_codegen.rule_tests.lateness_tests import lateness_scenarios
from typedprom_codegen.rule_tests.observed_series import ObservedSeries, counting
from typedprom_codegen.rule_tests.pace import Pace
from typedprom_codegen.rule_tests.scenario import Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_SAMPLED: Final = 3600
"""At most so many seconds between samples: counters are looked for longer before a window."""

_FINE: Final = 12
"""So many events are bad at a limit, at least: one more is then less than a tenth of them."""


def objective_scenarios(slo: Slo, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """How long each rule waits, and the limits of each pair of windows."""
    tests = burn_tests(slo, setting.catalog)
    if isinstance(slo.indicator, ScheduleIndicator):
        yield from lateness_scenarios(slo.indicator, tests, alert, setting)
        return
    for rule in alert.rules:
        yield _waiting(tests, rule.hold, setting)
    for pair in tests.pairs():
        yield _limits(tests, pair, setting)
        yield _few(tests, pair, setting)


def _waiting(tests: BurnTests, hold: int, setting: Setting) -> Scenario:
    """All events are bad: the alert fires when its `for` has passed."""
    step = hold // 2
    burst = Burst(2 * step, tests.slo.least, 0)
    name = f"all are bad, for {duration(hold)}"
    return _scenario(tests, name, Pace(step, step), [burst], [burst.time + hold + step], setting)


def _limits(tests: BurnTests, pair: BurnPair, setting: Setting) -> Scenario:
    """The share of bad events at the limit in one window, then above it in both.

    Each burst has left the short window when the next one comes.
    """
    limit, step = pair.limit(tests.slo), pair.short // 2
    times = ceil(max(tests.slo.least, _FINE) / limit.numerator)
    bad, good = times * limit.numerator, times * (limit.denominator - limit.numerator)
    before = _before(tests, pair, 3 * bad + 1)
    start = pair.long - step if before else step
    bursts = [
        *before,
        Burst(start, 0, good),
        Burst(start + 2 * step, bad, 0),  # at the limit in the long window
        Burst(start + 4 * step, bad + 1, good),  # above it in both
        Burst(start + 7 * step, bad, good),  # at the limit in the short window
    ]
    checks = [start + steps * step for steps in (3, 5, 6, 8)]
    return _scenario(tests, f"limits, {_named(pair)}", _pace(step), bursts, checks, setting)


def _few(tests: BurnTests, pair: BurnPair, setting: Setting) -> Scenario:
    """The share is above the limit, but too few events are bad; then enough are."""
    limit, step, few = pair.limit(tests.slo), pair.short // 2, tests.slo.least - 1
    good = max(0, ceil(few / limit) - 1 - few)
    before = _before(tests, pair, tests.slo.least)
    start = pair.long + step if before else step
    bursts = [*before, Burst(start, few, good), Burst(start + 2 * step, 1, 0)]
    checks = [start + step, start + 3 * step]
    return _scenario(tests, f"few events, {_named(pair)}", _pace(step), bursts, checks, setting)


def _named(pair: BurnPair) -> str:
    return f"{duration(pair.long)} and {duration(pair.short)}"


def _pace(step: int) -> Pace:
    return Pace(step, min(step, _SAMPLED))


def _before(tests: BurnTests, pair: BurnPair, bad: int) -> list[Burst]:
    """Good events before the long window, so that no longer pair of the same rule fires."""
    longer = [other for other in tests.beside(pair) if other.long > pair.long]
    good = max((ceil(bad / other.limit(tests.slo)) for other in longer), default=0)
    return [Burst(pair.short // 2, 0, good)] if longer else []


def _scenario(
    tests: BurnTests,
    name: str,
    pace: Pace,
    bursts: Sequence[Burst],
    checks: Sequence[int],
    setting: Setting,
) -> Scenario:
    return tests.scenario(name, pace, bursts, _series(tests.slo, bursts, setting), checks)


def _series(slo: Slo, bursts: Sequence[Burst], setting: Setting) -> Iterator[ObservedSeries]:
    """The counters of an objective, all zero before."""
    bad = [(burst.time, burst.bad) for burst in bursts if burst.bad]
    good = [(burst.time, burst.good) for burst in bursts if burst.good]
    every = [(burst.time, burst.bad + burst.good) for burst in bursts]
    match slo.indicator:
        case RatioIndicator() as ratio:
            whole = (ratio.whole[0], every) if ratio.whole else (ratio.good[0], good)
            for selected, events in ((ratio.bad[0], bad), whole):
                yield counting(events_of(selected), _labels(selected, setting), events)
        case LatencyIndicator() as latency:
            labels = _labels(latency.selected, setting)
            within = {**labels, BUCKET_LABEL: bound_text(float(latency.bound))}
            yield counting(events_of(latency.selected), labels, every)
            yield counting(latency.selected.metric.name + BUCKET_SUFFIX, within, good)
        case ScheduleIndicator():
            return
        case _:
            assert_never(slo.indicator)


def _labels(selected: SelectedSeries, setting: Setting) -> Labels:
    [choice] = setting.choices([selected], ())
    return choice.counted({})[0]
