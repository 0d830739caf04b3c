"""The source of a registry's metrics, and the one that `serve()` and the applications use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from typedprom.exposition import foreign_collectors
from typedprom.exposition.cell_renderer import RegistryRenderer
from typedprom.exposition.negotiation import choose_format
from typedprom.metrics.catalog import catalogs

if TYPE_CHECKING:
    from typedprom.exposition.prom_client import Registry
    from typedprom.exposition.sources import Source


class RegistrySource:
    """The metrics of a registry, prometheus_client's own by default."""

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = foreign_collectors.registry_or_default(registry)
        self._renderer = RegistryRenderer()

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        """Content type and body, to the byte what prometheus_client makes of the registry."""
        format = choose_format(accept)
        if not names:
            return format.content_type, self._renderer.render(self._registry, format)
        # Not by our renderer: it would take what is left out for gone, and forget it.
        part = foreign_collectors.restrict(self._registry, names)
        return format.content_type, foreign_collectors.render(part, format) + format.end


class ProcessSource:
    """The metrics of a registry; where they are kept in a spool, of all its processes."""

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = registry
        self._in_memory = RegistrySource(registry)
        self._joined: Source | None = None

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        """Content type and body for an Accept header."""
        if all(catalog.spool is None for catalog in catalogs()):
            return self._in_memory.render(accept, names)
        if self._joined is None:
            from typedprom.exposition.joined_source import JoinedSource  # here: few have a spool

            self._joined = JoinedSource(self._registry)
        return self._joined.render(accept, names)
