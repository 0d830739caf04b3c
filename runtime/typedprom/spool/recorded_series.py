"""What runs have recorded: which of their series hold more than the zeros they began with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from typedprom.metrics.definition import ADDED, Definition, Labels, Numbers
from typedprom.spool.run_reader import RunReading


def is_recorded(definition: Definition, numbers: Numbers) -> bool:
    """Whether anything was recorded: added to a counter or histogram, set of the others."""
    return definition.type not in ADDED or any(numbers[1:])


class RecordedSeries:
    """The series of runs in which something is recorded; the runs are read at the first question.

    That is rarely asked: only where something is over a budget.
    """

    def __init__(self, readings: Callable[[], Iterable[RunReading]]) -> None:
        self._readings = readings
        self._by_metric: dict[str, dict[Labels, float]] | None = None

    def of(self, metric: str) -> Mapping[Labels, float]:
        """The labels of these series, with when the first of each was placed."""
        if self._by_metric is None:
            self._by_metric = self._read()
        return self._by_metric.get(metric, {})

    def _read(self) -> dict[str, dict[Labels, float]]:
        by_metric: dict[str, dict[Labels, float]] = {}
        for run in self._readings():
            for metric in run.metrics:
                first = by_metric.setdefault(metric.definition.name, {})
                for (labels, numbers), placed in zip(metric.series, metric.placed, strict=True):
                    if is_recorded(metric.definition, numbers):
                        first[labels] = min(placed, first.get(labels, placed))
        return by_metric


UNKNOWN: Final = RecordedSeries(lambda: ())  # of no run
