"""Tests of recorded counts: each way in which a counter is seen adds its own power of two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from typedprom_codegen.alerting import record_names
from typedprom_codegen.ir import SelectedSeries
from typedprom_codegen.rule_tests.label_choice import INSTANCE, JOB, LabelChoice, Labels
from typedprom_codegen.rule_tests.observed_series import (
    Event,
    ObservedSeries,
    away,
    born,
    counting,
    reset,
)
from typedprom_codegen.rule_tests.pace import Pace, pace
from typedprom_codegen.rule_tests.promtool_file import QueryResult, RuleTest, series_text
from typedprom_codegen.rule_tests.setting import UP, Setting

_OLD: Final = 1000
"""The value of counters that are older than the test."""


@dataclass(frozen=True, slots=True)
class CountRecord:
    """A recorded count: how often series of one name increased in a window, by some labels."""

    selected: SelectedSeries
    series: str
    level: tuple[str, ...]
    window: int

    @property
    def name(self) -> str:
        """The name of the record."""
        return record_names.count(self.level, self.series.removesuffix("_total"), self.window)


@dataclass(frozen=True, slots=True)
class _Seen:
    """How a counter is seen: its labels besides those of the level."""

    record: CountRecord
    labels: Labels
    pace: Pace
    now: int
    known: int  # seconds for which a last value is known before the window

    def born_counters(self) -> Iterator[ObservedSeries]:
        """Counters that `increase` alone would not count rightly."""
        step, sample, before = self.pace.step, self.pace.sample, self.now - self.record.window
        recent = self.now - 2 * step
        old = self._up(before - self.known) + sample
        yield born(self.record.series, self._at("new"), [(recent, 8)])
        yield away(
            self.record.series, self._at("away"), [(recent, 16)], base=_OLD, gone=old + sample
        )
        yield self._forgotten(32, old - 2 * sample, recent)
        yield self._gone(64, recent, self.now - step)
        yield replace(born(self.record.series, self._at("down"), [(recent, 128)]), events=())
        yield born(self.record.series, self._at("short"), [(recent, 256)])
        yield replace(born(self.record.series, self._at("early"), [(2 * step, 512)]), events=())
        yield counting(self.record.series, self._at("old"), self._around(before), base=_OLD)

    def counters(self) -> Iterator[ObservedSeries]:
        """Counters that `increase` counts rightly: they are zero when the window begins."""
        recent, again = self.now - 2 * self.pace.step, self.now - self.pace.step
        yield counting(self.record.series, self._at("zero"), [(self.now, 1)])
        yield reset(self.record.series, self._at("reset"), [(recent, 2)], base=0, time=again)

    def up(self) -> Iterator[ObservedSeries]:
        """The targets: one is down for as long as a last value is known, one not for so long."""
        before, recent = self.now - self.record.window, self.now - 2 * self.pace.step
        was_up = self._up(before - self.known // 2)
        job = {JOB: self.labels[JOB]}
        yield ObservedSeries(UP, {**job, INSTANCE: "old"}, [(0, 1)])
        yield ObservedSeries(UP, {**job, INSTANCE: "down"}, [(0, 0), (recent, 1)])
        short = [(0, 1), (was_up, 0), (recent, 1)]
        yield ObservedSeries(UP, {**job, INSTANCE: "short"}, short)

    def _around(self, before: int) -> list[Event]:
        """One event as the window begins, which is not in it, and two just after."""
        return [(before, 1), (before + self.pace.sample, 2), (self.now, 2)]

    def _forgotten(self, count: int, last: int, back: int) -> ObservedSeries:
        """A counter that is not known any more when it comes back: it counts as a new one."""
        points = [(0, count), (last + self.pace.sample, None), (back, count)]
        return ObservedSeries(self.record.series, self._at("forgotten"), points, [(back, count)])

    def _gone(self, count: int, time: int, gone: int) -> ObservedSeries:
        """A counter that goes after it has counted."""
        counted = counting(self.record.series, self._at("gone"), [(time, count)], base=_OLD)
        return replace(counted, points=[*counted.points, (gone, None)])

    def _at(self, instance: str) -> Labels:
        return {**self.labels, INSTANCE: instance}

    def _up(self, time: int) -> int:
        return -(-time // self.pace.sample) * self.pace.sample


def count_test(record: CountRecord, setting: Setting) -> tuple[Pace, RuleTest]:
    """The test of a record: of two subjects, where its level has labels, one counts less."""
    before = record.window + (setting.known if setting.counts_births else 0)
    step = pace([record.window], [], before)
    now = step.up(before) + 2 * step.step
    choice = LabelChoice(setting.catalog, record.selected, record.level)
    series, up = list[ObservedSeries](), list[ObservedSeries]()
    for number, subject in enumerate([*choice.subjects(["one", "two"])][:2]):
        labels = {**choice.counted(subject)[0], **subject}
        seen = _Seen(record, labels, step, now, setting.known)
        series += seen.counters() if number else _all(seen, setting)
        up += () if number or not setting.counts_births else seen.up()
    times = (2 * step.step, now)  # at first, Prometheus cannot know what has happened
    queries = [
        QueryResult(
            record.name,
            time,
            _expected(
                record, [one for one in series if _is_counted(one, record, step, time)], time
            ),
        )
        for time in times
    ]
    inputs = [one.input(step.sample, now) for one in (*up, *series)]
    return step, RuleTest(record.name, step.sample, inputs, queries=queries)


def _all(seen: _Seen, setting: Setting) -> Iterator[ObservedSeries]:
    yield from seen.counters()
    if setting.counts_births:
        yield from seen.born_counters()


def _is_counted(one: ObservedSeries, record: CountRecord, step: Pace, now: int) -> bool:
    return one.is_counted(step.sample, now - record.window, now)


def _expected(
    record: CountRecord, series: Sequence[ObservedSeries], now: int
) -> list[tuple[str, int]]:
    """The record's series: all that happened, by the labels of its level."""
    counts: dict[tuple[str, ...], int] = {}
    for one in series:
        key = tuple(one.labels.get(label, "") for label in record.level)
        counts[key] = counts.get(key, 0) + one.happened(now - record.window, now)
    return [
        (series_text(record.name, dict(zip(record.level, key, strict=True))), count)
        for key, count in counts.items()
    ]
