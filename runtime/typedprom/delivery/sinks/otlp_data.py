"""Families as the data classes of OpenTelemetry's SDK.

Names. A metric is sent under its whole name: with a counter's `_total`, with the unit. Prometheus
and the exporters of a Collector put such suffixes behind names that lack them, unless they are told
not to, and leave a name alone that has them: so that a series arrives under the name that it has in
the catalog whatever the translation strategy is. The one exception: the default strategy takes away
what conventions do not allow, a `_total` in the middle of a counter's name and all but one of
several underscores.

Units. A unit is given where it has a name in OpenTelemetry's vocabulary that is translated back to
the suffix which the name has already. Any other would be appended to the name.

Imports the SDK: imported only when OTLP is on.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias, cast

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from typedprom.exposition.family_renderer import (
    check_labels,
    check_numbers,
    names_of,
    report_unwritable,
)
from typedprom.metrics.definition import TIMESTAMP, Definition, Family, Numbers
from typedprom.metrics.labels import INVALID

# What identifies a target: Prometheus makes these attributes of a resource the two labels.
_RESOURCE_NAMES: Final = {"job": "service.name", "instance": "service.instance.id"}
_UNITS: Final = {
    "seconds": "s",
    "milliseconds": "ms",
    "microseconds": "us",
    "nanoseconds": "ns",
    "minutes": "min",
    "hours": "h",
    "days": "d",
    "bytes": "By",
    "meters": "m",
    "volts": "V",
    "amperes": "A",
    "joules": "J",
    "watts": "W",
    "grams": "g",
    "celsius": "Cel",
    "hertz": "Hz",
    "percent": "%",
}
# Typed as a number in the SDK, but its encoder leaves out what is None.
_NONE: Final = cast("float", None)

Attributes: TypeAlias = dict[str, str]


def metrics_data(families: Iterable[Family], grouping: Mapping[str, str]) -> MetricsData:
    """All of it as one message, of this instant.

    `grouping` are the labels of a group in a Pushgateway, job and instance among them. Those two
    become attributes of the resource alone, the others of every series as well, because Prometheus
    makes no labels of a resource's attributes by default.
    """
    now = time.time_ns()
    attributes = {_RESOURCE_NAMES.get(name, name): value for name, value in grouping.items()}
    extra = {name: value for name, value in grouping.items() if name not in _RESOURCE_NAMES}
    metrics = [*_metrics(families, extra, now)]
    # The scope has no name: a Collector would make a label of it.
    scope = ScopeMetrics(InstrumentationScope(name=""), metrics, schema_url="")
    return MetricsData([ResourceMetrics(Resource(attributes), [scope], schema_url="")])


def _metrics(families: Iterable[Family], extra: Attributes, now: int) -> Iterator[Metric]:
    """All that have series; without those that would have a receiver refuse all others too."""
    for family in families:
        try:
            _check(family)
            metric = _metric(family, extra, now)
        except (ValueError, OverflowError) as error:
            report_unwritable(family.definition.name, error)
        else:
            if family.series:
                yield metric


def _check(family: Family) -> None:
    """ValueError where it has what no receiver can take."""
    definition = family.definition
    names_of(definition)
    # UTF-8 has no lone surrogates, which a damaged definition may hold: a ValueError too.
    "".join((definition.help, *definition.states)).encode()
    check_numbers(definition, family.series)
    for labels in family.series:
        check_labels(definition, labels)
        "".join([value for _, value in labels]).encode()


def _metric(family: Family, extra: Attributes, now: int) -> Metric:
    definition = family.definition
    series = [(dict(labels) | extra, numbers) for labels, numbers in family.series.items()]
    return Metric(
        name=definition.name,
        description=definition.help,
        unit=_UNITS.get(definition.unit, ""),
        data=_data(definition, series, now),
    )


def _data(
    definition: Definition, series: list[tuple[Attributes, Numbers]], now: int
) -> Sum | Gauge | Histogram:
    match definition.type:
        case "counter":
            return Sum(
                [_number(own, numbers[1], _began(numbers, now), now) for own, numbers in series],
                aggregation_temporality=AggregationTemporality.CUMULATIVE,
                is_monotonic=True,
            )
        case "histogram":
            return Histogram(
                [_histogram(definition, own, numbers, now) for own, numbers in series],
                aggregation_temporality=AggregationTemporality.CUMULATIVE,
            )
        case "stateset":
            return Gauge(
                [
                    _number(own | {definition.name: state}, value, 0, now)
                    for own, numbers in series
                    for state, value in _states(definition, numbers)
                ]
            )
        case "gauge" | "info":
            return Gauge([_number(own, numbers[1], 0, now) for own, numbers in series])


def _number(attributes: Attributes, value: float, began: int, now: int) -> NumberDataPoint:
    return NumberDataPoint(attributes, began, now, value)


def _histogram(
    definition: Definition, attributes: Attributes, numbers: Numbers, now: int
) -> HistogramDataPoint:
    *buckets, total = numbers[TIMESTAMP + 1 :]
    counts = [int(count) for count in buckets]
    # With bounds below zero the sum can fall, which nobody may take the rate of.
    has_sum = not definition.buckets or definition.buckets[0] >= 0.0
    return HistogramDataPoint(
        attributes,
        _began(numbers, now),
        now,
        count=sum(counts),
        sum=total if has_sum else _NONE,
        bucket_counts=counts,
        explicit_bounds=definition.buckets,
        min=_NONE,
        max=_NONE,
    )


def _states(definition: Definition, numbers: Numbers) -> Iterator[tuple[str, float]]:
    """Each state, 1.0 for the one it is in; `_invalid` only while it is in that."""
    current = int(numbers[1])
    for index, state in enumerate(definition.states):
        yield state, float(index == current)
    if not 0 <= current < len(definition.states):
        yield INVALID, 1.0


def _began(numbers: Numbers, now: int) -> int:
    """When counting began, in nanoseconds; now, if by a clock that was set it is yet to come."""
    began = numbers[TIMESTAMP] * 1e9
    return int(began) if 0.0 <= began <= now else now
