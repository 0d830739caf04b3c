"""What the alert of an objective means: it fires where too many events are bad in two windows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from typedprom_codegen.alerting import record_names
from typedprom_codegen.alerting.burn_pairs import BurnPair, useful_pairs
from typedprom_codegen.ir import Catalog, ScheduleIndicator, Slo
from typedprom_codegen.rule_tests.observed_series import ObservedSeries
from typedprom_codegen.rule_tests.pace import Pace
from typedprom_codegen.rule_tests.scenario import Case, Scenario

_OTHER: Final = {record_names.SLO_LABEL: "other"}


@dataclass(frozen=True, slots=True)
class Burst:
    """Events that happen at a second."""

    time: int
    bad: int
    good: int


@dataclass(frozen=True, slots=True)
class BurnTests:
    """Makes scenarios for an objective: for each of its rules, with the pairs of windows of it."""

    slo: Slo
    namespace: str
    rules: Sequence[Sequence[BurnPair]]

    def pairs(self) -> Iterator[BurnPair]:
        """All pairs of windows."""
        for pairs in self.rules:
            yield from pairs

    def beside(self, pair: BurnPair) -> list[BurnPair]:
        """The other pairs of the same rule."""
        of_rule = next(pairs for pairs in self.rules if pair in pairs)
        return [other for other in of_rule if other != pair]

    def scenario(
        self,
        name: str,
        pace: Pace,
        bursts: Sequence[Burst],
        series: Iterable[ObservedSeries],
        checks: Sequence[int],
    ) -> Scenario:
        """What happens, which ends with the last check; another objective makes no difference."""
        seen = {"scraped": [*series, *self._other_objective()]}
        cases = [Case(f"rule {rule}", {}, seen, rule=rule) for rule in range(len(self.rules))]
        return Scenario(name, pace, max(checks), cases, self._value(bursts), checks)

    def _value(self, bursts: Sequence[Burst]) -> Callable[[Case, int], float | None]:
        least = 0 if isinstance(self.slo.indicator, ScheduleIndicator) else self.slo.least

        def value(case: Case, time: int) -> float | None:
            for pair in self.rules[case.rule]:
                limit, (bad, every) = pair.limit(self.slo), _counted(bursts, time, pair.long)
                bad_of_short, every_of_short = _counted(bursts, time, pair.short)
                if bad >= least and bad > limit * every and bad_of_short > limit * every_of_short:
                    return float(Fraction(bad, every))
            return None

        return value

    def _other_objective(self) -> Iterator[ObservedSeries]:
        """The counts of an objective of which all events are bad."""
        for pair in self.pairs():
            for window in (pair.long, pair.short):
                for name in (record_names.bad, record_names.all_events):
                    yield ObservedSeries(name(self.namespace, window), _OTHER, [(0, 1000)])


def burn_tests(slo: Slo, catalog: Catalog) -> BurnTests:
    """The tests of an objective of a catalog."""
    pairs = useful_pairs(slo, catalog)
    urgencies = sorted({pair.urgency for pair in pairs})
    rules = [[pair for pair in pairs if pair.urgency == urgency] for urgency in urgencies]
    return BurnTests(slo, catalog.namespace, rules)


def _counted(bursts: Sequence[Burst], time: int, window: int) -> tuple[int, int]:
    """How many events were bad in a window that ends at a second, and how many there were."""
    inside = [burst for burst in bursts if time - window < burst.time <= time]
    bad = sum(burst.bad for burst in inside)
    return bad, bad + sum(burst.good for burst in inside)
