"""Places cases on subjects: in one scenario as many as there are different labels for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from typedprom_codegen.rule_tests.label_choice import LabelChoice, Labels
from typedprom_codegen.rule_tests.observed_series import ObservedSeries
from typedprom_codegen.rule_tests.pace import Pace, finer_pace
from typedprom_codegen.rule_tests.scenario import Case, Scenario

Value = Callable[[Case, int], float | None]


def no_series(subject: Labels) -> Sequence[ObservedSeries]:
    """No series, for any subject."""
    del subject
    return ()


@dataclass(frozen=True, slots=True)
class Sketch:
    """A case without a subject yet."""

    name: str  # of letters and dashes: it is the value of open labels
    series: Callable[[Labels], Mapping[str, Sequence[ObservedSeries]]]
    noise: Callable[[Labels], Sequence[ObservedSeries]] = no_series

    def on(self, subject: Labels) -> Case:
        """The case of a subject."""
        return Case(self.name, subject, self.series(subject), self.noise(subject))


@dataclass(frozen=True, slots=True)
class Stage:
    """What the scenarios of a form share."""

    pace: Pace
    end: int
    value: Value
    checks: Sequence[int] = ()

    def scenarios(self, choice: LabelChoice, sketches: Sequence[Sketch]) -> Iterator[Scenario]:
        """Scenarios with all cases, as few as possible; the first case for each chosen subject."""
        subjects = list(choice.subjects([sketch.name for sketch in sketches]))
        for first in range(0, len(sketches), len(subjects)):
            some = sketches[first : first + len(subjects)]
            cases = [one.on(subject) for one, subject in zip(some, subjects, strict=False)]
            yield self._scenario(", ".join(one.name for one in some), cases)
        if choice.has_chosen_subjects:
            yield self._scenario("each", [sketches[0].on(subject) for subject in subjects])

    def one(self, choice: LabelChoice, sketch: Sketch) -> Scenario:
        """A scenario with one case."""
        return self._scenario(sketch.name, [sketch.on(next(choice.subjects([sketch.name])))])

    def finer(self, over: int, hold: int, keep: int) -> Iterator[tuple[Stage, int]]:
        """A stage for one case that shows how long an alert waits and stays, where this does not.

        The case begins at the second that is given too, soon after the test, and ends a window
        later.
        """
        if self.pace.shows(hold) and self.pace.shows(keep):
            return
        lasts = hold if self.pace.shows(keep) else over + keep
        pace = finer_pace(over, [hold, keep], lasts)
        start = 2 * pace.step
        yield Stage(pace, start + pace.up(lasts) + 2 * pace.step, self.value), start

    def _scenario(self, name: str, cases: Sequence[Case]) -> Scenario:
        return Scenario(name, self.pace, self.end, cases, self.value, self.checks)
