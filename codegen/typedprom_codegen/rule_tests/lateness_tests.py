"""Tests of objectives about schedules: programs are late for as long as is just allowed, or more.

An event is an evaluation of one program. No window is a multiple of the time between evaluations,
so that it does not matter whether Prometheus includes a window's first instant.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final

from typedprom_codegen.alerting.burn_pairs import BurnPair
from typedprom_codegen.ir import ScheduleIndicator
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.rule_tests.burn_tests import BurnTests, Burst
from typedprom_codegen.rule_tests.late_programs import ODD, program_times
from typedprom_codegen.rule_tests.pace import Pace
from typedprom_codegen.rule_tests.scenario import Scenario
from typedprom_codegen.rule_tests.setting import Setting, TestedAlert

_NEAR: Final = Fraction(1, 12)
"""Shares are near a limit if they differ by no more of it."""

_MOST: Final = 30
"""So many evaluations are in a short window, at most."""


def lateness_scenarios(
    indicator: ScheduleIndicator, tests: BurnTests, alert: TestedAlert, setting: Setting
) -> Iterator[Scenario]:
    """How long each rule waits, and the limits of each pair of windows."""
    made = _LatenessTests(indicator, tests, setting)
    yield made.waiting([rule.hold for rule in alert.rules])
    for pairs, rule in zip(tests.rules, alert.rules, strict=True):
        for pair in pairs:
            yield made.above(made.at(pair, rule.hold, _more))
            yield made.allowed(made.at(pair, rule.hold, _allowed))


@dataclass(frozen=True, slots=True)
class _Grid:
    """Evaluations of all programs, a number of seconds apart, for a pair of windows."""

    seconds: int
    programs: int
    pair: BurnPair
    limit: Fraction

    def evaluations(self, window: int) -> int:
        """How many there are in a window."""
        return window // self.seconds + 1

    def allowed(self, window: int) -> int:
        """How often programs can be late in a window without an alert."""
        return floor(self.limit * self.programs * self.evaluations(window))

    def length(self, late: int) -> int:
        """How many evaluations pass while all programs together are late so often."""
        return ceil(Fraction(late, self.programs))

    def distance(self, late: int) -> Fraction:
        """How far the share of so many in the short window is from the limit."""
        share = Fraction(late, self.programs * self.evaluations(self.pair.short))
        return abs(share / self.limit - 1)

    def lasts(self, late: int, hold: int) -> bool:
        """Whether so many stay in the short window for longer than an alert waits."""
        left = self.evaluations(self.pair.short) - self.length(late)
        return left * self.seconds >= hold


def _allowed(grid: _Grid) -> int:
    """As many as are allowed in the short window."""
    return grid.allowed(grid.pair.short)


def _more(grid: _Grid) -> int:
    """One more than allowed."""
    return _allowed(grid) + 1


@dataclass(frozen=True, slots=True)
class _LatenessTests:
    """Makes the scenarios of an objective about schedules."""

    indicator: ScheduleIndicator
    tests: BurnTests
    setting: Setting

    def waiting(self, holds: Sequence[int]) -> Scenario:
        """All programs are late from the beginning: each rule fires when its `for` has passed."""
        step = min(holds) // (2 * ODD) * ODD
        end = max(holds) // step + 2
        return self._scenario("all are late", step, [range(end + 1)] * self._programs, [end])

    def at(self, pair: BurnPair, hold: int, late: Callable[[_Grid], int]) -> _Grid:
        """The longest time between evaluations for which a number that are late is near a limit."""
        limit = pair.limit(self.tests.slo)
        steps = range(pair.short // ODD * ODD, pair.short // _MOST, -ODD)
        grids = [_Grid(step, self._programs, pair, limit) for step in steps]
        fitting = [grid for grid in grids if grid.lasts(late(grid), hold)] or grids
        near = [grid for grid in fitting if grid.distance(late(grid)) <= _NEAR]
        return near[0] if near else min(fitting, key=lambda grid: grid.distance(late(grid)))

    def above(self, grid: _Grid) -> Scenario:
        """As much lateness as is allowed in the long window, then more of it in both windows."""
        more = _more(grid)
        sizes = [max(0, grid.allowed(grid.pair.long) - more), more, more]
        return self._blocks(f"late for too long, {_named(grid.pair)}", grid, sizes)

    def allowed(self, grid: _Grid) -> Scenario:
        """As much lateness as is allowed in the short window, and more of it in the long one."""
        sizes = [grid.allowed(grid.pair.long) + 1, _allowed(grid)]
        return self._blocks(f"late again, {_named(grid.pair)}", grid, sizes)

    def _blocks(self, name: str, grid: _Grid, sizes: Sequence[int]) -> Scenario:
        """All programs together are late so often, then again when the short window is empty."""
        late = [set[int]() for _ in range(grid.programs)]
        starts = self._starts(grid, sizes)
        for start, size in zip(starts, sizes, strict=True):
            for program, numbers in enumerate(late):
                more = program < size % grid.programs
                numbers.update(range(start, start + size // grid.programs + more))
        stay = grid.evaluations(grid.pair.short)
        checks = [start + stay - 1 for start in starts[1:]]
        end = starts[-1] + stay + grid.length(sizes[-1])
        return self._scenario(name, grid.seconds, late, [*checks, end])

    def _starts(self, grid: _Grid, sizes: Sequence[int]) -> list[int]:
        """The evaluations at which programs begin to be late.

        By the second time, the long window is full, and no longer pair can fire; all shorter
        windows are empty.
        """
        first = grid.length(sizes[0])
        beside = self.tests.beside(grid.pair)
        pauses = [pair.long for pair in beside if pair.long < grid.pair.long]
        pause = max(map(grid.evaluations, (grid.pair.short, *pauses)))
        limits = [p.limit(self.tests.slo) for p in beside if p.long > grid.pair.long]
        full = [ceil(sum(sizes) / (limit * grid.programs)) for limit in limits]
        second = max(grid.evaluations(grid.pair.long), pause + first, *full)
        starts = [second - pause - first, second]
        for size in sizes[1:-1]:
            starts.append(starts[-1] + grid.length(size) + grid.evaluations(grid.pair.short))
        return starts

    def _scenario(
        self, name: str, step: int, late: Sequence[Collection[int]], checks: Sequence[int]
    ) -> Scenario:
        """Programs that are late at some evaluations."""
        numbers = range(max(checks) + 1)
        bad = [sum(number in each for each in late) for number in numbers]
        bursts = [
            Burst(number * step, count, len(late) - count) for number, count in enumerate(bad)
        ]
        series = [
            program_times(self.indicator, schedule, each, numbers, step, self.setting)
            for schedule, each in zip(self.indicator.schedules, late, strict=True)
        ]
        times = [number * step for number in checks]
        return self.tests.scenario(name, Pace(step, step), bursts, series, times)

    @property
    def _programs(self) -> int:
        return len(self.indicator.schedules)


def _named(pair: BurnPair) -> str:
    return f"{duration(pair.long)} and {duration(pair.short)}"
