"""Tests of `fewer`: as many as is enough and one less, compared with enough and with too few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Final

from typedprom_codegen.ir import FewerForm
from typedprom_codegen.rule_tests.counted import Counted, happened
from typedprom_codegen.rule_tests.label_choice import Labels
from typedprom_codegen.rule_tests.observed_series import Event, ObservedSeries
from typedprom_codegen.rule_tests.pace import pace
from typedprom_codegen.rule_tests.placement import Sketch, Stage
from typedprom_codegen.rule_tests.scenario import Case, Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_COUNT: Final = "count"
_USUAL: Final = "usual"
_ENOUGH: Final = 20
"""One of so many is under a tenth of them."""
Series = dict[str, Sequence[ObservedSeries]]


@dataclass(frozen=True, slots=True)
class FewerCases:
    """Cases of a counter at `start`, and of what it is compared with at `usually`."""

    count: Counted
    usual: Counted | None  # None: the counter itself, some time before
    start: int
    usually: int
    again: int  # long after that and long before the start
    than: Fraction
    least: int

    def fewer(self) -> Sketch:
        """One less than is enough."""
        enough, whole = self._enough()
        return Sketch("fewer", lambda to: self._of(to, enough - 1, whole), self._count_noise)

    def others(self) -> Iterator[Sketch]:
        """Enough; nothing, compared with just enough and with too few; no counter at all."""
        enough, whole = self._enough()
        yield Sketch("enough", lambda to: self._of(to, enough, whole), self._usual_noise)
        yield Sketch("least", lambda to: self._of(to, 0, self.least))
        yield Sketch("few", lambda to: self._of(to, 0, self.least - 1))
        for label, value in self.count.each_value():
            only = replace(self, count=self.count.only(label, value))
            yield Sketch(value, partial(only._of, count=enough, usual=whole))
        if self.usual is not None:
            yield from self._of_usual(self.usual)
        else:
            yield Sketch("gone", lambda to: self._gone(to, self.least))

    def _of_usual(self, usual: Counted) -> Iterator[Sketch]:
        """The last of what is compared with is there alone; each value that counts."""
        last = replace(self, usual=usual.last())
        yield Sketch("unknown", lambda to: {**last._of(to, 0, self.least), _COUNT: ()})
        for label, value in usual.each_value():
            only = replace(self, usual=usual.only(label, value))
            yield Sketch(f"{value}-usual", partial(only._of, count=0, usual=self.least))

    def _enough(self) -> tuple[int, int]:
        """As many as are enough, of how many."""
        times = -(-max(self.least, _ENOUGH) // self.than.numerator)
        return times * self.than.numerator, times * self.than.denominator

    def _of(self, to: Labels, count: int, usual: int) -> Series:
        now, then = self._event(self.start, count), self._event(self.usually, usual)
        if self.usual is None:
            series = self._before(to, [*then, *now])
            return {_COUNT: series, _USUAL: series}
        return {_COUNT: self.count.counting(to, *now), _USUAL: self.usual.counting(to, *then)}

    def _before(self, to: Labels, events: Sequence[Event]) -> list[ObservedSeries]:
        """Counters that begin again in between, where `increase` must find them at zero."""
        if self.count.counts_births:
            return self.count.counting(to, *events)
        return self.count.reset(to, self.again, *events)

    def _gone(self, to: Labels, usual: int) -> Series:
        """Counters that are gone since."""
        then = self.count.counting(to, *self._event(self.usually, usual))
        series = [one.until(self.again) for one in then]
        return {_COUNT: series, _USUAL: series}

    @staticmethod
    def _event(time: int, count: int) -> list[Event]:
        return [(time, count)] if count else []

    def _count_noise(self, to: Labels) -> Sequence[ObservedSeries]:
        return self.count.noise(to, (self.start, 1000))

    def _usual_noise(self, to: Labels) -> Sequence[ObservedSeries]:
        if self.usual is None:
            return self.count.noise(to, (self.usually, 1000))
        return self.usual.noise(to, (self.usually, 1000))


def fewer_scenarios(form: FewerForm, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """One event less than is enough fires, if there is enough to compare it with."""
    before = form.before or 0
    step = pace(
        [form.over, before],
        [alert.hold, alert.keep],
        2 * form.over + before + alert.hold + alert.keep,
    )
    usually = setting.start(form.over, step)
    start = usually + before
    [choice], others = (
        setting.choices([form.selected], alert.by),
        setting.choices(form.of, alert.by),
    )

    def value(case: Case, time: int) -> float | None:
        count = happened(case.series[_COUNT], time, form.over)
        usual = happened(case.series[_USUAL], time - before, form.over)
        if usual < max(form.least, 1) or Fraction(count, usual) >= Fraction(form.than):
            return None
        return count / usual

    cases = FewerCases(
        setting.counted([choice], form.least),
        None if before else setting.counted(others, form.least),
        start,
        usually,
        step.up((usually + start) // 2),
        Fraction(form.than),
        form.least,
    )
    end = start + form.over + alert.keep + step.step
    stage = Stage(step, end, value, setting.checks(step, start, alert))
    yield from stage.scenarios(choice, [cases.fewer(), *cases.others()])
    if before:
        return
    for fine, begin in stage.finer(form.over, alert.hold, alert.keep):
        count, usual = setting.fresh([choice]), setting.fresh(others)
        fresh = replace(cases, count=count, usual=usual, start=begin, usually=begin)
        yield fine.one(choice, fresh.fewer())
