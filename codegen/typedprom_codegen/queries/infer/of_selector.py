"""The type of a selector: from its metric, narrowed by its matchers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from typedprom_codegen.ir import FAMILY_SUFFIXES, MetricType
from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.queries import bounds, value_units
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.infer.inference import Inference, with_labels
from typedprom_codegen.queries.infer.matchers import narrowed
from typedprom_codegen.queries.known import (
    INSTANCE_LABEL,
    JOB_LABEL,
    Recorded,
    Series,
    SeriesPart,
)
from typedprom_codegen.queries.label_sets import Labels
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type
from typedprom_codegen.queries.value_units import Unit

_MORE: Final = frozenset({"_invalid"})
"""What an emitted metric has instead of a value that its closed label does not list."""

_COUNTS: Final = frozenset({SeriesPart.BUCKET, SeriesPart.COUNT})
_UNIT_WORDS: Final = frozenset(
    {"bytes", "seconds", "ratio", "joules", "meters", "volts", "amperes", "celsius", "grams"}
)

_TIMESTAMP: Final = re.compile(r"timestamp|_(?:start|boot|creation)_time_seconds$")
"""Gauges in seconds that are no durations, by the customs of naming."""

_MEANINGS: Final = {
    MetricType.COUNTER: Meaning.COUNTER,
    MetricType.GAUGE: Meaning.GAUGE,
    MetricType.HISTOGRAM: Meaning.COUNTER,
    MetricType.INFO: Meaning.INFO,
    MetricType.STATESET: Meaning.STATE,
    MetricType.SUMMARY: Meaning.QUANTILE,
}
_BOUNDS: Final = {
    Meaning.COUNTER: bounds.NOT_NEGATIVE,
    Meaning.TIMESTAMP: bounds.ANY,
    Meaning.INFO: bounds.ONE,
    Meaning.STATE: bounds.FROM_0_TO_1,
}


def infer_selector(node: Selector, inference: Inference) -> Type:
    """The type of an instant vector selector."""
    series = inference.known.get(node.name)
    target_labels = inference.known.target_labels
    found = _UNKNOWN if series is None else series_type(series, target_labels)
    if not node.matchers:
        return found
    return with_labels(found, narrowed(found.labels, node.matchers))


_UNKNOWN: Final = Type(Kind.INSTANT)


@lru_cache(maxsize=50_000)
def series_type(series: Series, target_labels: frozenset[str]) -> Type:
    """The type of all series of a name."""
    if series.metric.recorded is not None:
        return _recorded_type(series, series.metric.recorded)
    meaning = _meaning(series)
    metric = series.metric
    return Type(
        Kind.INSTANT,
        meaning,
        _labels(series, target_labels),
        _unit(series),
        _bounds(series, meaning),
        series if series.part is SeriesPart.BUCKET else None,
        metric.is_native and series.part is SeriesPart.VALUE,
        (series,),
    )


def _recorded_type(series: Series, recorded: Recorded) -> Type:
    return Type(
        Kind.INSTANT,
        recorded.meaning,
        recorded.labels,
        recorded.unit,
        recorded.bounds,
        recorded.buckets,
        recorded.is_native,
        (series,),
    )


def _meaning(series: Series) -> Meaning:
    if series.part is SeriesPart.CREATED:
        return Meaning.TIMESTAMP
    if series.part is not SeriesPart.VALUE:
        return Meaning.COUNTER
    metric = series.metric
    if metric.type is MetricType.GAUGE:
        if metric.unit == "ratio":
            return Meaning.RATIO
        if _TIMESTAMP.search(metric.name) and _unit(series) == value_units.SECONDS_UNIT:
            return Meaning.TIMESTAMP
        if metric.name.endswith(FAMILY_SUFFIXES[MetricType.COUNTER]):
            return Meaning.UNKNOWN  # of others: the name says counter, so the type may be wrong
    return _MEANINGS.get(metric.type, Meaning.UNKNOWN)


def _unit(series: Series) -> Unit | None:
    metric = series.metric
    if series.part is SeriesPart.CREATED:
        return value_units.SECONDS_UNIT
    if series.part in _COUNTS:
        return value_units.EVENTS_UNIT
    if metric.type in {MetricType.INFO, MetricType.STATESET}:
        return value_units.PLAIN
    if metric.unit is not None:
        return value_units.base(metric.unit)
    if metric.declared is None or not metric.declared.emitted:
        word = metric.family.rpartition("_")[2]
        return value_units.base(word) if word in _UNIT_WORDS else None
    if metric.type is MetricType.COUNTER:
        return value_units.EVENTS_UNIT
    return None


def _bounds(series: Series, meaning: Meaning) -> Bounds:
    """Sums of observations can be negative, and what is not recorded by us can be anything."""
    if series.part is SeriesPart.SUM and not _observes_amounts(series):
        return bounds.ANY
    if series.metric.is_native:
        return bounds.ANY
    if meaning is Meaning.RATIO and _is_recorded_by_us(series):
        return bounds.FROM_0_TO_1
    return _BOUNDS.get(meaning, bounds.ANY)


def _is_recorded_by_us(series: Series) -> bool:
    """Whether programs with the catalog record it, whose ratios are from 0 to 1."""
    declared = series.metric.declared
    return declared is not None and declared.emitted


def _observes_amounts(series: Series) -> bool:
    """Whether what a histogram observes is never negative, as far as its buckets say."""
    first = min(series.metric.buckets or (0.0,))
    return first > 0


def _labels(series: Series, target_labels: frozenset[str]) -> Labels:
    own = series.labels
    metric = series.metric
    possible = target_labels.union(own)
    implied = own.keys() - metric.labels.keys()  # `le` or `quantile`
    if not metric.is_whole:
        return Labels(frozenset(implied), possible, is_open=True)
    emitted = metric.declared is not None and metric.declared.emitted
    values = {
        name: (listed - {""}) | (_MORE if emitted and _declares(series, name) else frozenset())
        for name, listed in own.items()
        if listed is not None
    }
    if emitted:
        sure = {JOB_LABEL, *(name for name, listed in own.items() if "" not in (listed or ()))}
    else:
        sure = {JOB_LABEL, *implied}
        if metric.declared is None:
            sure.add(INSTANCE_LABEL)  # what is pushed has none
    return Labels(frozenset(sure & possible), possible, values=values)


def _declares(series: Series, label: str) -> bool:
    declared = series.metric.declared
    return declared is not None and any(own.name == label for own in declared.series_labels)
