"""Reads the samples that a metric exposes, for assertions."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.registry import Collector


def samples(metric: Collector) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return all samples of `metric` by name and sorted labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in metric.collect()
        for sample in family.samples
    }


def value(metric: Collector, name: str, labels: Mapping[str, str] | None = None) -> float | None:
    """Return the value of one sample of `metric`, or None."""
    return samples(metric).get((name, tuple(sorted((labels or {}).items()))))


def registry_with(*collectors: Collector) -> CollectorRegistry:
    """Make a registry with these collectors."""
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    return registry
