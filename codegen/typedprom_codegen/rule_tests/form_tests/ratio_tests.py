"""Tests of `ratio`: a share at its limit and above, with too few failures and with just enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Final

from typedprom_codegen.ir import RatioForm
from typedprom_codegen.rule_tests.counted import Counted, happened
from typedprom_codegen.rule_tests.label_choice import Labels
from typedprom_codegen.rule_tests.observed_series import Event, ObservedSeries
from typedprom_codegen.rule_tests.placement import Sketch, Stage
from typedprom_codegen.rule_tests.scenario import Case, Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_BAD: Final = "bad"
_REST: Final = "rest"
_ENOUGH: Final = 20
"""One of so many is under a tenth of them."""
Series = dict[str, Sequence[ObservedSeries]]


@dataclass(frozen=True, slots=True)
class RatioCases:
    """Cases of a ratio: so many failures, of so many events, all at `start`."""

    bad: Counted
    rest: Counted  # what succeeded; or everything, where that is counted
    is_whole: bool
    start: int
    limit: Fraction
    least: int

    def above(self) -> Sketch:
        """One failure more than its share allows."""
        most, whole = self._at_limit()
        return Sketch("above", lambda to: self._of(to, most + 1, whole + 1), self._noise)

    def usual(self) -> Iterator[Sketch]:
        """As many failures as allowed, just enough of them, too few."""
        most, whole = self._at_limit()
        yield Sketch("at", lambda to: self._of(to, most, whole), self._bad_noise)
        yield Sketch("least", lambda to: self._born(to, self.least), self._bad_noise)
        yield Sketch("few", lambda to: self._of(to, self.least - 1, self.least - 1))

    def of_each_value(self) -> Iterator[Sketch]:
        """Failures and successes of one value that counts: at the limit, and nothing but those."""
        most, whole = self._at_limit()
        for label, value in self.bad.each_value():
            only = replace(self, bad=self.bad.only(label, value))
            yield Sketch(f"{value}-at", partial(only._of, bad=most, whole=whole))
            yield Sketch(value, partial(only._born, count=self.least))
        for label, value in self.rest.each_value():
            only = replace(self, rest=self.rest.only(label, value))
            yield Sketch(f"{value}-rest", partial(only._of, bad=most, whole=whole))

    def unusual(self, again: int) -> Iterator[Sketch]:
        """Counters that begin again, after failures or without any."""
        yield Sketch("reset", lambda to: self._reset(to, again))
        yield Sketch("restarted", self._restarted)

    def _at_limit(self) -> tuple[int, int]:
        """As many failures as allowed, of how many, with enough failures."""
        share = self.limit if self.limit < 1 else Fraction(1)
        enough = max(self.least, _ENOUGH)
        times = -(-enough // share.numerator) if share else enough
        return times * share.numerator, times * share.denominator

    def _of(self, to: Labels, bad: int, whole: int) -> Series:
        rest = whole if self.is_whole else whole - bad
        return {
            _BAD: self.bad.counting(to, *self._event(bad)),
            _REST: self.rest.counting(to, *self._event(rest)),
        }

    def _born(self, to: Labels, count: int) -> Series:
        """Nothing but failures, of counters that did not exist before."""
        event = self._event(count)
        rest = self.rest.born(to, *event) if self.is_whole else ()
        return {_BAD: self.bad.born(to, *event), _REST: rest}

    def _reset(self, to: Labels, again: int) -> Series:
        failures = self.bad.reset(to, again, *self._event(self.least))
        return {**self._of(to, 0, self.least * self.is_whole), _BAD: failures}

    def _restarted(self, to: Labels) -> Series:
        return {_BAD: self.bad.restarted(to, self.start), _REST: self.rest.counting(to)}

    def _event(self, count: int) -> list[Event]:
        return [(self.start, count)] if count else []

    def _bad_noise(self, to: Labels) -> Sequence[ObservedSeries]:
        return self.bad.noise(to, (self.start, 1000))

    def _noise(self, to: Labels) -> Sequence[ObservedSeries]:
        return [*self._bad_noise(to), *self.rest.noise(to, (self.start, 1000))]


def ratio_scenarios(form: RatioForm, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """Enough failures, and one more than their share allows, fire until they leave the window."""
    pace = setting.counting_pace(form.over, alert.hold, alert.keep)
    start = setting.start(form.over, pace)
    bad = setting.choices(form.bad, alert.by)
    rest = setting.choices(form.whole or form.good, alert.by)

    def value(case: Case, time: int) -> float | None:
        failed = happened(case.series[_BAD], time, form.over)
        others = happened(case.series[_REST], time, form.over)
        whole = others if form.whole else failed + others
        if failed < max(form.least, 1) or Fraction(failed, whole) <= Fraction(form.above):
            return None
        return failed / whole

    cases = RatioCases(
        setting.counted(bad, form.least),
        setting.counted(rest, form.least),
        bool(form.whole),
        start,
        Fraction(form.above),
        form.least,
    )
    end = start + form.over + alert.keep + pace.step
    stage = Stage(pace, end, value, setting.checks(pace, start, alert))
    others = [*cases.usual(), *cases.of_each_value(), *cases.unusual(start + pace.step)]
    yield from stage.scenarios(bad[0], [cases.above(), *others])
    for fine, begin in stage.finer(form.over, alert.hold, alert.keep):
        fresh = replace(cases, bad=setting.fresh(bad), rest=setting.fresh(rest), start=begin)
        yield fine.one(bad[0], fresh.above())
