"""Collectors that prometheus_client renders for us: those of others, and ours that are rare."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

# All of the package before its parts: a thread that holds the lock of a part while it waits for
# the package deadlocks with one that imports the package, which Python answers with half a module.
import prometheus_client
from prometheus_client import exposition
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import CollectorRegistry

from typedprom.exposition.prom_client import Family

if TYPE_CHECKING:
    from typedprom.exposition.negotiation import Format


class Collector(Protocol):
    """Whatever has metrics: a collector, or a registry of them."""

    def collect(self) -> Iterable[Family]:
        """The metrics, with their samples."""
        ...


class CollectorGroup:
    """Several collectors as one."""

    def __init__(self, collectors: Iterable[Collector]) -> None:
        self._collectors = collectors

    def collect(self) -> Iterable[Family]:
        """The metrics of all, one after the other."""
        for collector in self._collectors:
            yield from collector.collect()


class _TargetInfo:
    """The `target_info` that a registry puts before its collectors."""

    def __init__(self, labels: dict[str, str]) -> None:
        self._labels = labels

    def collect(self) -> Iterable[Family]:
        """The metric that prometheus_client makes of it."""
        family = Family("target", "Target metadata", "info")
        family.add_sample("target_info", self._labels, 1)
        return [family]


_RenderText: TypeAlias = Callable[[Collector, str], bytes]
_RenderOpenMetrics: TypeAlias = Callable[[Collector, str], bytes]
_render_text = cast("_RenderText", exposition.generate_latest)
_render_openmetrics = cast(
    "_RenderOpenMetrics",
    openmetrics.generate_latest,  # pyright: ignore[reportUnknownMemberType]
)


def registry_or_default(registry: CollectorRegistry | None) -> Collector:
    """The registry, prometheus_client's own by default. An empty one is false."""
    return prometheus_client.REGISTRY if registry is None else registry


def restrict(registry: Collector, names: Collection[str]) -> Collector:
    """The part of the registry with samples of these names."""
    return cast("CollectorRegistry", registry).restricted_registry(names)


def collectors(registry: Collector) -> list[Collector]:
    """The collectors of a registry in its order; anything else is one collector.

    No lock is taken: copying the keys of a dict is one step.
    """
    plain = type(registry).collect is CollectorRegistry.collect
    names = getattr(registry, "_collector_to_names", None) if plain else None
    if names is None:
        return [registry]
    info = cast("CollectorRegistry", registry).get_target_info()
    target = [_TargetInfo(info)] if info else []
    return [*target, *cast("dict[Collector, object]", names)]


def render(collector: Collector, format: Format) -> bytes:
    """Everything the collector has, without the mark of the end."""
    if format.syntax == "text":
        return _render_text(collector, format.escaping)
    if format.syntax == "protobuf":
        from typedprom.exposition.foreign_protobuf import families_as_protobuf

        return families_as_protobuf(collector.collect(), format.escaping)
    return _render_openmetrics(collector, format.escaping).removesuffix(format.end)


def render_all(collectors: Sequence[Collector], format: Format) -> bytes:
    """Everything these collectors have, without the mark of the end."""
    return render(CollectorGroup(collectors), format) if collectors else b""
