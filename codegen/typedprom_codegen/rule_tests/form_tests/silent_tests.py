"""Tests of `silent`: a counter that stops or is gone; one that is silent while others are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from typedprom_codegen.ir import SelectedSeries, SilentForm
from typedprom_codegen.rule_tests.counted import Counted, happened
from typedprom_codegen.rule_tests.form_tests.absent_tests import fixed_labels
from typedprom_codegen.rule_tests.label_choice import INSTANCE, LabelChoice, Labels
from typedprom_codegen.rule_tests.observed_series import Event, ObservedSeries, counting
from typedprom_codegen.rule_tests.pace import Pace, finer_pace, pace
from typedprom_codegen.rule_tests.placement import Sketch, Stage
from typedprom_codegen.rule_tests.scenario import Case, Scenario
from typedprom_codegen.rule_tests.setting import UP, Setting, TestedAlert

_COUNT: Final = "count"
_BUSY: Final = "busy"
Series = dict[str, Sequence[ObservedSeries]]


def silent_scenarios(form: SilentForm, alert: TestedAlert, setting: Setting) -> Iterator[Scenario]:
    """Silence begins a window after the last event."""
    if form.busy is not None:
        yield from _while_busy(form, form.busy, alert, setting)
        return
    [choice] = setting.choices([form.selected], alert.by)
    step = pace([form.over], [alert.hold, alert.keep], 4 * form.over + alert.hold)
    yield from _stopped(form, choice, step, alert, setting)
    if not (step.shows(alert.hold) and step.shows(alert.keep)):
        holds = [alert.hold, alert.keep]
        step = finer_pace(form.over, holds, 2 * form.over + sum(holds))
    yield _gone(form, choice, step, alert, setting)


def _stopped(
    form: SilentForm, choice: LabelChoice, step: Pace, alert: TestedAlert, setting: Setting
) -> Iterator[Scenario]:
    """One subject has events all the time, another pauses, a third has none at first.

    Nothing is silent before Prometheus has been watching for the window.
    """
    stop = step.up(form.over)
    again = stop + form.over + step.up(alert.hold) + 2 * step.step
    end = again + step.up(alert.keep) + 2 * step.step
    beats, paused = _beats(0, end, step), [*_beats(0, stop, step), *_beats(again, end, step)]

    def value(case: Case, time: int) -> float | None:
        is_silent = not happened(case.series[_COUNT], time, form.over)
        return 0.0 if time >= form.over and is_silent else None

    counted = setting.fresh([choice])
    sketches = [
        Sketch(
            "pauses",
            lambda to: {_COUNT: counted.counting(to, *paused)},
            lambda to: [*counted.noise(to, *beats), _new_target(setting, again - step.step)],
        ),
        Sketch("beats", lambda to: {_COUNT: counted.counting(to, *beats)}),
        Sketch("waits", lambda to: {_COUNT: counted.counting(to, *_beats(again, end, step))}),
        *_each_beats(counted, beats),
    ]
    yield from Stage(step, end, value).scenarios(choice, sketches)


def _each_beats(counted: Counted, beats: Sequence[Event]) -> Iterator[Sketch]:
    """Only one of the values that count has events."""
    for label, value in counted.each_value():
        only = counted.only(label, value)
        yield Sketch(value, partial(_beating, only, beats=beats))


def _beating(counted: Counted, to: Labels, *, beats: Sequence[Event]) -> Series:
    return {_COUNT: counted.counting(to, *beats)}


def _beats(after: int, until: int, step: Pace) -> list[Event]:
    """Two events at each evaluation."""
    return [(time, 2) for time in range(after + step.step, until + 1, step.step)]


def _gone(
    form: SilentForm, choice: LabelChoice, step: Pace, alert: TestedAlert, setting: Setting
) -> Scenario:
    """The series begins just before the first event, and ends with the last one."""
    born = step.up(form.over) + step.up(alert.hold) + 2 * step.step
    gone = born + step.up(alert.keep) + 2 * step.step
    end = gone + step.up(form.over) + step.up(alert.hold) + 2 * step.step
    subject = next(choice.subjects(["absent"]))
    beats = [*_beats(born - step.step, gone - step.step, step), (gone - step.sample, 2)]
    labels = choice.counted(subject)[0]
    counter = counting(choice.selected.metric.name, labels, beats, since=born - step.sample)
    series = [counter.until(gone)]

    def value(case: Case, time: int) -> float | None:
        del case
        return 1.0 if form.over <= time < born or time >= gone + form.over else None

    absent = fixed_labels(form.selected)
    case = Case("absent", absent, {_COUNT: series}, [_new_target(setting, born - step.step)])
    return Scenario("absent", step, end, [case], value)


def _new_target(setting: Setting, since: int) -> ObservedSeries:
    """A target that is new, in a Prometheus that is not."""
    return ObservedSeries(UP, {**setting.target, INSTANCE: "new"}, [(since, 1)])


@dataclass(frozen=True, slots=True)
class BusyCases:
    """Cases of a counter that is silent while another counts, at `start`."""

    count: Counted
    busy: Counted
    start: int
    least: int

    def silent(self) -> Sketch:
        """Nothing, while the other counts just enough."""
        return Sketch("silent", lambda to: self._of(to, 0, self.least), self._count_noise)

    def others(self) -> Iterator[Sketch]:
        """Something; too few of the other; no counter at all; each value that counts."""
        yield Sketch("heard", lambda to: self._of(to, 1, self.least))
        yield Sketch("few", lambda to: self._of(to, 0, self.least - 1), self._busy_noise)
        yield Sketch("unknown", lambda to: {**self._of(to, 0, self.least), _COUNT: ()})
        for label, value in self.count.each_value():
            heard = replace(self, count=self.count.only(label, value))
            yield Sketch(f"{value}-heard", partial(heard._of, count=1, busy=self.least))
        for label, value in self.busy.each_value():
            only = replace(self, busy=self.busy.only(label, value))
            yield Sketch(value, partial(only._of, count=0, busy=self.least))

    def _of(self, to: Labels, count: int, busy: int) -> Series:
        return {
            _COUNT: self.count.counting(to, *self._event(count)),
            _BUSY: self.busy.counting(to, *self._event(busy)),
        }

    def _event(self, count: int) -> list[Event]:
        return [(self.start, count)] if count else []

    def _count_noise(self, to: Labels) -> Sequence[ObservedSeries]:
        return self.count.noise(to, (self.start, 1))

    def _busy_noise(self, to: Labels) -> Sequence[ObservedSeries]:
        return self.busy.noise(to, (self.start, self.least))


def _while_busy(
    form: SilentForm, busy: SelectedSeries, alert: TestedAlert, setting: Setting
) -> Iterator[Scenario]:
    step = setting.counting_pace(form.over, alert.hold, alert.keep)
    start = setting.start(form.over, step)
    counted, others = setting.choices([form.selected, busy], alert.by)

    def value(case: Case, time: int) -> float | None:
        heard = happened(case.series[_COUNT], time, form.over)
        count = happened(case.series[_BUSY], time, form.over)
        return float(count) if count >= form.least and not heard else None

    cases = BusyCases(
        setting.counted([counted], 1), setting.counted([others], form.least), start, form.least
    )
    end = start + form.over + alert.keep + step.step
    stage = Stage(step, end, value, setting.checks(step, start, alert))
    yield from stage.scenarios(counted, [cases.silent(), *cases.others()])
    for fine, begin in stage.finer(form.over, alert.hold, alert.keep):
        fresh = setting.fresh([counted]), setting.fresh([others])
        yield fine.one(counted, BusyCases(*fresh, begin, form.least).silent())
