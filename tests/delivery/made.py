"""Families for tests: made by hand, drawn by hypothesis, and in prometheus_client's terms."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise
from typing import cast

from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString  # pyright: ignore[reportUnknownVariableType]

from typedprom.metrics.definition import Definition, Family, Labels, MetricType

_formatted = cast("Callable[[float], str]", floatToGoString)

NOW = 1_750_000_000.0  # a moment that is over

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ['a"b', "a\\b", "a\nb", "a\rb", "%s", "{}", "é", "😀", "a,b", "a=b"]
)
_finite = st.floats(allow_nan=False, allow_infinity=False)
_amounts = st.floats(0, allow_nan=False, allow_infinity=False)
_moments = st.floats(2.0**30, NOW)
_counts = st.integers(0, 2**40).map(float)
_label_sets: st.SearchStrategy[tuple[str, ...]] = st.sampled_from(
    [(), ("a",), ("a", "z"), ("kind", "lf", "z")]
)


def counter(name: str = "x_c_total", value: float = 5.0, **labels: str) -> Family:
    """A counter of one series."""
    return Family(Definition(name, "counter", "h"), {_sorted(labels): [NOW, value]})


def gauge(name: str = "x_g", value: float = 2.5, **labels: str) -> Family:
    """A gauge of one series."""
    return Family(Definition(name, "gauge", "h"), {_sorted(labels): [NOW, value]})


def histogram(name: str = "x_h_seconds", **labels: str) -> Family:
    """A histogram of one series: 1 in up to 0.1, 2 in up to 1, 3 above, 9.5 in all."""
    definition = Definition(name, "histogram", "h", unit="seconds", buckets=(0.1, 1.0))
    return Family(definition, {_sorted(labels): [NOW, 1.0, 2.0, 3.0, 9.5]})


def one_of_each() -> list[Family]:
    """A family of each type."""
    info = Definition("x_build_info", "info", "h", info_labels=("version",))
    phase = Definition("x_phase", "stateset", "h", states=("starting", "up"))
    return [
        counter(source="a"),
        gauge(),
        histogram(),
        Family(info, {(("version", "1.2"),): [NOW, 1.0]}),
        Family(phase, {(): [NOW, 1.0]}),
    ]


def _sorted(labels: dict[str, str]) -> Labels:
    return tuple(sorted(labels.items()))


@st.composite
def families(draw: st.DrawFn) -> list[Family]:
    """Some families of any types, with any texts and numbers."""
    kinds: list[MetricType] = ["counter", "gauge", "histogram", "info", "stateset"]
    chosen = draw(st.lists(st.sampled_from(kinds), max_size=4))
    return [draw(_family(f"x_{place}", kind)) for place, kind in enumerate(chosen)]


@st.composite
def _family(draw: st.DrawFn, name: str, kind: MetricType) -> Family:
    unit = draw(st.sampled_from(["", "seconds"])) if kind in ("counter", "gauge") else ""
    family = f"{name}_{unit}" if unit else name
    definition = Definition(
        name=family + {"counter": "_total", "info": "_info"}.get(kind, ""),
        type=kind,
        help=draw(texts),
        unit=unit,
        buckets=draw(_buckets) if kind == "histogram" else (),
        states=draw(st.sampled_from([("on", "off"), ("one",)])) if kind == "stateset" else (),
    )
    names = draw(_label_sets)
    series: dict[Labels, list[float]] = {}
    for values in draw(st.lists(st.tuples(*[texts] * len(names)), max_size=3, unique=True)):
        labels = tuple(zip(names, values, strict=True))
        series[labels] = draw(_numbers(definition))
    return Family(definition, series)


_buckets = (
    st.lists(_finite.map(float), min_size=1, max_size=4, unique=True)
    .map(sorted)
    .map(tuple)
    .filter(lambda bounds: all(a < b for a, b in pairwise(bounds)))
)


@st.composite
def _numbers(draw: st.DrawFn, definition: Definition) -> list[float]:
    timestamp = draw(_moments)
    match definition.type:
        case "counter":
            return [timestamp, draw(_amounts)]
        case "gauge":
            return [timestamp, draw(st.floats())]
        case "histogram":
            size = len(definition.buckets) + 1
            counts = draw(st.lists(_counts, min_size=size, max_size=size))
            return [timestamp, *counts, draw(_finite)]
        case "info":
            return [timestamp, 1.0]
        case "stateset":
            return [timestamp, float(draw(st.integers(-1, len(definition.states) - 1)))]


class _Fixed:
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


def registry_of(families: Iterable[Family]) -> CollectorRegistry:
    """The families as metrics of prometheus_client."""
    registry = CollectorRegistry()
    registry.register(cast("Collector", _Fixed([*map(_metric, families)])))
    return registry


def _metric(family: Family) -> Metric:
    definition = family.definition
    name = definition.family
    metric = Metric(name, definition.help, definition.type, definition.unit)
    for labels, (timestamp, *numbers) in family.series.items():
        own = dict(labels)
        match definition.type:
            case "counter":
                metric.add_sample(f"{name}_total", own, numbers[0])
                metric.add_sample(f"{name}_created", own, timestamp)
            case "gauge":
                metric.add_sample(name, own, numbers[0])
            case "info":
                metric.add_sample(f"{name}_info", own, 1.0)
            case "stateset":
                for index, state in enumerate(definition.states):
                    metric.add_sample(name, {**own, name: state}, float(index == numbers[0]))
                if numbers[0] < 0:
                    metric.add_sample(name, {**own, name: "_invalid"}, 1.0)
            case "histogram":
                upto = [*accumulate(numbers[:-1])]
                for bound, count in zip((*definition.buckets, math.inf), upto, strict=True):
                    le = _formatted(bound)
                    metric.add_sample(f"{name}_bucket", {**own, "le": le}, count)
                metric.add_sample(f"{name}_count", own, upto[-1])
                if definition.buckets[0] >= 0:
                    metric.add_sample(f"{name}_sum", own, numbers[-1])
                metric.add_sample(f"{name}_created", own, timestamp)
    return metric
