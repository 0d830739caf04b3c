"""Snapshots of what is recorded, taken without an exposition, and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from typedprom.metrics.amounts import ZERO
from typedprom.metrics.catalog import catalogs
from typedprom.metrics.cell import Values
from typedprom.metrics.instruments import HistogramKind, Info

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument

Distribution: TypeAlias = tuple[list[float], float]  # observations by bucket, and their sum


def _recorded(metric: AnyInstrument) -> dict[Values, object]:
    """What was recorded into the series of a metric, by label values."""
    series = metric.series()
    return {values: cell.snapshot() for values, cell in series if not cell.is_unused()}


def _exposed(metric: AnyInstrument) -> dict[Values, object]:
    """The same, with what nobody recorded: values of functions, states at the start."""
    states = ((values, cell, cell.snapshot()) for values, cell in metric.series())
    return {
        values: state
        for values, cell, state in states
        if not cell.is_unused()
        or (metric.type == "gauge" and state is not ZERO)
        or metric.type == "stateset"
    }


def braced(labels: Mapping[str, str]) -> str:
    """Labels as an exposition writes them; nothing for none."""
    pairs = ", ".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


@dataclass(frozen=True, slots=True)
class Change:
    """A series that changed; `before` or `after` is None where nothing was recorded."""

    metric: AnyInstrument
    values: Values
    before: object
    after: object

    @property
    def labels(self) -> dict[str, str]:
        """The labels of the series."""
        names = (label.name for label in self.metric.signature)
        return dict(zip(names, self.values, strict=True))

    @property
    def difference(self) -> str:
        """What changed: `+1` of a counter, `3 → 5` of a gauge."""
        if self.metric.type == "histogram":
            bounds = cast("HistogramKind[object]", self.metric).buckets
            return _growth(bounds, distribution(self.before), distribution(self.after))
        if self.metric.type == "counter":
            return _signed(number(self.after) - number(self.before))
        return f"{_text(self.metric, self.before)} → {_text(self.metric, self.after)}"

    def __str__(self) -> str:
        return f"{self.metric.name}{braced(self.labels)} {self.difference}"


class Snapshot:
    """What all series of all catalogs in the process held at one instant."""

    __slots__ = ("_readings",)

    def __init__(self, readings: Mapping[AnyInstrument, Mapping[Values, object]]) -> None:
        self._readings = readings

    def of(self, metric: AnyInstrument) -> Mapping[Values, object]:
        """What the series of one metric held."""
        return self._readings.get(metric, {})

    def changes(self, since: Snapshot) -> list[Change]:
        """The series that differ from the earlier snapshot, in the order of the catalogs."""
        metrics = dict.fromkeys((*self._readings, *since._readings))
        return [
            change
            for metric in metrics
            for change in _changes(metric, since.of(metric), self.of(metric))
        ]


NOTHING: Final = Snapshot({})


def snapshot(*metrics: AnyInstrument) -> Snapshot:
    """What is recorded now, in all catalogs.

    The functions that gauges were given by `set_function` are called for these `metrics` only:
    their values change though nobody records.
    """
    known = [metric for catalog in catalogs() for metric in tuple(catalog.metrics.values())]
    readings = {metric: _recorded(metric) for metric in known}
    return Snapshot(readings | {metric: _exposed(metric) for metric in metrics})


def _changes(
    metric: AnyInstrument, before: Mapping[Values, object], after: Mapping[Values, object]
) -> Iterator[Change]:
    for values in dict.fromkeys((*before, *after)):
        old, new = before.get(values), after.get(values)
        if old is new or old == new:  # the same NaN has not changed
            continue
        if metric.type != "counter" or number(old) != number(new):
            yield Change(metric, values, old, new)


def number(state: object) -> float:
    """The value of a series of a counter or gauge; 0 if there is none."""
    return state if isinstance(state, float) else 0.0


def distribution(state: object) -> Distribution:
    """What a series of a histogram holds; nothing if there is none."""
    return ([], 0.0) if state is None else cast("Distribution", state)


def info_values(info: Info, state: object) -> dict[str, str]:
    """What a series of an info says, by the names of its info labels."""
    names = (label.name for label in info.info_labels)
    return dict(zip(names, cast("tuple[str, ...]", state), strict=True))


def bucket_growth(
    bounds: tuple[float, ...], before: Distribution, after: Distribution
) -> dict[float, float]:
    """By how much each bucket grew that did, by its upper bound."""
    old, new = (state[0] or [0.0] * (len(bounds) + 1) for state in (before, after))
    by_bound = zip((*bounds, float("inf")), old, new, strict=True)
    return {bound: b - a for bound, a, b in by_bound if b != a}


def _growth(bounds: tuple[float, ...], before: Distribution, after: Distribution) -> str:
    buckets = bucket_growth(bounds, before, after)
    count, total = sum(buckets.values()), after[1] - before[1]
    parts = [f"count {_signed(count)}", f"sum {_signed(total)}"]
    for bound, grown in buckets.items():
        upper = "+Inf" if bound == float("inf") else repr(bound)
        parts.append(f'le="{upper}" {_signed(grown)}')
    return ", ".join(parts)


def _text(metric: AnyInstrument, state: object) -> str:
    if state is None:
        return "unset"
    if isinstance(metric, Info):
        return braced(info_values(metric, state))
    return _plain(state) if isinstance(state, float) else str(state)


def _signed(difference: float) -> str:
    """`+1`, `-0.5`."""
    return ("" if difference < 0 else "+") + _plain(difference)


def _plain(value: float) -> str:
    """`1` for 1.0, else what a float prints."""
    return f"{value:.0f}" if value % 1 == 0 and abs(value) < 1e15 else repr(value)
