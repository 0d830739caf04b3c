"""Budgets across processes: which label values and series are recorded as `_overflow`.

All readers must decide alike at all times, or a counter goes backwards. So each record is decided
by what was there when it was placed: by the definition in force then, and by the records placed
before it. Nothing that comes later changes that. What was folded then stays folded, also where a
budget is raised or a series deleted; a later record of the same series may be shown.

Zeros are no recording: a series in which nothing was recorded is not counted where it is folded,
may be shown later, and holds no place. What was merged last of a value says when it was recorded
last. After `IDLE_SECONDS` it is dropped if a new one needs its place, and its series with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import TypeAlias

from typedprom.metrics.definition import (
    FREE,
    TIMESTAMP,
    Definition,
    Labels,
    Numbers,
    base,
    label_values,
    zero_series,
)
from typedprom.metrics.labels import OVERFLOW
from typedprom.spool.decisions import Decisions, Dropped, Limit, MetricDecisions
from typedprom.spool.recorded_series import RecordedSeries
from typedprom.spool.run_reader import MetricLayout

DatedDefinition: TypeAlias = tuple[float, Definition]  # since when it is in force
Budgets: TypeAlias = tuple[dict[str, float], float]  # of values by label, and of series


class SeriesBudget:
    """Decides for one metric, and keeps the `decisions`.

    `history` are its definitions, of which at least one has a budget, in the order in which they
    came into force; `present` are series that are shown already; `recorded` is what runs that are
    not merged yet have recorded.
    """

    def __init__(
        self,
        history: Sequence[DatedDefinition],
        decisions: MetricDecisions,
        present: Iterable[Labels],
        recorded: RecordedSeries,
        now: float,
    ) -> None:
        self._history = history
        self._definition = history[-1][1]
        self._kept_as_is = {
            name
            for _, definition in history
            for name in (*dict(definition.constant), *definition.info_labels)
        }
        self._values = decisions.values
        self._series = decisions.series
        self._recorded = recorded
        self._now = now
        self._dropped = Dropped(set(), set())
        self._limits_series = bool(self._series.admitted or self._series.overflow) or any(
            definition.budget is not None for _, definition in history
        )
        present = [*present]  # admitted, as it was there before the metric had a budget
        for _, definition in history:
            for label in definition.labels:
                if label.budget is not None and label.name not in self._values:
                    admitted = dict.fromkeys(label_values(present, label.name), now)
                    self._values[label.name] = Decisions(admitted)
        if self._limits_series:
            keys = (self._key(labels) for labels in present)
            for key in keys:
                if not self._is_overflow(key):
                    self._series.admitted.setdefault(key, now)

    def consider(self, layouts: Sequence[MetricLayout]) -> Dropped:
        """Decide on these series, and return what was dropped for them."""
        if not self._take_all(layouts):
            self._take_in_order(layouts)
        return self._dropped

    def folds(self, layout: MetricLayout) -> bool:
        """Whether any of these series is over a budget."""
        return not (
            all(decided.has_all(layout.values(name)) for name, decided in self._values.items())
            and (not self._limits_series or self._series.has_all(self._keys([layout])))
        )

    def fold(self, labels: Labels, placed: float) -> Labels:
        """The labels of the series that shows this one."""
        kept = self._kept(labels, lambda name, value: self._values[name].has(value, placed))
        if not self._limits_series or self._series.has(self._key(kept), placed):
            return kept
        return tuple(
            (name, value if name in self._kept_as_is else OVERFLOW) for name, value in kept
        )

    def over(self, labels: Labels, placed: float) -> Iterator[tuple[str, str | Labels]]:
        """What of a series is over a budget: values by label, or its key without a label."""
        for name, value in labels:
            decided = self._values.get(name)
            if decided is not None and value not in FREE and not decided.has(value, placed):
                yield name, value
        kept = self._kept(labels, lambda name, value: self._values[name].has(value, placed))
        key = self._key(kept)
        if self._limits_series and not self._is_overflow(key) and not self._series.has(key, placed):
            yield "", key

    def without_room(self, series: Mapping[Labels, Numbers]) -> list[Labels]:
        """The series at zero for which recorded ones leave no room, of all series of a counter.

        Those that began first have what room there is. They take no place: what is recorded later
        finds them gone.
        """
        zeros = [
            (numbers[TIMESTAMP], labels)
            for labels, numbers in series.items()
            if not numbers[1] and self.fold(labels, inf) != labels
        ]
        values = {name: {*decided.admitted, *FREE} for name, decided in self._values.items()}
        keys, gone = {*self._series.admitted}, list[Labels]()
        most = _budget(self._definition) if self._limits_series else inf
        for _, labels in sorted(zeros):
            key = self._key(labels)
            new = [
                (name, value) for name, value in labels if value not in values.get(name, (value,))
            ]
            limits = {name: _label_budget(self._definition, name) + len(FREE) for name, _ in new}
            if (key in keys or len(keys) < most) and all(
                len(values[name]) < limit for name, limit in limits.items()
            ):
                keys.add(key)
                for name, value in new:
                    values[name].add(value)
            else:
                gone.append(labels)
        return gone

    def _take_all(self, layouts: Sequence[MetricLayout]) -> bool:
        """Admit everything, if no budget that was ever in force is too small for that."""
        definitions = {definition for _, definition in self._history}
        values = (
            decided.take(
                set[str]().union(*(layout.values(name) for layout in layouts)),
                min(_label_budget(definition, name) for definition in definitions),
                self._now,
            )
            for name, decided in self._values.items()
        )
        if not all([*values]):
            return False
        if not self._limits_series:
            return True
        keys = self._keys(layouts)
        for definition in definitions:
            if definition.budget is not None:
                keys.update(zero_series(definition))
        budgets = (_budget(definition) for definition in definitions)
        return self._series.take(keys, min(budgets), self._now)

    def _take_in_order(self, layouts: Sequence[MetricLayout]) -> None:
        """Decide on one record after the other."""
        records = [
            record
            for layout in layouts
            for record in zip(layout.placed, layout.labels, strict=True)
        ]
        records.sort(key=lambda record: record[0])
        limits = {name: self._label_limit(name) for name in self._values}
        series_limit = self._series_limit()
        coming = iter((*self._history[1:], (inf, self._definition)))
        budgets = self._enter(self._history[0][1])
        changes, definition = next(coming)
        for placed, labels in records:
            while changes <= placed:
                budgets = self._enter(definition)
                changes, definition = next(coming)
            kept = self._decide_on_values(labels, placed, budgets[0], limits)
            if self._limits_series:
                self._decide_on_series(labels, kept, placed, budgets[1], series_limit)
        for _, definition in coming:
            self._enter(definition)

    def _enter(self, definition: Definition) -> Budgets:
        """The budgets of a definition that comes into force; its zeros are shown from now on."""
        if definition.budget is not None:
            for key in zero_series(definition):
                self._series.admitted.setdefault(key, self._now)
        values = {name: _label_budget(definition, name) for name in self._values}
        return values, _budget(definition)

    def _decide_on_values(
        self,
        labels: Labels,
        placed: float,
        budgets: dict[str, float],
        limits: dict[str, Limit[str]],
    ) -> Labels:
        """Decide on the values in a record, and return the labels with what is shown of them."""

        def decide(name: str, value: str) -> bool:
            taken, dropped = limits[name].decide(
                value, placed, budgets[name], lambda: self._is_recorded(labels, placed)
            )
            self._dropped.values.update((name, gone) for gone in dropped)
            return taken

        return self._kept(labels, decide)

    def _decide_on_series(
        self, labels: Labels, kept: Labels, placed: float, budget: float, limit: Limit[Labels]
    ) -> None:
        key = self._key(kept)
        if not self._is_overflow(key):
            _, dropped = limit.decide(
                key, placed, budget, lambda: self._is_recorded(labels, placed)
            )
            self._dropped.series.update(dropped)

    def _label_limit(self, name: str) -> Limit[str]:
        def used() -> Mapping[str, float]:
            first: dict[str, float] = {}
            for labels, placed in self._of_runs().items():
                for value in label_values([labels], name):
                    first[value] = min(placed, first.get(value, placed))
            return first

        has = f"label `{name}` of `{self._definition.name}` has {{}} values"
        return Limit(has, self._values[name], self._now, used)

    def _series_limit(self) -> Limit[Labels]:
        def used() -> Mapping[Labels, float]:
            first: dict[Labels, float] = {}
            for labels, placed in self._of_runs().items():
                kept = self._kept(labels, lambda name, value: self._values[name].has(value, inf))
                for key in (self._key(labels), self._key(kept)):
                    first[key] = min(placed, first.get(key, placed))
            always = (zero_series(definition) for _, definition in self._history)
            return first | dict.fromkeys((key for keys in always for key in keys), -inf)

        return Limit(f"`{self._definition.name}` has {{}} series", self._series, self._now, used)

    def _is_recorded(self, labels: Labels, placed: float) -> bool:
        """Whether anything is recorded in this series that was placed by then."""
        return self._of_runs().get(labels, inf) <= placed

    def _of_runs(self) -> Mapping[Labels, float]:
        return self._recorded.of(self._definition.name)

    def _kept(self, labels: Labels, keeps: Callable[[str, str], bool]) -> Labels:
        return tuple(
            (name, OVERFLOW)
            if name in self._values and value not in FREE and not keeps(name, value)
            else (name, value)
            for name, value in labels
        )

    def _keys(self, layouts: Sequence[MetricLayout]) -> set[Labels]:
        """The keys of these series, without those that need no budget."""
        keys = set[Labels]().union(*(layout.bases() for layout in layouts))
        unknown = keys - self._series.admitted.keys()
        return keys - {key for key in unknown if self._is_overflow(key)}

    def _is_overflow(self, labels: Labels) -> bool:
        return all(value == OVERFLOW or name in self._kept_as_is for name, value in labels)

    def _key(self, labels: Labels) -> Labels:
        return base(labels, self._definition)


def has_budget(definition: Definition) -> bool:
    """Whether the number of series or of any label's values is limited."""
    return definition.budget is not None or any(
        label.budget is not None for label in definition.labels
    )


def _label_budget(definition: Definition, name: str) -> float:
    budgets = (label.budget for label in definition.labels if label.name == name)
    return next((budget for budget in budgets if budget is not None), inf)


def _budget(definition: Definition) -> float:
    return inf if definition.budget is None else definition.budget
