"""What prometheus_client renders for us: the collectors of others, and what frames our series."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

# All of the package before its parts: a thread that holds the lock of a part while it waits for
# the package deadlocks with one that imports the package, which Python answers with half a module.
import prometheus_client
import prometheus_client.metrics
from prometheus_client import exposition
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import REGISTRY, CollectorRegistry

from typedprom.exposition.prom_client import Family, described

if TYPE_CHECKING:
    from typedprom.exposition.negotiation import Format, Syntax
    from typedprom.metrics.cell import AnyInstrument

_EOF: Final = b"# EOF\n"
_LEGACY_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class Collector(Protocol):
    """Whatever has metrics: a collector, or a registry of them."""

    def collect(self) -> Iterable[Family]:
        """The metrics, with their samples."""
        ...


class _Restrictable(Collector, Protocol):
    def restricted_registry(self, names: Iterable[str]) -> Collector:
        """The part with samples of these names."""
        ...


class Joined:
    """Several collectors as one."""

    def __init__(self, parts: Iterable[Collector]) -> None:
        self._parts = parts

    def collect(self) -> Iterable[Family]:
        """The metrics of all, one after the other."""
        for part in self._parts:
            yield from part.collect()


class _TargetInfo:
    """The `target_info` that a registry puts before its collectors."""

    def __init__(self, labels: dict[str, str]) -> None:
        self._labels = labels

    def collect(self) -> Iterable[Family]:
        """The metric that prometheus_client makes of it."""
        family = Family("target", "Target metadata", "info")
        family.add_sample("target_info", self._labels, 1)
        return [family]


_Text: TypeAlias = Callable[[Collector, str], bytes]
_OpenMetrics: TypeAlias = Callable[[Collector, str, str], bytes]
_text = cast("_Text", exposition.generate_latest)
_openmetrics = cast(
    "_OpenMetrics",
    openmetrics.generate_latest,  # pyright: ignore[reportUnknownMemberType]
)


def chosen(registry: CollectorRegistry | None) -> Collector:
    """The registry, prometheus_client's own by default. One may be empty, and false."""
    return REGISTRY if registry is None else registry


def restricted(registry: Collector, names: Collection[str]) -> Collector:
    """The part of the registry with samples of these names."""
    return cast("_Restrictable", registry).restricted_registry(names)


def collectors(registry: Collector) -> list[Collector]:
    """The collectors of a registry in its order; of what is no plain registry, that itself.

    No lock is taken: copying the keys of a dict is one step.
    """
    plain = type(registry).collect is CollectorRegistry.collect
    names = getattr(registry, "_collector_to_names", None) if plain else None
    if names is None:
        return [registry]
    info = cast("CollectorRegistry", registry).get_target_info()
    target = [_TargetInfo(info)] if info else []
    return [*target, *cast("dict[Collector, object]", names)]


def rendered(collector: Collector, format: Format) -> bytes:
    """Everything the collector has, without the mark of the end."""
    if format.syntax == "text":
        return _text(collector, format.escaping)
    return _openmetrics(collector, format.escaping, format.version).removesuffix(_EOF)


def end(syntax: Syntax) -> bytes:
    """What stands at the end of an exposition."""
    return _EOF if syntax == "openmetrics" else b""


def opening(metric: AnyInstrument, format: Format) -> bytes:
    """The lines before the samples: help, type, unit."""
    return rendered(_Ready(described(metric)), format)


def created_opening(metric: AnyInstrument, format: Format) -> bytes:
    """The lines before the `_created` samples that the text format keeps apart."""
    return rendered(_Ready(Family(metric.family + "_created", metric.help, "gauge")), format)


def is_legacy_name(name: str) -> bool:
    """Whether no format has to escape the name."""
    return _LEGACY_NAME.fullmatch(name) is not None


class _Ready:
    """One metric as a collector."""

    def __init__(self, family: Family) -> None:
        self._family = family

    def collect(self) -> Iterable[Family]:
        """The metric."""
        return [self._family]


def with_created() -> bool:
    """Whether prometheus_client is told to expose when series began."""
    wanted: bool = getattr(prometheus_client.metrics, "_use_created", True)
    return wanted
