"""The source of a registry's metrics, and that of a process, which adds those of its spools."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from typedprom.core.environment import warn_of_late_variables
from typedprom.exposition import foreign_collectors
from typedprom.exposition.cell_renderer import RegistryRenderer
from typedprom.exposition.negotiation import choose_format
from typedprom.exposition.prom_client import in_memory, shows_created
from typedprom.exposition.sources import Exposition, UnreadableError
from typedprom.metrics.catalog import catalogs
from typedprom.metrics.instrument import Instrument

if TYPE_CHECKING:
    from typedprom.exposition.negotiation import Format
    from typedprom.exposition.prom_client import Family, Registry
    from typedprom.exposition.spool_source import SpoolSource
    from typedprom.exposition.text_shapes import Created
    from typedprom.metrics.cell import AnyInstrument
    from typedprom.spool.writer import Spool


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
    """The metrics of a registry; where they are kept in a spool, of all its processes.

    What the process cannot write to its spool, it has in memory.
    """

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = foreign_collectors.registry_or_default(registry)
        self._in_memory = RegistrySource(registry)
        self._of_spools: dict[Spool, SpoolSource] = {}
        self._process = os.getpid()
        warn_of_late_variables()

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        """Content type and body for an Accept header."""
        warn_of_late_variables()
        if all(catalog.spool is None for catalog in catalogs()):
            return self._in_memory.render(accept, names)
        format, wanted = choose_format(accept).for_plain_names(), frozenset(names)
        created: Created = "shown" if shows_created() else "hidden"
        spooled: dict[str, bytes] = {}
        for spool, source in self._spool_sources():
            try:
                parts = source.parts(format, wanted, created)
            except UnreadableError:
                if spool.run is not None:
                    raise
                continue  # this process cannot use it: its metrics are in memory only
            # Each spool has metrics about itself, of the same names: those of the first are kept.
            spooled = parts | spooled
        body = [*self._placed(format, wanted, spooled), *spooled.values(), format.end]
        return format.content_type, b"".join(body)

    def _placed(
        self, format: Format, wanted: frozenset[str], spooled: dict[str, bytes]
    ) -> Iterator[bytes]:
        """What the registry has, in its order; what is taken from the spools leaves `spooled`."""
        from typedprom.exposition.spool_source import is_in_memory

        taken = frozenset(spooled)
        others = _UnspooledFamilies(wanted, taken)
        for collector in foreign_collectors.collectors(self._registry):
            if not isinstance(collector, Instrument):
                others.collectors.append(collector)
                continue
            metric = cast("AnyInstrument", collector)
            if is_in_memory(metric, taken):
                others.collectors.append(_InMemory(metric))
                continue
            yield foreign_collectors.render(others, format)
            others = _UnspooledFamilies(wanted, taken)
            yield spooled.pop(metric.name, b"")
        yield foreign_collectors.render(others, format)

    def _spool_sources(self) -> list[tuple[Spool, SpoolSource]]:
        # Imported here because few programs have a spool.
        from typedprom.exposition.spool_source import SpoolSource, warn_of_pushes
        from typedprom.spool.store import SpoolStore
        from typedprom.spool.writer import Spool

        if self._process != os.getpid():  # a lock may be held by a thread that this child lacks
            self._of_spools = dict[Spool, SpoolSource]()
            self._process = os.getpid()
        for spool in [catalog.spool for catalog in catalogs()]:  # one may be new
            if isinstance(spool, Spool) and spool not in self._of_spools:
                source = SpoolSource(SpoolStore(spool.directory), spool.refresh)
                self._of_spools.setdefault(spool, source)
        for spool in self._of_spools:
            warn_of_pushes(spool)
        return [*self._of_spools.items()]


class _InMemory:
    """A metric of ours, of this process only."""

    def __init__(self, metric: AnyInstrument) -> None:
        self._metric = metric

    def collect(self) -> list[Family]:
        """The metric."""
        return [in_memory(self._metric)]


class _UnspooledFamilies:
    """Families of collectors of others, and of ours that are in memory only.

    A collector may stand for several, ours among them: what a spool has is left out.
    """

    def __init__(self, names: Collection[str], spooled: Collection[str]) -> None:
        self.collectors: list[foreign_collectors.Collector] = []
        self._names = names
        self._spooled = spooled

    def collect(self) -> Iterator[Family]:
        """Their metrics; where there are names, only samples of these."""
        for family in foreign_collectors.CollectorGroup(self.collectors).collect():
            suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
            if family.name + suffix in self._spooled:
                continue
            if self._names:
                family = copy(family)  # its collector may return the same one each time
                family.samples = [one for one in family.samples if one.name in self._names]
            if family.samples or not self._names:
                yield family


@lru_cache(8)
def _kept_source(registry: Registry | None) -> ProcessSource:
    return ProcessSource(registry)


def exposition_of(accept: str, registry: Registry | None) -> Exposition:
    """The metrics of a registry and of the process's spools, from a source kept for the next."""
    content_type, body = _kept_source(registry).render(accept, ())
    return Exposition(body, content_type)
