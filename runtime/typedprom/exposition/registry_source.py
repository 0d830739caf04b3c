"""The source of a registry's metrics, and that of a process, which adds those of its spools."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING, Final, cast

from typedprom.core.environment import warn_of_late_variables
from typedprom.exposition import foreign_collectors
from typedprom.exposition.cell_renderer import RegistryRenderer
from typedprom.exposition.negotiation import OPENMETRICS, TEXT, choose_among, choose_format
from typedprom.exposition.sources import UnreadableError
from typedprom.metrics.catalog import catalogs
from typedprom.metrics.instrument import Instrument

if TYPE_CHECKING:
    from typedprom.exposition.prom_client import Family, Registry
    from typedprom.exposition.spool_source import SpoolSource
    from typedprom.metrics.cell import AnyInstrument
    from typedprom.spool.writer import Spool

_COMMON_FORMATS: Final = (OPENMETRICS, TEXT)  # in which both a registry and a spool can be written


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
        warn_of_late_variables()

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        """Content type and body for an Accept header."""
        warn_of_late_variables()
        if all(catalog.spool is None for catalog in catalogs()):
            return self._in_memory.render(accept, names)
        format, wanted = choose_among(accept, _COMMON_FORMATS), frozenset(names)
        spooled: dict[str, bytes] = {}
        for spool, source in self._spool_sources():
            try:
                parts = source.parts(format, wanted)
            except UnreadableError:
                if spool.run is not None:
                    raise
                continue  # this process cannot use it: its metrics are in memory only
            # Each spool has metrics about itself, of the same names: those of the first are kept.
            spooled = parts | spooled
        others = _UnspooledCollectors(self._registry, wanted, spooled.keys())
        in_memory = foreign_collectors.render(others, format)
        return format.content_type, b"".join((in_memory, *spooled.values(), format.end))

    def _spool_sources(self) -> list[tuple[Spool, SpoolSource]]:
        # Imported here because few programs have a spool.
        from typedprom.exposition.spool_source import SpoolSource
        from typedprom.spool.store import SpoolStore
        from typedprom.spool.writer import Spool

        for spool in [catalog.spool for catalog in catalogs()]:  # one may be new
            if isinstance(spool, Spool) and spool not in self._of_spools:
                source = SpoolSource(SpoolStore(spool.directory), spool.refresh)
                self._of_spools.setdefault(spool, source)
        return [*self._of_spools.items()]


class _UnspooledCollectors:
    """The collectors of a registry whose metrics are not in a spool.

    Those of ours count too if their spool cannot be written to, and holds nothing of them.
    """

    def __init__(
        self,
        registry: foreign_collectors.Collector,
        names: Collection[str],
        spooled: Collection[str],
    ) -> None:
        self._registry = registry
        self._names = names
        self._spooled = spooled

    def collect(self) -> Iterator[Family]:
        """Their metrics; where there are names, only samples of these."""
        collectors = foreign_collectors.collectors(self._registry)
        unspooled = [collector for collector in collectors if not self._is_spooled(collector)]
        for family in foreign_collectors.CollectorGroup(unspooled).collect():
            if self._names:
                family = copy(family)  # its collector may return the same one each time
                family.samples = [one for one in family.samples if one.name in self._names]
            if family.samples or not self._names:
                yield family

    def _is_spooled(self, collector: foreign_collectors.Collector) -> bool:
        if not isinstance(collector, Instrument):
            return False
        metric = cast("AnyInstrument", collector)
        spool = metric.spool
        return spool is not None and (spool.holds(metric) or metric.name in self._spooled)
