"""Cases of one kind of counter: how many events there are, and all ways in which they are seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from typedprom_codegen.rule_tests.counted import Counted
from typedprom_codegen.rule_tests.label_choice import Labels
from typedprom_codegen.rule_tests.observed_series import Event, ObservedSeries
from typedprom_codegen.rule_tests.pace import Pace
from typedprom_codegen.rule_tests.placement import Sketch
from typedprom_codegen.rule_tests.setting import Setting

Series = dict[str, Sequence[ObservedSeries]]


@dataclass(frozen=True, slots=True)
class CounterCases:
    """Cases of counters: their events happen at `start`."""

    role: str
    counted: Counted
    start: int
    pace: Pace
    setting: Setting
    others: Mapping[str, Counted] = field(default_factory=dict)  # without events

    def usual(self, *, at: int, above: int) -> Iterator[Sketch]:
        """As many events as make no difference; those that do: of all counters, and of new ones."""
        many, more = self.event(above), self.event(above + 1)
        yield Sketch("above", lambda to: self._series(to, self.counted.counting(to, *more)))
        yield Sketch(
            "at",
            lambda to: self._series(to, self.counted.counting(to, *self.event(at))),
            lambda to: self.counted.noise(to, *many),
        )
        yield Sketch("born", lambda to: self._series(to, self.counted.born(to, *many)))
        for label, value in self.counted.choices[0].each_value():
            yield self._only(label, value, many)

    def unusual(self, count: int) -> Iterator[Sketch]:
        """Counters that begin again or are away; only the last ones have events."""
        gone, start = self.setting.gone(self.start, self.pace), self.start
        if gone < start:
            yield Sketch("away", lambda to: self._series(to, self.counted.back(to, gone, start)))
        yield Sketch("restarted", lambda to: self._series(to, self.counted.restarted(to, start)))
        again, many = start + self.pace.step, self.event(count)
        yield Sketch("reset", lambda to: self._series(to, self.counted.reset(to, again, *many)))

    def event(self, count: int) -> list[Event]:
        """So many events at the start."""
        return [(self.start, count)] if count else []

    def _series(self, to: Labels, counters: Sequence[ObservedSeries]) -> Series:
        return {self.role: counters} | {
            role: counted.counting(to) for role, counted in self.others.items()
        }

    def _only(self, label: str, value: str, events: Sequence[Event]) -> Sketch:
        counted = self.counted.only(label, value)
        return Sketch(value, lambda to: self._series(to, counted.counting(to, *events)))
