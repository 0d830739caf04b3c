"""Families as the data classes of OpenTelemetry's SDK. Imports the SDK: import it only for OTLP.

Names: a metric is sent under its full name, with a counter's `_total` and the unit. Prometheus and
the exporters of a Collector append such suffixes to names that lack them, unless configured not to,
and do not change names that have them. So a series arrives under its name in the catalog, whatever
the translation strategy is. There is one exception: the default strategy removes a `_total` in the
middle of a counter's name, and all but one of several adjacent underscores.

Units: a unit is sent if OpenTelemetry's name for it is translated back to the suffix that the name
already has. Any other unit would be appended to the name.
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

# Prometheus makes the labels `job` and `instance` of these attributes of a resource.
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
# The SDK types it as a number, but its encoder omits None.
_NONE: Final = cast("float", None)

Attributes: TypeAlias = dict[str, str]


def metrics_data(families: Iterable[Family], grouping: Mapping[str, str]) -> MetricsData:
    """All families as one message, with the current time.

    `grouping` is the grouping key. `job` and `instance` become attributes of the resource only. The
    others become attributes of every series too, because by default Prometheus does not turn other
    attributes of a resource into labels.
    """
    now = max(time.time_ns(), 0)  # a clock may say that it is before 1970
    attributes = {_RESOURCE_NAMES.get(name, name): value for name, value in grouping.items()}
    extra = {name: value for name, value in grouping.items() if name not in _RESOURCE_NAMES}
    metrics = [*_metrics(families, extra, now)]
    # The scope has no name, because a Collector would make a label of it.
    scope = ScopeMetrics(InstrumentationScope(name=""), metrics, schema_url="")
    return MetricsData([ResourceMetrics(Resource(attributes), [scope], schema_url="")])


def _metrics(families: Iterable[Family], extra: Attributes, now: int) -> Iterator[Metric]:
    """The families that have series, without those for which a receiver would refuse all."""
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
    """Raise ValueError if no receiver can accept the family."""
    definition = family.definition
    names_of(definition)
    # A damaged definition may have lone surrogates, which raise a ValueError here.
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
                [
                    NumberDataPoint(own, _began(numbers, now), now, numbers[1])
                    for own, numbers in series
                ],
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
                    NumberDataPoint(own | {definition.name: state}, 0, now, value)
                    for own, numbers in series
                    for state, value in _states(definition, numbers)
                ]
            )
        case "gauge" | "info":
            return Gauge([NumberDataPoint(own, 0, now, numbers[1]) for own, numbers in series])


def _histogram(
    definition: Definition, attributes: Attributes, numbers: Numbers, now: int
) -> HistogramDataPoint:
    *buckets, total = numbers[TIMESTAMP + 1 :]
    counts = [int(count) for count in buckets]
    # With bounds below zero the sum can decrease, so that its rate would be wrong.
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
    """Each state, with 1.0 for the current one; `_invalid` only if that is the current one."""
    current = int(numbers[1])
    for index, state in enumerate(definition.states):
        yield state, float(index == current)
    if not 0 <= current < len(definition.states):
        yield INVALID, 1.0


def _began(numbers: Numbers, now: int) -> int:
    """When counting began, in nanoseconds; now, if a clock step makes that the future."""
    began = numbers[TIMESTAMP] * 1e9
    return int(began) if 0.0 <= began <= now else now
