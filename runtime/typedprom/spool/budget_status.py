"""How full budgets are: for `typedprom-spool status`, and for the metric that counts overflow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from typedprom.metrics.definition import Definition, Family, Labels, Numbers
from typedprom.metrics.self_metrics import LABEL_OVERFLOW
from typedprom.spool.aggregation import Sums, add_up
from typedprom.spool.decisions import AnyDecisions
from typedprom.spool.definition_json import definition_of


@dataclass(frozen=True, slots=True)
class BudgetStatus:
    """A budget of label values, or of series where `label` is empty.

    `held` have a place. `folded` is how many were added up as `_overflow` so far; what processes
    themselves recorded as that is not among them. `budget` is None where there is none any more.
    """

    metric: str
    label: str
    budget: int | None
    held: int
    folded: int


def budget_status(sums: Sums) -> list[BudgetStatus]:
    """All budgets, sorted by metric and label."""
    parts = sorted(sums.parts.values(), key=lambda part: part.declared)
    newest = {part.definition.name: part.definition for part in parts}
    return [
        BudgetStatus(
            metric,
            label,
            _budget(newest.get(metric), label),
            len(decisions.admitted),
            decisions.overflow,
        )
        for metric, label, decisions in _decisions(sums)
        if decisions.admitted or decisions.overflow
    ]


def with_overflow(families: Iterable[Family], sums: Sums) -> list[Family]:
    """The families; what was folded here is counted beside what processes have counted."""
    folded: dict[Labels, Numbers] = {
        (("label", label), ("metric", metric)): [decisions.began, float(decisions.overflow)]
        for metric, label, decisions in _decisions(sums)
        if decisions.overflow
    }
    found = [*families]
    if not folded:
        return found
    for index, family in enumerate(found):
        if family.definition.name == LABEL_OVERFLOW.name:
            series = dict(family.series)
            add_up(series, folded.items())
            found[index] = Family(family.definition, series)
            return found
    return [*found, Family(definition_of(LABEL_OVERFLOW), folded)]


def _decisions(
    sums: Sums,
) -> Iterator[tuple[str, str, AnyDecisions]]:
    for metric, decided in sorted(sums.admitted.items()):
        for label, decisions in sorted(decided.values.items()):
            yield metric, label, decisions
        yield metric, "", decided.series


def _budget(definition: Definition | None, label: str) -> int | None:
    if definition is None:
        return None
    if not label:
        return definition.budget
    return next((one.budget for one in definition.labels if one.name == label), None)
