"""A counter in all ways in which Prometheus sees one, each with its own power of two of events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from typedprom_codegen.rule_tests.label_choice import INSTANCE, JOB, Labels, twin
from typedprom_codegen.rule_tests.observed_series import (
    Event,
    ObservedSeries,
    away,
    born,
    counting,
    reset,
)
from typedprom_codegen.rule_tests.pace import Pace
from typedprom_codegen.rule_tests.setting import UP, Setting

_OLD: Final = 1000
"""The value of counters that are older than the test."""


@dataclass(frozen=True, slots=True)
class CounterViews:
    """A counter in different targets, as it is just before `now`."""

    series: str
    window: int
    labels: Labels
    pace: Pace
    now: int
    setting: Setting

    def all(self) -> Iterator[ObservedSeries]:
        """All views that the rules count rightly."""
        yield from self.counters()
        if self.setting.counts_births:
            yield from self.born_counters()

    @property
    def before(self) -> int:
        """When the window begins."""
        return self.now - self.window

    def born_counters(self) -> Iterator[ObservedSeries]:
        """Counters that `increase` alone would not count rightly."""
        step, sample, before = self.pace.step, self.pace.sample, self.before
        recent, last = self.now - 2 * step, self.now - step
        old, soon = self._up(before - self.setting.births.series_lookback) + sample, before + sample
        yield self._ending(born(self.series, self._at("new"), [(recent, 4), (last, 4)]))
        came_back = away(
            self.series, self._at("away"), [(recent, 16)], base=_OLD, gone=old + sample
        )
        yield self._ending(came_back)
        yield self._ending(self._forgotten(32, old - 2 * sample, recent))
        yield counting(self.series, self._at("gone"), [(recent, 64)], base=_OLD).until(last)
        down = replace(born(self.series, self._at("down"), [(recent, 128)]), events=())
        yield self._ending(down)
        yield self._ending(born(self.series, self._at("short"), [(recent, 256)]))
        yield self._ending(born(self.series, self._at("down", job="new"), [(recent, 512)]))
        yield self._ending(born(self.series, self._at("early"), [(self.early - step, 1)]))
        yield born(self.series, self._at("brief"), [(soon, 1024)]).until(soon + sample)
        at_the_end = counting(self.series, self._at("end"), [(soon, 2048)], base=_OLD)
        yield at_the_end.until(soon + sample)
        yield counting(self.series, self._at("left"), (), base=_OLD).until(before - sample)
        yield self._reset_before(4096, recent).until(last)
        yield self._ending(counting(self.series, self._at("old"), self._around(before), base=_OLD))

    @property
    def early(self) -> int:
        """The last evaluation at which Prometheus was not watching yet when the window began."""
        return self.pace.up(self.setting.births.lookback) + self.window - self.pace.step

    def checks(self) -> tuple[int, ...]:
        """When the counts are checked: before Prometheus knows of births, from then on, and now."""
        if not self.setting.counts_births:
            return (self.now,)
        return self.early, self.early + self.pace.step, self.now

    def known(self, series: Sequence[ObservedSeries], time: int) -> list[ObservedSeries]:
        """What Prometheus knows of series: that some were born, only after `early`."""
        return [one.without_birth() if time <= self.early else one for one in series]

    @property
    def one_sample(self) -> int:
        """When each window has the last sample of a counter and no other."""
        return self.now + self.pace.step + self.window

    def is_single(self, series: ObservedSeries) -> bool:
        """Whether a window then has a last sample of the counter that is not less than before."""
        before, after = series.value(self._gap - self.pace.sample), series.value(self._last)
        return after is not None and before is not None and after >= before

    def counters(self) -> Iterator[ObservedSeries]:
        """Counters that `increase` counts rightly: they are zero when the window begins."""
        first, again = self.before + 2 * self.pace.sample, self.before + 3 * self.pace.sample
        zero = counting(self.series, self._at("zero"), [(self.now, 1)])
        yield self._ending(zero, less=1)
        yield self._ending(reset(self.series, self._at("reset"), [(first, 2)], base=0, time=again))
        yield self._ending(counting(self.series, twin(self._at("zero")), [(self.now, 8192)]))

    def rounded(self) -> Iterator[ObservedSeries]:
        """A counter of which `increase` says that more happened, because it is gone by now."""
        first, again = self.now - 4 * self.pace.sample, self.now - 3 * self.pace.sample
        ended = reset(self.series, self._at("ended"), [(first, 2)], base=0, time=again)
        yield ended.until(self.now)

    def ending(self, events: Sequence[Event]) -> ObservedSeries:
        """A counter that is zero at first and ends like the others."""
        return self._ending(counting(self.series, self.labels, events))

    def up(self) -> Iterator[ObservedSeries]:
        """The targets: one is down just as long as births cannot be told, one not for so long."""
        recent = self.now - 2 * self.pace.step
        sample = self.pace.sample
        long = (self.before - self.setting.births.lookback) // sample * sample
        short = self._up(self.before - self.setting.births.lookback // 2)
        job = {JOB: self.labels[JOB]}
        yield ObservedSeries(UP, {**job, INSTANCE: "old"}, [(0, 1)])
        yield ObservedSeries(UP, {**job, INSTANCE: "down"}, [(0, 1), (long, 0), (recent, 1)])
        yield ObservedSeries(UP, {**job, INSTANCE: "short"}, [(0, 1), (short, 0), (recent, 1)])

    def _around(self, before: int) -> list[Event]:
        """One event as the window begins, which is not in it, and two just after."""
        return [(before, 1), (before + self.pace.sample, 2), (self.now, 2)]

    def _forgotten(self, count: int, last: int, back: int) -> ObservedSeries:
        """A counter that is not known any more when it comes back: it counts as a new one."""
        points = [(0, count), (last + self.pace.sample, None), (back, count)]
        return ObservedSeries(self.series, self._at("forgotten"), points, [(back, count)])

    def _reset_before(self, count: int, time: int) -> ObservedSeries:
        """A counter that began again before the window, and counted five events then."""
        again = self.before - 2 * self.pace.sample
        points = [(0, _OLD), (again, 5), (time, 5 + count)]
        return ObservedSeries(self.series, self._at("again"), points, [(again, 5), (time, count)])

    def _ending(self, series: ObservedSeries, *, less: int = 0) -> ObservedSeries:
        """The series is there for one more scrape after a gap, perhaps with a lower value."""
        last = self._last
        value = (series.value(last) or 0) - less
        ends = [(self._gap, None), (last, value), (last + self.pace.sample, None)]
        return replace(series, points=[*series.points, *ends])

    @property
    def _gap(self) -> int:
        """From when on a series is missing, after now."""
        return self.now + self.pace.step - self.pace.sample

    @property
    def _last(self) -> int:
        """When a series is scraped for the last time, just before the second evaluation."""
        return self.now + 2 * self.pace.step - self.pace.sample

    def _at(self, instance: str, *, job: str | None = None) -> Labels:
        return {**self.labels, INSTANCE: instance, **({JOB: job} if job else {})}

    def _up(self, time: int) -> int:
        return -(-time // self.pace.sample) * self.pace.sample
