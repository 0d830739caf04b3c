"""Tests of objectives: a burst of bad events for each pair of windows, and what keeps it quiet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from typedprom_codegen.alerting.burn_pairs import BurnPair, useful_pairs
from typedprom_codegen.alerting.counts import events_of
from typedprom_codegen.ir import (
    LatencyIndicator,
    RatioIndicator,
    ScheduleIndicator,
    SelectedSeries,
    Slo,
)
from typedprom_codegen.queries.bound_text import bound_text
from typedprom_codegen.queries.known import BUCKET_LABEL, BUCKET_SUFFIX
from typedprom_codegen.rule_tests.counted import happened
from typedprom_codegen.rule_tests.observed_series import Event, ObservedSeries, counting
from typedprom_codegen.rule_tests.pace import pace
from typedprom_codegen.rule_tests.scenario import Case, Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_BAD: Final = "bad"
_GOOD: Final = "good"
_SCRAPED: Final = "scraped"
"""What is scraped, where bad events have no series of their own."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Bad events among others at one time, and good events before."""

    name: str
    bad: int
    whole: int
    earlier: int = 0  # good events
    ago: int = 0  # seconds before


def objective_scenarios(slo: Slo, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """Each pair of windows fires alone, as long as the burst is in its short window."""
    if isinstance(slo.indicator, ScheduleIndicator):
        return
    for rule, urgency in enumerate(_urgencies(slo, setting)):
        pairs = [pair for pair in useful_pairs(slo, setting.catalog) if pair.urgency == urgency]
        for pair in pairs:
            others = [other for other in pairs if other.long > pair.long]
            for burst in _bursts(slo, pair, others):
                yield _scenario(slo, pairs, pair, burst, rule, alert, setting)


def _urgencies(slo: Slo, setting: Setting) -> list[int]:
    return sorted({pair.urgency for pair in useful_pairs(slo, setting.catalog)})


def _bursts(slo: Slo, pair: BurnPair, longer: Sequence[BurnPair]) -> Iterator[Burst]:
    """Bursts that one pair fires for, or just does not; longer windows have more good events."""
    limit = pair.limit(slo)
    times = -(-slo.least // limit.numerator)
    bad, whole = times * limit.numerator, times * limit.denominator
    diluted = 0
    for other in longer:
        diluted = max(diluted, int((bad + 1) / other.limit(slo)) + 1)
    ago = pair.long
    long = f"in {pair.long // 60}m"
    yield Burst(f"more than allowed {long}", bad + 1, whole + 1, diluted, ago)
    yield Burst(f"as many as allowed {long}", bad, whole, diluted, ago)
    yield Burst(f"just enough events {long}", slo.least, slo.least, diluted, ago)
    yield Burst(f"too few events {long}", slo.least - 1, slo.least - 1, diluted, ago)
    often = int((bad + 1) / limit) + 1
    yield Burst(f"not {long}", bad + 1, whole + 1, max(often, diluted), pair.short)


def _scenario(
    slo: Slo,
    pairs: Sequence[BurnPair],
    pair: BurnPair,
    burst: Burst,
    rule: int,
    alert: TestedAlert,
    setting: Setting,
) -> Scenario:
    hold = alert.rules[rule].hold
    step = pace([pair.short], [hold], burst.ago * bool(burst.earlier) + pair.short)
    earlier = 2 * step.step
    start = earlier + (step.up(burst.ago) + step.step if burst.earlier else 0)
    series = _series(slo, burst, earlier, start, setting)

    def value(case: Case, time: int) -> float | None:
        for one in pairs:
            shares = [_share(case, time, window) for window in (one.long, one.short)]
            enough = happened(case.series[_BAD], time, one.long) >= slo.least
            if enough and all(share > one.limit(slo) for share in shares):
                bad = happened(case.series[_BAD], time, one.long)
                return bad / (bad + happened(case.series[_GOOD], time, one.long))
        return None

    case = Case("burst", {}, series, rule=rule)
    end = start + pair.short + 2 * step.step
    return Scenario(burst.name, step, end, [case], value, [start + step.up(hold)])


def _share(case: Case, time: int, window: int) -> Fraction:
    bad = happened(case.series[_BAD], time, window)
    whole = bad + happened(case.series[_GOOD], time, window)
    return Fraction(bad, whole) if whole else Fraction(0)


def _series(
    slo: Slo, burst: Burst, earlier: int, start: int, setting: Setting
) -> dict[str, Sequence[ObservedSeries]]:
    """The counters of an objective, all zero before."""
    good = [(start, burst.whole - burst.bad)] if burst.whole > burst.bad else []
    bad = [(start, burst.bad)] if burst.bad else []
    every = [(start, burst.whole)] if burst.whole else []
    before = [(earlier, burst.earlier)] if burst.earlier else []
    match slo.indicator:
        case RatioIndicator() as ratio:
            failed = _counter(ratio.bad[0], bad, 0, setting)
            if ratio.whole:
                scraped = [
                    _counter(ratio.whole[0], every, 0, setting),
                    _counter(ratio.whole[0], before, 1, setting),
                ]
                unseen = [counting("", {}, good), counting("", {}, before)]
                return {_BAD: [failed], _GOOD: unseen, _SCRAPED: scraped}
            rest = [
                _counter(ratio.good[0], good, 0, setting),
                _counter(ratio.good[0], before, 1, setting),
            ]
            return {_BAD: [failed], _GOOD: rest}
        case LatencyIndicator() as latency:
            scraped = [
                *_histogram(latency, every, good, 0, setting),
                *_histogram(latency, before, before, 1, setting),
            ]
            unseen = [counting("", {}, good), counting("", {}, before)]
            return {_BAD: [counting("", {}, bad)], _GOOD: unseen, _SCRAPED: scraped}
        case _:
            return {}


def _counter(
    selected: SelectedSeries, events: Sequence[Event], number: int, setting: Setting
) -> ObservedSeries:
    [choice] = setting.choices([selected], ())
    return counting(events_of(selected), choice.counted({})[number], events)


def _histogram(
    latency: LatencyIndicator,
    every: Sequence[Event],
    fast: Sequence[Event],
    number: int,
    setting: Setting,
) -> Iterator[ObservedSeries]:
    selected = latency.selected
    [choice] = setting.choices([selected], ())
    labels = choice.counted({})[number]
    bounds = [*selected.metric.buckets, float("inf")]
    for bound in bounds:
        within = fast if bound <= float(latency.bound) else every
        bucket = {**labels, BUCKET_LABEL: bound_text(bound)}
        if bound >= float(latency.bound):
            yield counting(selected.metric.name + BUCKET_SUFFIX, bucket, within)
    yield counting(events_of(selected), labels, every)
