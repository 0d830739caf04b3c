"""Tests of `gauge`: at the threshold, beyond it and back, gone while beyond it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from typedprom_codegen.ir import GaugeForm, Side
from typedprom_codegen.rule_tests.label_choice import LabelChoice, Labels
from typedprom_codegen.rule_tests.observed_series import ObservedSeries, Point
from typedprom_codegen.rule_tests.pace import Pace, pace
from typedprom_codegen.rule_tests.placement import Sketch, Stage
from typedprom_codegen.rule_tests.scenario import Case, Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_GAUGE: Final = "gauge"
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class GaugeCases:
    """Cases of a gauge that is beyond its threshold from `start` to `back`."""

    choice: LabelChoice
    threshold: Decimal
    beyond: Decimal
    start: int
    back: int

    def sketches(self) -> Iterator[Sketch]:
        """All cases."""
        there = [(0, self.threshold), (self.start, self.beyond)]
        yield Sketch("beyond", self._first([*there, (self.back, self.threshold)]))
        yield Sketch("at", self._first([(0, self.threshold)]), self._noise)
        yield Sketch("gone", self._first([*there, (self.back, None)]))
        for label, value in self.choice.each_value():
            yield Sketch(value, self._first([*there], self.choice.only(label, value)))

    def _first(
        self, points: Sequence[Point], choice: LabelChoice | None = None
    ) -> Callable[[Labels], dict[str, Sequence[ObservedSeries]]]:
        """A series with these values beside one that is never beyond the threshold."""

        def series(to: Labels) -> dict[str, Sequence[ObservedSeries]]:
            first, second = (choice or self.choice).counted(to)
            still = [(0, self.threshold if points[-1][1] is not None else None)]
            return {_GAUGE: [self._series(first, points), self._series(second, still)]}

        return series

    def _noise(self, to: Labels) -> Sequence[ObservedSeries]:
        return [self._series(labels, [(0, self.beyond)]) for labels in self.choice.not_counted(to)]

    def _series(self, labels: Labels, points: Sequence[Point]) -> ObservedSeries:
        return ObservedSeries(self.choice.selected.metric.name, labels, points)


def gauge_scenarios(form: GaugeForm, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """The worst series decides: beyond the threshold it fires, at it it does not."""
    above = form.side is Side.ABOVE
    step = _pace(alert)
    start = 4 * step.step
    back = start + step.up(alert.hold) + 4 * step.step
    [choice] = setting.choices([form.selected], alert.by)

    def value(case: Case, time: int) -> float | None:
        found = [v for one in case.series[_GAUGE] if (v := one.value(time)) is not None]
        worst = (max if above else min)(found, default=form.threshold)
        return float(worst) if worst != form.threshold else None

    beyond = form.threshold + _least_step(form.threshold) * (1 if above else -1)
    cases = GaugeCases(choice, form.threshold, beyond, start, back)
    stage = Stage(step, back + step.up(alert.keep) + 2 * step.step, value)
    yield from stage.scenarios(choice, list(cases.sketches()))


def _pace(alert: TestedAlert) -> Pace:
    held = [seconds for seconds in (alert.hold, alert.keep) if seconds]
    return pace([held[0] if held else _MINUTE], held, 2 * sum(held))


def _least_step(threshold: Decimal) -> Decimal:
    """A tenth of a threshold at most: one of the next digit, but of a whole number one."""
    exponent = threshold.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    return Decimal(1).scaleb(-digits - 1) if digits > 0 else Decimal(1)
