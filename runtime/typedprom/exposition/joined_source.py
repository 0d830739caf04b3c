"""The source of a registry's metrics and those of the spools of this process, joined."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING, Final, cast

from typedprom.exposition import foreign_collectors
from typedprom.exposition.negotiation import OPENMETRICS, TEXT, choose_among
from typedprom.exposition.spool_source import SpoolSource
from typedprom.metrics.catalog import catalogs
from typedprom.metrics.instrument import Instrument
from typedprom.spool.store import SpoolStore
from typedprom.spool.writer import Spool

if TYPE_CHECKING:
    from typedprom.exposition.prom_client import Family, Registry
    from typedprom.metrics.cell import AnyInstrument


FORMATS: Final = (OPENMETRICS, TEXT)  # what both a registry and a spool can be written in


class JoinedSource:
    """The metrics of a registry, prometheus_client's own by default, and of spools."""

    def __init__(self, registry: Registry | None) -> None:
        self._registry = foreign_collectors.registry_or_default(registry)
        self._sources: dict[Spool, SpoolSource] = {}

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        """Content type and body for an Accept header."""
        for spool in [catalog.spool for catalog in catalogs()]:  # another may have been imported
            if isinstance(spool, Spool) and spool not in self._sources:
                source = SpoolSource(SpoolStore(spool.directory), spool.refresh)
                self._sources.setdefault(spool, source)
        format, wanted = choose_among(accept, FORMATS), frozenset(names)
        others = foreign_collectors.render(_UnspooledCollectors(self._registry, wanted), format)
        spooled: dict[str, bytes] = {}
        for source in [*self._sources.values()]:
            # Each spool has metrics about itself, of the same names: those of the first are kept.
            spooled = source.parts(format, wanted) | spooled
        body = b"".join((others, *spooled.values(), format.end))
        return format.content_type, body


class _UnspooledCollectors:
    """The collectors of a registry whose metrics are in no spool."""

    def __init__(self, registry: foreign_collectors.Collector, names: Collection[str]) -> None:
        self._registry = registry
        self._names = names

    def collect(self) -> Iterator[Family]:
        """Their metrics; where there are names, only samples of these."""
        collectors = foreign_collectors.collectors(self._registry)
        unspooled = [collector for collector in collectors if not _is_spooled(collector)]
        for family in foreign_collectors.CollectorGroup(unspooled).collect():
            if self._names:
                family = copy(family)  # which its collector may return again
                family.samples = [one for one in family.samples if one.name in self._names]
            if family.samples or not self._names:
                yield family


def _is_spooled(collector: foreign_collectors.Collector) -> bool:
    return isinstance(collector, Instrument) and cast("AnyInstrument", collector).spool is not None
