"""Tests of `quantile`: observations at the threshold and above, enough of them and too few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
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


@dataclass(frozen=True, slots=True)
class QuantileCases:
    """Cases of a histogram that observes something at `start`."""

    choice: LabelChoice
    bounds: Sequence[float]  # the last one is infinite
    start: int
    total: int  # of series that are older than the test
    at: Fraction
    threshold: float
    least: int

    def sketches(self) -> Iterator[Sketch]:
        """All cases."""
        below = max(sum(bound <= self.threshold for bound in self.bounds) - 1, 0)
        above = min(sum(bound <= self.threshold for bound in self.bounds) + 1, len(self.bounds) - 1)
        times = -(-self.least // self.at.denominator)
        count, within = times * self.at.denominator, times * self.at.numerator
        yield self._sketch("slow", {below: within - 1, above: count - within + 1})
        yield self._sketch("at", {below: within, above: count - within}, {above: count})
        yield self._sketch("least", {above: self.least})
        yield self._sketch("few", {above: self.least - 1})

    def _sketch(
        self, name: str, own: dict[int, int], noise: dict[int, int] | None = None
    ) -> Sketch:
        return Sketch(
            name,
            lambda to: {_COUNT: self._histograms(self.choice.counted(to), own)},
            lambda to: self._histograms([*self.choice.not_counted(to)], noise or {}),
        )

    def _histograms(self, labels: Sequence[Labels], own: dict[int, int]) -> list[ObservedSeries]:
        """The first series observes all of it; the others have the same buckets."""
        series: list[ObservedSeries] = []
        for number, of in enumerate(labels):
            series += self._histogram(of, own if number == 0 or len(labels) > 2 else {})
        return series

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
        Fraction(form.at),
        float(form.threshold),
        form.least,
    )
    end = start + form.over + alert.keep + step.step
    stage = Stage(step, end, value, setting.checks(step, start, alert))
    yield from stage.scenarios(choice, list(cases.sketches()))


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
