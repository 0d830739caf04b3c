"""Tests of recorded counts: each way in which a counter is seen adds its own power of two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from typedprom_codegen.alerting import record_names
from typedprom_codegen.alerting.counts import counts_a_unit
from typedprom_codegen.ir import SelectedSeries
from typedprom_codegen.rule_tests.counter_views import CounterViews
from typedprom_codegen.rule_tests.label_choice import LabelChoice
from typedprom_codegen.rule_tests.observed_series import ObservedSeries
from typedprom_codegen.rule_tests.pace import Pace, pace
from typedprom_codegen.rule_tests.promtool_file import QueryResult, RuleTest, series_text
from typedprom_codegen.rule_tests.setting import Setting


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


def count_test(record: CountRecord, setting: Setting) -> tuple[Pace, RuleTest]:
    """The test of a record: of two subjects, where its level has labels, one counts less."""
    before = record.window + (setting.births.series_lookback if setting.counts_births else 0)
    step = pace([record.window], [], before)
    now = step.up(before) + 3 * step.step
    choice = LabelChoice(setting.catalog, record.selected, record.level)
    series, up = list[ObservedSeries](), list[ObservedSeries]()
    for number, subject in enumerate([*choice.subjects(["one", "two"])][:2]):
        labels = {**choice.counted(subject)[0], **subject}
        seen = CounterViews(record.series, record.window, labels, step, now, setting)
        series += seen.counters() if number else seen.all()
        series += () if counts_a_unit(record.selected) else seen.rounded()
        up += () if number or not setting.counts_births else seen.up()
    queries = [*_queries(record, series, seen, setting)]
    inputs = [one.input(step.sample, now + 2 * step.step) for one in series]
    inputs += [one.input(step.sample, queries[-1].time) for one in up]
    return step, RuleTest(record.name, step.sample, inputs, queries=queries)


def _queries(
    record: CountRecord, series: Sequence[ObservedSeries], seen: CounterViews, setting: Setting
) -> Iterator[QueryResult]:
    """What is recorded at some times, of single samples, and at last."""
    sample, end = seen.pace.sample, seen.one_sample
    for time in seen.checks():
        known = seen.known(series, time)
        counted = [s for s in known if s.is_counted(sample, time - record.window, time)]
        yield QueryResult(record.name, time, _expected(record, counted, time))
    if setting.counts_births:
        single = [s for s in series if seen.is_single(s)]
        yield QueryResult(record.name, end, _expected(record, single, end))
        yield QueryResult(record.name, end + seen.pace.step, [])


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
