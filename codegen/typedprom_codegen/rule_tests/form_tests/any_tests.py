"""Tests of `any`: as many events as allowed, one more, and all ways in which a counter is seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.ir import AnyForm
from typedprom_codegen.rule_tests.counted import Counted, happened
from typedprom_codegen.rule_tests.label_choice import Labels
from typedprom_codegen.rule_tests.observed_series import Event, ObservedSeries
from typedprom_codegen.rule_tests.placement import Sketch, Stage
from typedprom_codegen.rule_tests.scenario import Case, Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_COUNT: Final = "count"


@dataclass(frozen=True, slots=True)
class AnyCases:
    """Cases of counters: their events happen at `start`."""

    counted: Counted
    start: int
    limit: int

    def above(self) -> Sketch:
        """Two events more than allowed, one of each of two counters."""
        more = self._event(self.limit + 2)
        return _sketch("above", lambda to: self.counted.counting(to, *more))

    def usual(self) -> Iterator[Sketch]:
        """As many events as allowed; one more: of new counters, of each value that counts."""
        most, more = self._event(self.limit), self._event(self.limit + 1)
        yield Sketch(
            "at",
            lambda to: {_COUNT: self.counted.counting(to, *most)},
            lambda to: self.counted.noise(to, *more),
        )
        yield _sketch("born", lambda to: self.counted.born(to, *more))
        for label, value in self.counted.each_value():
            yield self._only(label, value, more)

    def unusual(self, gone: int, again: int) -> Iterator[Sketch]:
        """Counters that are gone for a while or begin again; only the last ones have events."""
        if gone < self.start:
            yield _sketch("away", lambda to: self.counted.back(to, gone, self.start))
        yield _sketch("restarted", lambda to: self.counted.restarted(to, self.start))
        more = self._event(self.limit + 1)
        yield _sketch("reset", lambda to: self.counted.reset(to, again, *more))

    def _event(self, count: int) -> list[Event]:
        return [(self.start, count)] if count else []

    def _only(self, label: str, value: str, events: Sequence[Event]) -> Sketch:
        counted = self.counted.only(label, value)
        return _sketch(value, lambda to: counted.counting(to, *events))


def _sketch(name: str, counters: Callable[[Labels], Sequence[ObservedSeries]]) -> Sketch:
    return Sketch(name, lambda to: {_COUNT: counters(to)})


def any_scenarios(form: AnyForm, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """One event too many fires, from the first evaluation that sees it to its window's end."""
    pace = setting.counting_pace(form.over, alert.hold, alert.keep)
    start, limit = setting.start(form.over, pace), math.floor(form.above)
    [choice] = setting.choices([form.selected], alert.by)

    def value(case: Case, time: int) -> float | None:
        count = happened(case.series[_COUNT], time, form.over)
        return float(count) if count > form.above else None

    cases = AnyCases(setting.counted([choice], limit), start, limit)
    end = start + form.over + alert.keep + pace.step
    stage = Stage(pace, end, value, setting.checks(pace, start, alert))
    unusual = cases.unusual(setting.gone(start, pace), start + pace.step)
    yield from stage.scenarios(choice, [cases.above(), *cases.usual(), *unusual])
    for fine, begin in stage.finer(form.over, alert.hold, alert.keep):
        yield fine.one(choice, AnyCases(setting.fresh([choice]), begin, limit).above())
