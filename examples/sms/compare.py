"""Compares the answers of Prometheus with the program's own counts, series by series."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from examples.sms.tally import Labels, Tally
from tools.promql_api import Answer

Ask = Callable[[str], list[Answer]]
_MISSING = math.nan  # not equal to any value
_TARGET_LABELS = ("__name__", "job", "instance")


@dataclass(frozen=True, slots=True)
class Row:
    """One metric: the result of a query over its series, the expected value, the differences."""

    metric: str
    query: str
    answered: float
    counted: float
    series: int
    differences: tuple[str, ...]


def compare(ask: Ask, tally: Tally) -> Iterator[Row]:
    """Compare all metrics of the tally: counters, gauges, histograms."""
    for name, counted in sorted(tally.counters.items()):
        yield _row(ask, name, f"sum({name})", sum(counted.values()), _totals(ask, name, counted))
    for name, values in sorted(tally.gauges.items()):
        checks = _series(ask, name, values, uncounted=_MISSING)
        yield _row(ask, name, f"max({name})", max(values.values()), checks)
    for name, observed in sorted(tally.histograms.items()):
        total = sum(map(len, observed.values()))
        yield _row(ask, name, f"sum({name}_count)", total, _histogram(ask, name, observed))


def _row(ask: Ask, metric: str, query: str, counted: float, checks: list[str | None]) -> Row:
    answers = ask(query)
    answered = answers[0].value if answers else math.nan
    differences = [difference for difference in checks if difference is not None]
    if not _equal(answered, counted):
        differences.insert(0, f"{query} is {answered:g}, counted {counted:g}")
    return Row(metric, query, answered, counted, len(checks), tuple(differences))


def _totals(ask: Ask, name: str, counted: Mapping[Labels, float]) -> list[str | None]:
    """Check each series; a series that was never counted may exist as zero."""
    return _series(ask, name, counted, uncounted=0.0)


def _series(
    ask: Ask, name: str, counted: Mapping[Labels, float], *, uncounted: float
) -> list[str | None]:
    """Check each series; None if it is correct."""
    answered = {labels_of(answer): answer.value for answer in ask(name)}
    return [
        _difference(name, labels, answered.get(labels, _MISSING), counted.get(labels, uncounted))
        for labels in sorted({*answered, *counted})
    ]


def _histogram(ask: Ask, name: str, observed: Mapping[Labels, list[float]]) -> list[str | None]:
    counts = {labels: float(len(values)) for labels, values in observed.items()}
    sums = {labels: math.fsum(values) for labels, values in observed.items()}
    last = {tuple(sorted((*labels, ("le", "+Inf")))): count for labels, count in counts.items()}
    answers = ask(f"{name}_bucket")
    return [
        *_totals(ask, f"{name}_count", counts),
        *_totals(ask, f"{name}_sum", sums),
        *_totals(ask, f'{name}_bucket{{le="+Inf"}}', last),
        *(_bucket(name, a, observed) for a in answers if a.labels["le"] != "+Inf"),
    ]


def _bucket(name: str, answer: Answer, observed: Mapping[Labels, list[float]]) -> str | None:
    labels = labels_of(answer)
    bound = float(answer.labels["le"])
    values = observed.get(tuple(label for label in labels if label[0] != "le"), [])
    return _difference(f"{name}_bucket", labels, answer.value, sum(v <= bound for v in values))


def _difference(name: str, labels: Labels, answered: float, counted: float) -> str | None:
    if _equal(answered, counted):
        return None
    selector = ", ".join(f'{label}="{value}"' for label, value in labels)
    family = name.partition("{")[0]
    return f"{family}{{{selector}}} is {answered:g}, counted {counted:g}"


def _equal(answered: float, counted: float) -> bool:
    """Whether the values are equal except for rounding; a missing series is never equal."""
    return math.isclose(answered, counted, rel_tol=1e-12, abs_tol=1e-9)


def labels_of(answer: Answer) -> Labels:
    """Return the labels of an answer without those of its target."""
    return tuple(sorted((k, v) for k, v in answer.labels.items() if k not in _TARGET_LABELS))
