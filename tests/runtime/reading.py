"""Reads what a metric would expose, for assertions."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.registry import Collector


def samples(metric: Collector) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """All samples of `metric`: name and sorted labels to value."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in metric.collect()
        for sample in family.samples
    }


def value(metric: Collector, name: str, labels: Mapping[str, str] | None = None) -> float | None:
    """The value of one sample of `metric`, None if there is no such sample."""
    return samples(metric).get((name, tuple(sorted((labels or {}).items()))))


def registry_with(*collectors: Collector) -> CollectorRegistry:
    """A registry of its own with these collectors."""
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    return registry
