"""Counters in a test: a number of events is spread over all series that an alert adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from typedprom_codegen.rule_tests.label_choice import LabelChoice, Labels
from typedprom_codegen.rule_tests.observed_series import (
    Event,
    ObservedSeries,
    away,
    born,
    counting,
    reset,
)

Make = Callable[[str, Labels, Sequence[Event]], ObservedSeries]


@dataclass(frozen=True, slots=True)
class Counted:
    """Counters of some selections, whose increases are added up."""

    choices: Sequence[LabelChoice]
    total: int  # of counters that are older than the test
    counts_births: bool

    def counting(self, subject: Labels, *events: Event) -> list[ObservedSeries]:
        """Counters that exist from the beginning."""
        return self._spread(subject, events, self._counting)

    def born(self, subject: Labels, *events: Event) -> list[ObservedSeries]:
        """Counters that begin with their first event, where they have any."""
        make = born if self.counts_births else self._counting
        return self._spread(subject, events, make)

    def reset(self, subject: Labels, time: int, *events: Event) -> list[ObservedSeries]:
        """Counters that begin again at zero at a second, after their first events ever."""
        return self._spread(subject, events, lambda *one: reset(*one, base=0, time=time))

    def restarted(self, subject: Labels, time: int) -> list[ObservedSeries]:
        """Counters that begin again at zero, without an event."""
        return [reset(*one, [], base=self.total, time=time) for one in self._all(subject)]

    def back(self, subject: Labels, gone: int, time: int) -> list[ObservedSeries]:
        """Counters that are not there for a while, and come back with the same value."""
        return [away(*one, [(time, 0)], base=self.total, gone=gone) for one in self._all(subject)]

    def noise(self, subject: Labels, *events: Event) -> list[ObservedSeries]:
        """Counters that do not count, in which the same happens."""
        return [
            self._counting(choice.selected.metric.name, labels, events)
            for choice in self.choices
            for labels in choice.not_counted(subject)
        ]

    def only(self, label: str, value: str) -> Counted:
        """Those of the counters that have a value of a label."""
        return replace(self, choices=[choice.only(label, value) for choice in self.choices])

    def last(self) -> Counted:
        """Those of the last selection."""
        return replace(self, choices=self.choices[-1:])

    def each_value(self) -> Iterator[tuple[str, str]]:
        """Labels with each value that counts, where there are several."""
        for choice in self.choices:
            yield from choice.each_value()

    def _counting(self, name: str, labels: Labels, events: Sequence[Event]) -> ObservedSeries:
        return counting(name, labels, events, base=self.total if self.counts_births else 0)

    def _spread(self, subject: Labels, events: Sequence[Event], make: Make) -> list[ObservedSeries]:
        series, made = [*self._all(subject)], list[ObservedSeries]()
        for number, (name, labels) in enumerate(series):
            own = [
                (time, part)
                for time, count in events
                if (part := count // len(series) + (number < count % len(series)))
            ]
            made.append((make if own else self._counting)(name, labels, own))
        return made

    def _all(self, subject: Labels) -> Iterator[tuple[str, Labels]]:
        for choice in self.choices:
            for labels in choice.counted(subject):
                yield choice.selected.metric.name, labels


def happened(series: Sequence[ObservedSeries], time: int, over: int) -> int:
    """How much was counted in the window that ends at a second."""
    return sum(one.happened(time - over, time) for one in series)
