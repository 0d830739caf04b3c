"""Aggregation: the runs of several processes become one, by the type of the metric."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from math import inf
from operator import add
from typing import TYPE_CHECKING, Final, TypeAlias

from typedprom.metrics.definition import (
    ADDED,
    TIMESTAMP,
    Definition,
    Labels,
    Numbers,
    Shape,
    base,
    shape,
    zero_series,
    zeros,
)
from typedprom.spool.budgets import SeriesBudget, has_budget
from typedprom.spool.claims import Claims
from typedprom.spool.decisions import AnyDecisions, Dropped, MetricDecisions
from typedprom.spool.recorded_series import UNKNOWN, RecordedSeries, is_recorded
from typedprom.spool.run_reader import MetricSeries, RunLayout, RunReading

if TYPE_CHECKING:
    from typedprom.metrics.definition import Combine

_LIVE_SUM: Final = "live_sum"  # the rule under which only live processes count
_NOT_YET: Final = 1.6e9  # a Unix time in 2020: a clock that says an earlier one is wrong
Series: TypeAlias = Iterable[tuple[Labels, Numbers]]


@dataclass(slots=True)
class Part:
    """The series of one shape. `definition` is the newest, of a run that began at `declared`."""

    definition: Definition
    declared: float
    series: dict[Labels, Numbers] = field(default_factory=dict[Labels, Numbers])

    def copy(self) -> Part:
        """One that can change without this one."""
        return Part(self.definition, self.declared, dict(self.series))

    def recorded(self) -> Collection[Labels]:
        """The series without those of a counter that are at zero."""
        if self.definition.type != "counter":
            return self.series
        return [labels for labels, numbers in self.series.items() if numbers[1]]

    def remove(self, dropped: Dropped) -> None:
        """Remove the series that were dropped."""
        for labels in [one for one in self.series if dropped.has(one, self.definition)]:
            del self.series[labels]


@dataclass(slots=True)
class Sums:
    """Everything, by shape. The numbers of a series are replaced, never changed in place.

    A metric whose definition has changed has several parts: only what can be added is, and
    nothing is converted for good.

    Runs are admitted before they are added, all of them at once: those that were placed first have
    what budgets allow. `admitted` are the decisions, which outlast the runs.
    """

    parts: dict[Shape, Part] = field(default_factory=dict[Shape, Part])
    admitted: dict[str, MetricDecisions] = field(default_factory=dict[str, MetricDecisions])
    _budgets: dict[str, SeriesBudget] = field(
        default_factory=dict[str, SeriesBudget], repr=False, compare=False
    )

    def copy(self) -> Sums:
        """One that can change without this one."""
        return Sums(
            {key: part.copy() for key, part in self.parts.items()},
            {name: admitted.copy() for name, admitted in self.admitted.items()},
            dict(self._budgets),
        )

    def remember(self, admitted: Mapping[str, MetricDecisions]) -> None:
        """Add decisions made elsewhere on what nothing was decided here."""
        for name, theirs in admitted.items():
            self.admitted.setdefault(name, MetricDecisions()).join(theirs)

    def admit(self, claims: Claims, recorded: RecordedSeries = UNKNOWN) -> bool:
        """Decide what is shown of runs that are not in the sums yet, or have grown since.

        `recorded` is of all runs that are not in the sums. Return whether series were removed to
        make room: what was decided elsewhere before does not hold any more.
        """
        by_name: dict[str, list[Part]] = {}
        for part in self.parts.values():
            by_name.setdefault(part.definition.name, []).append(part)
        removed = False
        now = time.time()
        for name, later in claims.histories.items():
            parts = by_name.get(name, ())
            history = [*((part.declared, part.definition) for part in parts), *later]
            if name in self.admitted or any(has_budget(one) for _, one in history):
                history.sort(key=lambda dated: dated[0])
                present = (labels for part in parts for labels in part.recorded())
                decisions = self.admitted.setdefault(name, MetricDecisions())
                budget = SeriesBudget(history, decisions, present, recorded, now)
                self._budgets[name] = budget
                dropped = budget.consider(claims.metrics.get(name, ()))
                if dropped.values or dropped.series:
                    removed = True
                    for part in parts:
                        part.remove(dropped)
        return removed

    def add_ended(self, runs: Sequence[RunReading], now: float) -> None:
        """Add runs of processes that have ended: their gauges do not count to a live sum."""
        for decisions, folded in self._add_runs(
            runs, now, lambda definition: definition.combine != _LIVE_SUM, self.admitted
        ):
            decisions.merged += folded

    def add_live(self, runs: Sequence[RunReading], now: float) -> None:
        """Add runs of processes that live."""
        for decisions, folded in self._add_runs(runs, now, lambda _: True, {}):
            decisions.live += folded

    def _add_runs(
        self,
        runs: Sequence[RunReading],
        now: float,
        counts: Callable[[Definition], bool],
        noted: Mapping[str, MetricDecisions],
    ) -> list[tuple[AnyDecisions, int]]:
        """Add runs, and return how many values or series each of them has over a budget."""
        layouts = [run.layout for run in runs]
        now = latest(now)
        self._declare(layouts, now)
        for metric in (metric for run in runs for metric in run.zeros):
            begin(self.parts[shape(metric.definition)].series, _past(metric.series, now))
        overflow: list[tuple[AnyDecisions, int]] = []
        for run in runs:
            over: dict[tuple[str, str], set[str | Labels]] = {}
            for metric in run.metrics:
                part = self.parts[shape(metric.definition)]
                definition = part.definition
                if not counts(definition):
                    continue
                series = self._folded(metric, now, over)
                if (decisions := noted.get(definition.name)) is not None:
                    series = [*series]
                    recorded = [one for one, numbers in series if is_recorded(definition, numbers)]
                    decisions.note(recorded, definition, now)
                if definition.type in ADDED:
                    add_up(part.series, series)
                else:
                    rule = definition.combine if definition.type == "gauge" else "last"
                    combine(part.series, series, rule)
            for (name, label), values in over.items():
                one = self.admitted[name].of(label)
                began = known_timestamp(run.header.created, now)
                one.began = min(one.began or began, began)
                overflow.append((one, len(values)))
        self._finish(layouts, now)
        return overflow

    def _declare(self, layouts: Iterable[RunLayout], now: float) -> None:
        for layout in layouts:
            declared = known_timestamp(layout.header.created, now)
            old = (metric.definition for metric in (*layout.metrics, *layout.zeros))
            for definition in (*old, *layout.definitions.values()):
                part = self.parts.setdefault(shape(definition), Part(definition, declared))
                if part.definition is not definition and part.declared <= declared:
                    if definition.combine == _LIVE_SUM != part.definition.combine:
                        part.series.clear()  # these were set by processes that have ended
                    part.definition = definition
                if part.declared < declared:
                    part.declared = declared

    def _folded(
        self, metric: MetricSeries, now: float, over: dict[tuple[str, str], set[str | Labels]]
    ) -> Series:
        """The series that show these; add what is over a budget, by metric and label, to `over`."""
        name = metric.definition.name
        budget = self._budgets.get(name)
        series = _past(metric.series, now)
        if budget is not None and not budget.folds(metric.layout):
            budget = None
        if metric.definition.type not in ADDED:
            latest: dict[Labels, Numbers] = {}
            combine(latest, series, "last")
            series = latest.items()
        if budget is None:
            return series
        placed = metric.placed if metric.definition.type in ADDED else repeat(inf)
        shown: list[tuple[Labels, Numbers]] = []
        for (labels, numbers), when in zip(series, placed, strict=False):
            kept = budget.fold(labels, when)
            if kept != labels and is_recorded(metric.definition, numbers):
                for label, value in budget.over(labels, when):
                    over.setdefault((name, label), set()).add(value)
            shown.append((kept, numbers))
        return shown

    def _finish(self, layouts: Iterable[RunLayout], now: float) -> None:
        """Add zeros where nothing was recorded, and keep one series of each info."""
        declared: dict[int, tuple[Definition, float]] = {}
        for layout in layouts:
            created = known_timestamp(layout.header.created, now)
            for definition in layout.definitions.values():
                _, first = declared.get(id(definition), (definition, created))
                declared[id(definition)] = definition, min(first, created)
        for definition, created in declared.values():
            part = self.parts[shape(definition)]
            if definition.type == "info":
                part.series = _latest_infos(part)
            for labels in zero_series(definition):
                before = part.series.get(labels)
                if before is None:
                    part.series[labels] = zeros(definition, created)
                elif before[TIMESTAMP] > created:
                    part.series[labels] = [created, *before[1:]]
            budget = self._budgets.get(definition.name)
            if budget is not None and definition.type == "counter":
                for labels in budget.without_room(part.series):
                    del part.series[labels]


def begin(into: dict[Labels, Numbers], zeros: Series) -> None:
    """Let these series be there since then: at zero, unless something was recorded into them."""
    for labels, (timestamp, *rest) in zeros:
        before = into.get(labels)
        if before is None:
            into[labels] = [timestamp, *[0.0] * len(rest)]
        elif before[TIMESTAMP] > timestamp:
            into[labels] = [timestamp, *before[1:]]


def _past(series: Series, now: float) -> Series:
    """The series, none of which began or was set in the future."""
    return (
        (labels, numbers if numbers[TIMESTAMP] <= now else [0.0, *numbers[1:]])
        for labels, numbers in series
    )


def add_up(into: dict[Labels, Numbers], series: Series) -> None:
    """Add numbers of counters or histograms; they began when the first of them did."""
    for labels, numbers in series:
        before = into.get(labels)
        if before is None:
            into[labels] = numbers
        else:
            total = [*map(add, before, numbers)]
            total[TIMESTAMP] = min(before[TIMESTAMP], numbers[TIMESTAMP])
            into[labels] = total


def latest(now: float) -> float:
    """The latest time that can be past; any, if the clock that says `now` is certainly wrong."""
    return now if now >= _NOT_YET else inf


def known_timestamp(timestamp: float, now: float) -> float:
    """The timestamp, or 0.0 if it is in the future: a clock was wrong, and the time is unknown.

    It does not become `now`: it would be later at each reading, which is how a counter that was
    reset looks, and be newer than what others have set since.
    """
    return timestamp if timestamp <= now else 0.0


def combine(into: dict[Labels, Numbers], series: Series, rule: Combine) -> None:
    """Combine numbers of gauges, statesets or infos; of those set at once the later one is last."""
    for labels, numbers in series:
        before = into.get(labels)
        into[labels] = numbers if before is None else combined(before, numbers, rule)


def _latest_infos(part: Part) -> dict[Labels, Numbers]:
    """The series of an info without those that a later one has replaced."""
    last: dict[Labels, Labels] = {}
    for labels, numbers in part.series.items():
        key = base(labels, part.definition)
        if key not in last or part.series[last[key]][TIMESTAMP] <= numbers[TIMESTAMP]:
            last[key] = labels
    return {labels: part.series[labels] for labels in last.values()}


def combined(one: Numbers, other: Numbers, rule: Combine) -> Numbers:
    """The value of two processes, with the later timestamp."""
    if rule == "last":
        return other if other[TIMESTAMP] >= one[TIMESTAMP] else one
    timestamp = max(one[TIMESTAMP], other[TIMESTAMP])
    a, b = one[1], other[1]
    if rule in ("min", "max"):
        if a != a or b != b:  # NaN is neither
            return [timestamp, b if a != a else a]
        return [timestamp, min(a, b) if rule == "min" else max(a, b)]
    return [timestamp, a + b]
