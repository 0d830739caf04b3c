"""The pairs of windows in which an objective's error budget is watched, and which fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from typedprom_codegen.alerting.notation import quotient
from typedprom_codegen.alerting.rule_model import DroppedPair
from typedprom_codegen.ir import (
    Catalog,
    RatioIndicator,
    Schedule,
    ScheduleIndicator,
    SelectedSeries,
    Slo,
)
from typedprom_codegen.promql.nodes.number import duration

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR


@dataclass(frozen=True, slots=True)
class BurnPair:
    """Two windows: the budget burns too fast in both, in the short one so that it still does."""

    share: Fraction  # of the budget that is gone after the long window
    long: int  # seconds
    short: int
    urgency: int  # index of the severity

    def limit(self, slo: Slo) -> Fraction:
        """The share of bad events from which on the budget burns too fast."""
        return self.share * slo.window / self.long * (1 - Fraction(slo.objective))


PAIRS: Final = (
    BurnPair(Fraction(2, 100), _HOUR, 300, 0),
    BurnPair(Fraction(5, 100), 6 * _HOUR, 1800, 0),
    BurnPair(Fraction(10, 100), _DAY, 2 * _HOUR, 1),
    BurnPair(Fraction(10, 100), 3 * _DAY, 6 * _HOUR, 1),
)


def useful_pairs(slo: Slo, catalog: Catalog) -> list[BurnPair]:
    """The pairs of an objective that can fire when they should."""
    return [pair for pair in PAIRS if not _reason(pair, slo, catalog)]


def dropped_pairs(slo: Slo, catalog: Catalog) -> Iterator[DroppedPair]:
    """The pairs that an objective has no use for."""
    for pair in PAIRS:
        if reason := _reason(pair, slo, catalog):
            yield DroppedPair(slo, pair.long, pair.short, reason)


def _reason(pair: BurnPair, slo: Slo, catalog: Catalog) -> str:
    """Why a pair does not fit; empty if it does."""
    if pair.limit(slo) >= 1:
        limit = quotient(pair.limit(slo) * 100)
        return f"more than {limit}% of events would have to be bad, which cannot be"
    if pair.long >= slo.window:
        return f"its long window of {duration(pair.long)} is not within {duration(slo.window)}"
    longer = _implying(pair, slo)
    if longer is not None:
        budget = f"{quotient(pair.share * 100)}% of the budget"
        return f"{budget} that is gone within {duration(pair.long)} is gone within {longer}, too"
    schedule = _deciding(slo, catalog)
    if schedule is not None and pair.short < 2 * schedule.every:
        return (
            f"its short window of {duration(pair.short)} is under two schedules of "
            f"{schedule.label} {schedule.value}, which runs every {duration(schedule.every)}"
        )
    return ""


def _implying(pair: BurnPair, slo: Slo) -> str | None:
    """The long window of a pair that fires whenever this one does, if there is one.

    Evaluations are equally frequent at all times, so what is late is the same share of the budget
    in any window that holds it. Other events can be so frequent before that they hide what is bad.
    """
    longer = (each for each in PAIRS if each.long > pair.long and each.long < slo.window)
    if not isinstance(slo.indicator, ScheduleIndicator):
        return None
    return next((duration(each.long) for each in longer if each.share <= pair.share), None)


def _deciding(slo: Slo, catalog: Catalog) -> Schedule | None:
    """The schedule that says how often there are events; None if there can be some at any time.

    Where the counters tell programs apart, that of the rarest one; else the most frequent one may
    record them. Whether schedules are kept is asked at each evaluation.
    """
    indicator = slo.indicator
    if isinstance(indicator, ScheduleIndicator):
        return None
    counted = indicator.bad if isinstance(indicator, RatioIndicator) else (indicator.selected,)
    schedules = catalog.schedules_of(counted[0].metric)
    known = [each for each in schedules if any(_has_label(one, each.label) for one in counted)]
    if not known:
        return min(schedules, key=_every, default=None)
    selected = [s for s in known if any(one.allows(s.label, s.value) for one in counted)]
    return max(selected, key=_every, default=None)


def _has_label(selected: SelectedSeries, name: str) -> bool:
    return selected.metric.series_label(name) is not None


def _every(schedule: Schedule) -> int:
    return schedule.every
