"""Budgets across processes: which label values and series are recorded as `_overflow`.

All readers must decide alike at all times, or a counter goes backwards. So each record is decided
by what was there when it was placed: by the definition in force then, and by the records placed
before it. Nothing that comes later changes that. What was folded then stays folded, also where a
budget is raised or a series deleted; a later record of the same series may be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Generic, TypeAlias, TypeVar

from typedprom.metrics.definition import FREE, Definition, Labels, base, label_values, zero_series
from typedprom.metrics.labels import OVERFLOW
from typedprom.spool.run_reader import MetricLayout

T = TypeVar("T")
DatedDefinition: TypeAlias = tuple[float, Definition]  # since when it is in force
Budgets: TypeAlias = tuple[dict[str, float], float]  # of values by label, and of series


@dataclass(slots=True)
class Decisions(Generic[T]):
    """What is admitted to one budget; of the rest, until when its records are folded."""

    admitted: set[T] = field(default_factory=set[T])
    folded: dict[T, float] = field(default_factory=dict[T, float])

    def copy(self) -> Decisions[T]:
        """One that can change without this one."""
        return Decisions(set(self.admitted), dict(self.folded))

    def join(self, other: Decisions[T]) -> None:
        """Add the decisions of the other on what nothing was decided here."""
        mine, folded = self.admitted, self.folded
        unknown = [pair for pair in other.folded.items() if pair[0] not in mine]
        mine |= other.admitted - folded.keys()
        folded.update(pair for pair in unknown if pair[0] not in folded)

    def has(self, one: T, placed: float) -> bool:
        """Whether it is shown; `placed` is `inf` for what is set and not counted."""
        return one in self.admitted and placed > self.folded.get(one, -inf)

    def has_all(self, ones: set[T]) -> bool:
        """Whether all of them are shown, whenever they were placed."""
        return ones <= self.admitted and self.folded.keys().isdisjoint(ones)

    def decide(self, one: T, placed: float, budget: float) -> bool:
        """Whether it is shown, decided now if it was not before."""
        if placed <= self.folded.get(one, -inf):
            return False
        if one not in self.admitted:
            if len(self.admitted) >= budget:
                self.folded[one] = placed
                return False
            self.admitted.add(one)
        return True

    def take(self, ones: set[T], budget: float) -> bool:
        """Admit all of them if there is room, and nothing was ever folded."""
        new = ones - self.admitted
        if self.folded or (new and len(self.admitted) + len(new) > budget):
            return False
        self.admitted |= new
        return True

    def forget_folded(self, but: set[T]) -> None:
        """Forget what no run has any more."""
        self.folded = {one: until for one, until in self.folded.items() if one in but}


@dataclass(slots=True)
class MetricDecisions:
    """What was decided for a metric: on values by label, and on the keys of series."""

    values: dict[str, Decisions[str]] = field(default_factory=dict[str, Decisions[str]])
    series: Decisions[Labels] = field(default_factory=Decisions[Labels])

    def copy(self) -> MetricDecisions:
        """One that can change without this one."""
        values = {label: decisions.copy() for label, decisions in self.values.items()}
        return MetricDecisions(values, self.series.copy())

    def join(self, other: MetricDecisions) -> None:
        """Add the decisions of the other on what nothing was decided here."""
        for label, decisions in other.values.items():
            self.values.setdefault(label, Decisions()).join(decisions)
        self.series.join(other.series)

    def forget_folded(self, but: MetricDecisions) -> None:
        """Forget what no run has any more; `but` is what some have."""
        for label, decisions in self.values.items():
            decisions.forget_folded(but.values.get(label, Decisions[str]()).admitted)
        self.series.forget_folded(but.series.admitted)


class SeriesBudget:
    """Decides for one metric, and keeps the `decisions`.

    `history` are its definitions, of which at least one has a budget, in the order in which they
    came into force; `present` are series that are shown already.
    """

    def __init__(
        self,
        history: Sequence[DatedDefinition],
        decisions: MetricDecisions,
        present: Iterable[Labels],
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
        self._limits_series = bool(self._series.admitted or self._series.folded) or any(
            definition.budget is not None for _, definition in history
        )
        present = [*present]  # admitted, as it was there before the metric had a budget
        for _, definition in history:
            for label in definition.labels:
                if label.budget is not None and label.name not in self._values:
                    self._values[label.name] = Decisions(label_values(present, label.name))
        if self._limits_series:
            keys = (self._key(labels) for labels in present)
            self._series.admitted.update(key for key in keys if not self._is_overflow(key))

    def consider(self, layouts: Sequence[MetricLayout]) -> MetricDecisions:
        """Decide on these series. What is refused is returned, as if it were admitted."""
        refused = MetricDecisions({label: Decisions() for label in self._values})
        if not self._take_all(layouts):
            self._take_in_order(layouts, refused)
        return refused

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

    def _take_all(self, layouts: Sequence[MetricLayout]) -> bool:
        """Admit everything, if no budget that was ever in force is too small for that."""
        definitions = {definition for _, definition in self._history}
        values = (
            decided.take(
                set[str]().union(*(layout.values(name) for layout in layouts)),
                min(_label_budget(definition, name) for definition in definitions),
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
        return self._series.take(keys, min(budgets))

    def _take_in_order(self, layouts: Sequence[MetricLayout], refused: MetricDecisions) -> None:
        """Decide on one record after the other."""
        records = [
            record
            for layout in layouts
            for record in zip(layout.placed, layout.labels, strict=True)
        ]
        records.sort(key=lambda record: record[0])
        coming = iter((*self._history[1:], (inf, self._definition)))
        budgets = self._enter(self._history[0][1])
        changes, definition = next(coming)
        for placed, labels in records:
            while changes <= placed:
                budgets = self._enter(definition)
                changes, definition = next(coming)
            self._decide(labels, placed, budgets, refused)
        for _, definition in coming:
            self._enter(definition)

    def _enter(self, definition: Definition) -> Budgets:
        """The budgets of a definition that comes into force; its zeros are shown from now on."""
        if definition.budget is not None:
            self._series.admitted.update(zero_series(definition))
        values = {name: _label_budget(definition, name) for name in self._values}
        return values, _budget(definition)

    def _decide(
        self, labels: Labels, placed: float, budgets: Budgets, refused: MetricDecisions
    ) -> None:
        label_budgets, series_budget = budgets

        def decide(name: str, value: str) -> bool:
            taken = self._values[name].decide(value, placed, label_budgets[name])
            if not taken:
                refused.values[name].admitted.add(value)
            return taken

        kept = self._kept(labels, decide)
        if self._limits_series:
            key = self._key(kept)
            taken = self._is_overflow(key) or self._series.decide(key, placed, series_budget)
            if not taken:
                refused.series.admitted.add(key)

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
        unknown = keys - self._series.admitted
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
