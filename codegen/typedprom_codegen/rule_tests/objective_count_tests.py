"""Tests of objectives' counts: of bad and of all events, with each counter in all its views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from math import gcd
from typing import Final

from typedprom_codegen.alerting import record_names
from typedprom_codegen.alerting.counts import counts_a_unit, events_of
from typedprom_codegen.alerting.objectives import windows
from typedprom_codegen.ir import (
    LatencyIndicator,
    RatioIndicator,
    ScheduleIndicator,
    SelectedSeries,
    Slo,
)
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.queries.bound_text import bound_text, go_text
from typedprom_codegen.queries.known import BUCKET_LABEL, BUCKET_SUFFIX
from typedprom_codegen.rule_tests.counted import happened
from typedprom_codegen.rule_tests.counter_views import CounterViews
from typedprom_codegen.rule_tests.label_choice import INSTANCE, Labels
from typedprom_codegen.rule_tests.lateness_count_tests import lateness_count_tests
from typedprom_codegen.rule_tests.observed_series import ObservedSeries, Point, counting
from typedprom_codegen.rule_tests.pace import Pace, pace
from typedprom_codegen.rule_tests.promtool_file import QueryResult, RuleTest, series_text
from typedprom_codegen.rule_tests.setting import Setting

_NOISE: Final = 100_000
"""How many events happen that do not count."""

_LAST_BAD, _LAST = 1, 2
"""After how many evaluations the last counters go: first those of which the bad are counted."""

_CHECKS: Final = ((True, True), (False, True), (False, False))
_CHECKS_OF_BUCKETS: Final = ((True, True), (False, True), (True, True), (False, False))
"""Bad events are all without the fast ones: there are none without either."""


_OfEvents = RatioIndicator | LatencyIndicator


@dataclass(frozen=True, slots=True)
class _Counters:
    """The series of an objective: of bad events, and of all; `fast` are taken from all as good."""

    bad: Sequence[ObservedSeries]
    every: Sequence[ObservedSeries]
    fast: Sequence[ObservedSeries]
    noise: Sequence[ObservedSeries]
    checks: Sequence[tuple[bool, bool]]  # after now: whether there are bad events, and any
    first: Sequence[ObservedSeries] = ()  # that are new when all others are gone


def objective_count_tests(slo: Slo, setting: Setting) -> Iterator[tuple[Pace, RuleTest]]:
    """A test of the counts in each window."""
    indicator = slo.indicator
    if isinstance(indicator, ScheduleIndicator):
        yield from lateness_count_tests(slo, indicator, setting)
        return
    for window in windows(slo, setting.catalog):
        yield _count_test(slo, indicator, window, setting.within(window))


def _count_test(
    slo: Slo, indicator: _OfEvents, window: int, setting: Setting
) -> tuple[Pace, RuleTest]:
    before = window + (setting.births.series_lookback if setting.counts_births else 0)
    step = _pace(window, before, setting)
    now = step.up(before) + 3 * step.step
    around = _Around(window, step, now, setting)
    counters = _counters(indicator, around)
    views = around.views("", setting.target)
    queries = [*_queries(slo, counters, views, setting)]
    other = {record_names.SLO_LABEL: "other"}
    bad_of_other = record_names.bad(setting.catalog.namespace, window)
    series = (*counters.bad, *counters.every, *counters.fast, *counters.noise)
    series = (*series, ObservedSeries(bad_of_other, other, [(0, _NOISE)]))
    inputs = dict.fromkeys(one.input(step.sample, now + 4 * step.step) for one in series)
    inputs |= dict.fromkeys(one.input(step.sample, queries[-1].time) for one in counters.first)
    up = views.up() if setting.counts_births else ()
    inputs |= dict.fromkeys(one.input(step.sample, queries[-1].time) for one in up)
    name = f"{slo.key}: events within {duration(window)}"
    return step, RuleTest(name, step.sample, [*inputs], queries=queries)


def _pace(window: int, length: int, setting: Setting) -> Pace:
    """Samples are rare, but there are three in a look-back, one as it begins, and two in a step."""
    found, lookback = pace([window], [], length), setting.births.lookback
    shared = gcd(found.step, lookback)
    parts = (shared // n for n in range(1, shared + 1) if shared % n == 0)
    longest = min(lookback // 3, found.step // 2)
    rare = next((part for part in parts if part <= longest), found.sample)
    return replace(found, sample=max(found.sample, rare))


@dataclass(frozen=True, slots=True)
class _Around:
    """A window of a test, and what it is in."""

    window: int
    pace: Pace
    now: int
    setting: Setting

    def views(self, series: str, labels: Labels) -> CounterViews:
        """The views of a counter."""
        return CounterViews(series, self.window, labels, self.pace, self.now, self.setting)

    def seen(self, selected: Sequence[SelectedSeries], last: int) -> Iterator[ObservedSeries]:
        """All views of the counters of selections, and of one that ends later."""
        for each in selected:
            yield from self.of(each, events_of(each), last)

    def of(self, selected: SelectedSeries, name: str, last: int) -> Iterator[ObservedSeries]:
        """All views of a counter, and one that goes a number of evaluations after now.

        It comes back for a single sample just before the next one.
        """
        [choice] = self.setting.choices([selected], ())
        labels = choice.counted({})[0]
        yield from self.views(name, labels).all()
        if not counts_a_unit(selected):
            yield from self.views(name, labels).rounded()
        gone, end = self.now + last * self.pace.step, self.now + (last + 1) * self.pace.step
        points: list[Point] = [(0, 0), (gone, None), (end - self.pace.sample, 0), (end, None)]
        yield ObservedSeries(name, {**labels, INSTANCE: "last"}, points)

    def noise(self, selected: Sequence[SelectedSeries]) -> list[ObservedSeries]:
        """Counters of the same metrics that are not selected."""
        return [
            counting(events_of(choice.selected), labels, [(self.now, _NOISE)])
            for choice in self.setting.choices(selected, ())
            for labels in choice.not_counted({})
        ]


def _counters(indicator: _OfEvents, around: _Around) -> _Counters:
    match indicator:
        case RatioIndicator() as ratio:
            bad = [*around.seen(ratio.bad, _LAST_BAD)]
            others = [*around.seen(ratio.whole or ratio.good, _LAST)]
            every = others if ratio.whole else [*bad, *others]
            noise = around.noise([*ratio.bad, *ratio.good, *ratio.whole])
            return _Counters(bad, every, (), noise, _CHECKS)
        case LatencyIndicator() as latency:
            every = [*around.seen([latency.selected], _LAST + 1), _slow(latency, around)]
            noise = [*around.noise([latency.selected]), *_other_buckets(latency, around)]
            fast, first = [*_fast(latency, around)], [_first(latency, around)]
            return _Counters(every, every, fast, noise, _CHECKS_OF_BUCKETS, first)


def _slow(latency: LatencyIndicator, around: _Around) -> ObservedSeries:
    """Three slow observations."""
    [choice] = around.setting.choices([latency.selected], ())
    labels = {**choice.counted({})[0], INSTANCE: "slow"}
    return around.views(events_of(latency.selected), labels).ending([(around.now, 3)])


def _fast(latency: LatencyIndicator, around: _Around) -> Iterator[ObservedSeries]:
    """All other observations, in the bucket of the objective."""
    name, bound = latency.selected.metric.name + BUCKET_SUFFIX, float(latency.bound)
    texts = cycle((bound_text(bound), go_text(bound)))
    for each, text in zip(around.of(latency.selected, name, _LAST_BAD), texts, strict=False):
        yield replace(each, labels={**each.labels, BUCKET_LABEL: text})


def _first(latency: LatencyIndicator, around: _Around) -> ObservedSeries:
    """A bucket that is new when all others are gone."""
    [choice] = around.setting.choices([latency.selected], ())
    labels = {**choice.counted({})[0], BUCKET_LABEL: bound_text(float(latency.bound))}
    name, pace = latency.selected.metric.name + BUCKET_SUFFIX, around.pace
    born_at = around.now + around.window + (_LAST + 1) * pace.step - pace.sample
    return ObservedSeries(name, {**labels, INSTANCE: "first"}, [(born_at, 0)])


def _other_buckets(latency: LatencyIndicator, around: _Around) -> Iterator[ObservedSeries]:
    """The buckets of other bounds, which make no difference."""
    [choice] = around.setting.choices([latency.selected], ())
    name = latency.selected.metric.name + BUCKET_SUFFIX
    for bound in (*latency.selected.metric.buckets, float("inf")):
        if bound != float(latency.bound):
            labels = {**choice.counted({})[0], BUCKET_LABEL: bound_text(bound)}
            yield counting(name, labels, [(around.now, _NOISE)])


def _queries(
    slo: Slo, counters: _Counters, views: CounterViews, setting: Setting
) -> Iterator[QueryResult]:
    """What is recorded at some times, of single samples, and when there are none any more."""
    namespace = setting.catalog.namespace
    for kind, (name, added, taken) in enumerate(
        (
            (record_names.bad, counters.bad, counters.fast),
            (record_names.all_events, counters.every, ()),
        )
    ):
        text = series_text(name(namespace, views.window), {record_names.SLO_LABEL: slo.key})
        for time in views.checks():
            most, less = (
                happened(views.known(each, time), time, views.window) for each in (added, taken)
            )
            yield QueryResult(text, time, [(text, most - less)])
        for number, known in enumerate(counters.checks if setting.counts_births else (), start=1):
            time = views.now + views.window + number * views.pace.step
            yield QueryResult(text, time, [(text, 0)] if known[kind] else [])
