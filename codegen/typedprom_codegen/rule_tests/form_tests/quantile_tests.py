"""Tests of `quantile`: observations at the threshold and above, enough of them and too few."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import inf
from typing import Final

from typedprom_codegen.ir import QuantileForm
from typedprom_codegen.queries.bound_text import bound_text
from typedprom_codegen.queries.known import BUCKET_LABEL, BUCKET_SUFFIX, COUNT_SUFFIX
from typedprom_codegen.rule_tests.label_choice import LabelChoice, Labels
from typedprom_codegen.rule_tests.observed_series import ObservedSeries, counting
from typedprom_codegen.rule_tests.placement import Sketch, Stage
from typedprom_codegen.rule_tests.scenario import Case, Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_COUNT: Final = "count"
_MANY: Final = 100_000
"""So many observations that one more or less hardly moves a quantile."""


@dataclass(frozen=True, slots=True)
class QuantileCases:
    """Cases of a histogram that observes something at `start`."""

    choice: LabelChoice
    bounds: Sequence[float]  # the last one is infinite
    start: int
    total: int  # of series that are older than the test
    at: float
    threshold: float
    least: int

    def slow(self) -> Sketch:
        """The least quantile above the threshold."""
        return self._sketch("slow", self._observed(self._least_slow()), {0: _MANY})

    def others(self) -> Iterator[Sketch]:
        """The largest quantile not above the threshold; just enough slow ones, and too few."""
        slowest = len(self.bounds) - 1
        at = self._observed(self._least_slow() - 1)
        yield self._sketch("at", at, {slowest: _MANY})
        yield self._sketch("least", {slowest: self.least}, {})
        yield self._sketch("few", {slowest: self.least - 1}, {})
        for label, value in self.choice.each_value():
            only_this = replace(self, choice=self.choice.only(label, value))
            yield only_this._sketch(value, {slowest: self.least}, {})

    def _least_slow(self) -> int:
        """How slow observations are, from 0 to twice as many as there are, to be too slow."""
        return bisect_right(range(2 * _MANY), self.threshold, key=self._quantile)

    def _quantile(self, slowness: int) -> float:
        own = self._observed(slowness)
        reached = accumulate(own.get(number, 0) for number in range(len(self.bounds)))
        return quantile(self.at, self.bounds, [*reached])

    def _observed(self, slowness: int) -> dict[int, int]:
        """Many observations: the slower, the fewer below the threshold's bucket or within it."""
        bucket = bisect_left(self.bounds, self.threshold)
        below, above = max(_MANY - slowness, 0), max(slowness - _MANY, 0)
        own = {bucket - 1: below} if bucket else {}
        return own | {bucket: _MANY - above - below * bool(bucket), bucket + 1: above}

    def _sketch(self, name: str, own: dict[int, int], noise: dict[int, int]) -> Sketch:
        return Sketch(
            name,
            lambda to: {_COUNT: [*self._counted(to, own)]},
            lambda to: [*self._noise(to, noise)],
        )

    def _counted(self, to: Labels, own: dict[int, int]) -> Iterator[ObservedSeries]:
        """Two histograms: the first one has the fastest observations, the second one all others."""
        first, second = self.choice.counted(to)
        fastest = min(own, default=0)
        yield from self._histogram(first, {fastest: own.get(fastest, 0)})
        yield from self._histogram(second, own | {fastest: 0})

    def _noise(self, to: Labels, own: dict[int, int]) -> Iterator[ObservedSeries]:
        for labels in self.choice.not_counted(to):
            yield from self._histogram(labels, own)

    def _histogram(self, labels: Labels, own: dict[int, int]) -> Iterator[ObservedSeries]:
        name, reached = self.choice.selected.metric.name, 0
        for number, bound in enumerate(self.bounds):
            reached += own.get(number, 0)
            le = {**labels, BUCKET_LABEL: bound_text(bound)}
            yield self._counter(name + BUCKET_SUFFIX, le, reached)
        yield self._counter(name + COUNT_SUFFIX, labels, reached)

    def _counter(self, name: str, labels: Labels, count: int) -> ObservedSeries:
        events = [(self.start, count)] if count else []
        return counting(name, labels, events, base=self.total)


def quantile_scenarios(
    form: QuantileForm, alert: TestedAlert, setting: Setting
) -> Iterator[Scenario]:
    """The quantile of enough observations, if it is above the threshold, fires."""
    step = setting.counting_pace(form.over, alert.hold, alert.keep)
    start = setting.start(form.over, step)
    [choice] = setting.choices([form.selected], alert.by)
    bounds = [*form.selected.metric.buckets, inf]

    def value(case: Case, time: int) -> float | None:
        counts = [0 for _ in bounds]
        total = 0
        for one in case.series[_COUNT]:
            happened = one.happened(time - form.over, time)
            if BUCKET_LABEL in one.labels:
                counts[_index(bounds, one.labels[BUCKET_LABEL])] += happened
            else:
                total += happened
        if total < max(form.least, 1):
            return None
        found = quantile(float(form.at), bounds, counts)
        return found if found > float(form.threshold) else None

    cases = QuantileCases(
        choice,
        bounds,
        start,
        form.least + 100 if setting.counts_births else 0,
        float(form.at),
        float(form.threshold),
        form.least,
    )
    end = start + form.over + alert.keep + step.step
    stage = Stage(step, end, value, setting.checks(step, start, alert))
    yield from stage.scenarios(choice, [cases.slow(), *cases.others()])
    for fine, begin in stage.finer(form.over, alert.hold, alert.keep):
        yield fine.one(choice, replace(cases, start=begin, total=0).slow())


def _index(bounds: Sequence[float], text: str) -> int:
    return [*bounds].index(inf if text == "+Inf" else float(text))


def quantile(at: float, bounds: Sequence[float], reached: Sequence[int]) -> float:
    """The quantile, with observations spread evenly in each bucket; `reached` are cumulative."""
    rank = at * reached[-1]
    index = next(i for i, count in enumerate(reached) if count >= rank)
    if index == len(bounds) - 1:
        return bounds[-2]
    below, start = (reached[index - 1], bounds[index - 1]) if index else (0, 0.0)
    if index == 0 and bounds[0] <= 0:
        return bounds[0]
    return start + (bounds[index] - start) * ((rank - below) / (reached[index] - below))
