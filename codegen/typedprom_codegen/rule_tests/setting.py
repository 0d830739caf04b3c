"""What is true of all tests of a catalog: how counts are made, and what surrounds the metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from typedprom_codegen.alerting.increase import Births
from typedprom_codegen.alerting.rule_model import AlertingRule
from typedprom_codegen.ir import Catalog, SelectedSeries
from typedprom_codegen.rule_tests.counted import Counted
from typedprom_codegen.rule_tests.label_choice import INSTANCE, JOB, LabelChoice, Labels
from typedprom_codegen.rule_tests.observed_series import ObservedSeries
from typedprom_codegen.rule_tests.pace import Pace, pace

UP: Final = "up"
_MARGIN: Final = 300
_MOST_WINDOWS: Final = 700
"""So many windows fit into the look-back of tests in which counters are born, at most."""


@dataclass(frozen=True, slots=True)
class TestedAlert:
    """The name of an alert or objective, and the rules that it has become."""

    __test__ = False  # for pytest

    name: str
    by: tuple[str, ...]  # labels that tell its instances apart
    rules: Sequence[AlertingRule]

    @property
    def hold(self) -> int:
        """The longest `for` of its rules."""
        return max(rule.hold for rule in self.rules)

    @property
    def keep(self) -> int:
        """The longest `keep_firing_for` of its rules."""
        return max(rule.keep for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Setting:
    """How the catalog's rules count, as far as it decides what a test must contain."""

    catalog: Catalog
    births: Births
    has_births: bool = True  # whether counters are born in tests, where rules count births

    @property
    def counts_births(self) -> bool:
        """Whether rules count births; if not, Prometheus itself begins each counter at zero."""
        return self.has_births and not self.births.are_ingested

    def within(self, window: int) -> Setting:
        """The setting of tests of a window. If the look-back is far longer, nothing is born.

        promtool would need too many samples, and minutes, until births are known.
        """
        return replace(self, has_births=self.births.lookback <= _MOST_WINDOWS * window)

    def choices(self, selected: Sequence[SelectedSeries], by: Sequence[str]) -> list[LabelChoice]:
        """The labels of the series of some selections."""
        return [LabelChoice(self.catalog, each, tuple(by)) for each in selected]

    def counted(self, choices: Sequence[LabelChoice], most: int) -> Counted:
        """Counters of which a lifetime's total is more than `most` events."""
        return Counted(choices, most + 100, self.counts_births)

    def fresh(self, choices: Sequence[LabelChoice]) -> Counted:
        """Counters that are zero when the test begins."""
        return Counted(choices, 0, counts_births=False)

    def counting_pace(self, over: int, hold: int, keep: int) -> Pace:
        """The pace of a test of counts in a window."""
        return pace([over], [hold, keep], self._settled(over) + over + hold + keep)

    def start(self, over: int, pace: Pace) -> int:
        """When events begin: Prometheus knows by then what happened in a window before."""
        return pace.up(self._settled(over)) + 2 * pace.step

    def gone(self, start: int, pace: Pace) -> int:
        """When a series must go that is back at `start`, for its last value still to be known."""
        return pace.up(start - self.births.series_lookback) + pace.step

    def checks(self, pace: Pace, start: int, alert: TestedAlert) -> Sequence[int]:
        """When nothing has happened yet that Prometheus knows of, and when it has."""
        held = pace.up(alert.hold)
        return held + pace.step, start + held

    @property
    def target(self) -> Labels:
        """The labels of a target of the catalog's programs."""
        return {JOB: self.catalog.namespace}

    def surroundings(self) -> Iterator[ObservedSeries]:
        """The targets, which are always up."""
        for instance in ("a", "b"):
            labels = {JOB: self.catalog.namespace, INSTANCE: instance}
            yield ObservedSeries(UP, labels, [(0, 1)])

    def _settled(self, over: int) -> int:
        return over + (self.births.series_lookback + _MARGIN if self.counts_births else 0)
