"""The source that exposes a registry of prometheus_client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from typedprom.durable import spools
from typedprom.exposition import foreign
from typedprom.exposition.formats import choose_format
from typedprom.exposition.renderer import Renderer

if TYPE_CHECKING:
    from typedprom.bridge import Registry
    from typedprom.exposition.sources import Source


class RegistrySource:
    """The metrics of a registry, prometheus_client's own by default."""

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = foreign.chosen(registry)
        self._renderer = Renderer()

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        """Content type and body, to the byte what prometheus_client makes of the registry."""
        format = choose_format(accept)
        if not names:
            return format.content_type, self._renderer.render(self._registry, format)
        # Apart from the renderer, which would take what is left out for gone, and forget it.
        part = foreign.rendered(foreign.restricted(self._registry, names), format)
        return format.content_type, part + foreign.end(format.syntax)


class ProcessSource:
    """The metrics of a registry; where they are kept in a spool, of all its processes."""

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = registry
        self._in_memory = RegistrySource(registry)
        self._durable: Source | None = None

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        """Content type and body for an Accept header."""
        if not spools():
            return self._in_memory.render(accept, names)
        if self._durable is None:
            from typedprom.exposition.durable import DurableSource

            self._durable = DurableSource(self._registry)
        return self._durable.render(accept, names)
