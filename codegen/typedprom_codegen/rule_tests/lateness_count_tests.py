"""Tests of what an objective about schedules records: who is late, and how often that was so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.alerting import record_names
from typedprom_codegen.alerting.objectives import windows
from typedprom_codegen.ir import Schedule, ScheduleIndicator, Slo, known_for
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.rule_tests.label_choice import JOB, Labels
from typedprom_codegen.rule_tests.late_programs import ODD, labels_of, program_times
from typedprom_codegen.rule_tests.marker_tests import BUILD_INFO, GATEWAY, NO_GATEWAYS
from typedprom_codegen.rule_tests.observed_series import ObservedSeries, Point
from typedprom_codegen.rule_tests.pace import Pace
from typedprom_codegen.rule_tests.promtool_file import QueryResult, RuleTest, series_text
from typedprom_codegen.rule_tests.setting import UP, Setting

_MINUTE: Final = 60
_OLDER: Final = 1000
_PARTS: Final = 30
"""Evaluations are seven of so many parts of a window apart: five of them are in the window."""

_DOWN_BESIDE_OTHER: Final = (
    ObservedSeries(UP, GATEWAY, [(0, 0)]),
    ObservedSeries(BUILD_INFO, {**GATEWAY, JOB: "other"}, [(0, 1)]),
)
"""A gateway is down, and one of another job is scraped."""


def lateness_count_tests(
    slo: Slo, indicator: ScheduleIndicator, setting: Setting
) -> Iterator[tuple[Pace, RuleTest]]:
    """Who is late, when that is not known, and the counts in each window."""
    tests = _LatenessCountTests(slo, indicator, setting)
    yield tests.late()
    yield tests.given_up("a gateway that is down for long", _DOWN_BESIDE_OTHER)
    yield tests.given_up("a gateway that is gone for long", ())
    yield tests.forgotten()
    for window in windows(slo, setting.catalog):
        yield tests.count(window)


@dataclass(frozen=True, slots=True)
class _LatenessCountTests:
    """Makes the tests of an objective about schedules."""

    slo: Slo
    indicator: ScheduleIndicator
    setting: Setting

    def late(self) -> tuple[Pace, RuleTest]:
        """The newest run of each program is as long ago as allowed, then longer; it runs again.

        Then a gateway is down, which comes back; last, all of them are gone until there is another
        one. Other targets are down all the time.
        """
        pace, start = Pace(_MINUTE, _MINUTE), 2 * _MINUTE
        again, down, up, gone, new = (start + minutes * _MINUTE for minutes in (2, 4, 5, 6, 7))
        series = [
            *self._unscheduled(),
            *(ObservedSeries(UP, each, [(0, 0)]) for each in NO_GATEWAYS),
            ObservedSeries(UP, GATEWAY, [(0, 1), (down, 0), (up, 1), (gone, None)]),
            ObservedSeries(BUILD_INFO, GATEWAY, [(0, 1), (down, None), (up, 1), (gone, None)]),
            ObservedSeries(BUILD_INFO, {**GATEWAY, JOB: "other"}, [(0, 1), (gone, None)]),
            ObservedSeries(BUILD_INFO, {**GATEWAY, JOB: "new"}, [(new, 1)]),
        ]
        for number, schedule in enumerate(self.indicator.schedules):
            newest = start - schedule.late_after
            points: list[list[Point]] = [[(0, newest)], [(0, newest - _OLDER)]]
            points[number % 2].append((again, again))
            labels = labels_of(self.indicator, schedule, self.setting)
            series += [self._times(*each) for each in zip(labels, points, strict=True)]
        late = {start: 0, start + _MINUTE: 1, again: 0, down - _MINUTE: 0, up: 0, new: 0}
        checks = [
            self._late(
                time, {each: late[time] for each in self.indicator.schedules if time in late}
            )
            for time in sorted({*late, down, gone})
        ]
        return pace, self._test("who is late", pace, series, checks)

    def given_up(self, name: str, others: Sequence[ObservedSeries]) -> tuple[Pace, RuleTest]:
        """All programs are late. A gateway that is not scraped for long is not waited for."""
        known = self.setting.births.gateways_known
        pace = _halves(known)
        series = [*others, ObservedSeries(BUILD_INFO, GATEWAY, [(0, 1), (pace.step, None)])]
        for schedule in self.indicator.schedules:
            labels, _ = labels_of(self.indicator, schedule, self.setting)
            series.append(self._times(labels, [(0, -schedule.late_after - 1)]))
        end = pace.up(pace.sample + known)
        everyone = dict.fromkeys(self.indicator.schedules, 1)
        checks = [self._late(end - pace.step, {}), self._late(end, everyone)]
        return pace, self._test(name, pace, series, checks)

    def forgotten(self) -> tuple[Pace, RuleTest]:
        """The times of all programs go; those of each interval are known for a while."""
        schedules = self.indicator.schedules
        known = sorted({known_for(schedule.every) for schedule in schedules})
        pace = _halves(known[0])
        series = [
            self._times(
                labels_of(self.indicator, schedule, self.setting)[0],
                [(0, -schedule.late_after - 1), (pace.step, None)],
            )
            for schedule in schedules
        ]
        gone = [pace.up(pace.sample + each) for each in known]
        times = {*gone, *(time - pace.step for time in gone)}
        checks = [
            self._late(time, {s: 1 for s in schedules if time < pace.sample + known_for(s.every)})
            for time in sorted(times)
        ]
        return pace, self._test("programs that are forgotten", pace, series, checks)

    def count(self, window: int) -> tuple[Pace, RuleTest]:
        """Each program is late at one evaluation less than the one before."""
        step = window // _PARTS * ODD
        inside = window // step + 1
        numbers = range(2 * inside)
        late = [
            range(numbers[-1] + 1 - program) if program < inside else range(0)
            for program in range(len(self.indicator.schedules))
        ]
        series = [
            program_times(self.indicator, schedule, each, numbers, step, self.setting)
            for schedule, each in zip(self.indicator.schedules, late, strict=True)
        ]
        bad = sum(inside - program for program, each in enumerate(late) if each)
        other = {record_names.SLO_LABEL: "other"}
        namespace = self.setting.catalog.namespace
        series.append(ObservedSeries(record_names.late(namespace), other, [(0, 1)]))
        counts = (
            (record_names.bad(namespace, window), bad),
            (record_names.all_events(namespace, window), inside * len(late)),
        )
        checks = [
            QueryResult(text, numbers[-1] * step, [(text, count)])
            for name, count in counts
            for text in [series_text(name, {record_names.SLO_LABEL: self.slo.key})]
        ]
        pace = Pace(step, step)
        return pace, self._test(f"evaluations within {duration(window)}", pace, series, checks)

    def _late(self, time: int, known: dict[Schedule, int]) -> QueryResult:
        """Which programs are known at a second, and whether they are late."""
        name = record_names.late(self.setting.catalog.namespace)
        of_objective = {record_names.SLO_LABEL: self.slo.key}
        expected = [
            (series_text(name, {**of_objective, schedule.label: schedule.value}), late)
            for schedule, late in known.items()
        ]
        return QueryResult(series_text(name, of_objective), time, expected)

    def _unscheduled(self) -> Iterator[ObservedSeries]:
        """Times that do not count: of a program without a schedule, or not selected."""
        schedule = self.indicator.schedules[0]
        labels, _ = labels_of(self.indicator, schedule, self.setting)
        values = self.indicator.selected.metric.closed_values(schedule.label)
        scheduled = {each.value for each in self.indicator.schedules}
        other = next((value for value in values if value not in scheduled), "other")
        yield self._times({**labels, schedule.label: other}, [(0, -_OLDER)])
        [choice] = self.setting.choices([self.indicator.selected], (schedule.label,))
        for noise in choice.not_counted({schedule.label: schedule.value}):
            yield self._times(noise, [(0, _OLDER)])

    def _times(self, labels: Labels, points: Sequence[Point]) -> ObservedSeries:
        return ObservedSeries(self.indicator.selected.metric.name, labels, points)

    def _test(
        self, name: str, pace: Pace, series: Sequence[ObservedSeries], checks: Sequence[QueryResult]
    ) -> RuleTest:
        inputs = [one.input(pace.sample, checks[-1].time) for one in series]
        return RuleTest(f"{self.slo.key}: {name}", pace.sample, inputs, queries=checks)


def _halves(known: int) -> Pace:
    """Evaluations of which none is at the end of a time for which something is known.

    The last sample before it is gone is half a step after the first.
    """
    sample = known // (4 * ODD)
    return Pace(2 * sample, sample)
