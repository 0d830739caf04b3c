"""What prometheus_client's collectors give of a spool: one snapshot for each scrape.

A scrape of a registry asks one metric after the other. The first of them, which `register` puts
before all others, begins a snapshot, from which those that are asked in the registry's order take
their families. What is asked otherwise reads a snapshot of its own, so that it shows what was
recorded a moment ago.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from math import inf
from time import monotonic, time
from typing import TYPE_CHECKING, Final, cast

from prometheus_client.samples import Sample

from typedprom.core.misuse import log_once
from typedprom.exposition.foreign_collectors import collectors
from typedprom.exposition.import_hook import registered
from typedprom.exposition.prom_client import Family as CollectedFamily
from typedprom.exposition.prom_client import in_memory, shows_created
from typedprom.exposition.spool_source import is_in_memory, warn_of_pushes
from typedprom.exposition.text_format import number
from typedprom.metrics import self_metrics
from typedprom.metrics.definition import ADDED
from typedprom.metrics.instrument import Instrument
from typedprom.metrics.isolation import is_isolated
from typedprom.metrics.labels import INVALID
from typedprom.spool.format import FormatError
from typedprom.spool.store import SpoolStore
from typedprom.spool.writer import Spool

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.definition import Definition, Family

_IDLE_SECONDS: Final = 1.0  # after which a scrape that did not ask for every metric has ended
_FIRST: Final = self_metrics.LABEL_INVALID
_OWN_PREFIX: Final = "typedprom_spool_"  # of the families that a spool has about itself


class _SpoolReader:
    """Reads one spool, for this process."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._store = SpoolStore(spool.directory)
        self._lock = threading.RLock()  # of the store, which remembers what it last read

    def families(self) -> dict[str, Family] | None:
        """The families by name; None where the spool cannot be read, which is logged."""
        warn_of_pushes(self._spool)
        self._spool.refresh()
        try:
            with self._lock:
                return {one.definition.name: one for one in self._store.collect_declared()}
        except (OSError, FormatError) as error:
            path, why = self._spool.directory.path, str(error)
            if self._spool.run is not None:  # else that is known, and they are in memory
                key = ("collect", str(path))
                log_once(key, lambda: f"the metrics in {path} cannot be read: {why}")
            return None


class _Scrape:
    """The families of all spools as one scrape finds them, each read when it is first needed.

    `orders` are the spooled metrics of each registry, one of which is being scraped.
    """

    def __init__(self, orders: Iterable[Iterable[AnyInstrument]] = ()) -> None:
        self._orders = [iter(order) for order in orders]
        self._until = monotonic() + _IDLE_SECONDS
        self._read: dict[Spool, dict[str, Family] | None] = {}

    def has_next(self, metric: AnyInstrument) -> bool:
        """Whether the scrape goes on with this metric."""
        self._orders = [order for order in self._orders if next(order, None) is metric]
        is_late, self._until = monotonic() > self._until, monotonic() + _IDLE_SECONDS
        return bool(self._orders) and not is_late

    def take(
        self, metric: AnyInstrument, spool: Spool, reader: _SpoolReader
    ) -> list[Family] | None:
        """The metric's family, if there is one; None for a metric in memory."""
        if spool not in self._read:
            self._read[spool] = reader.families()
        families = self._read[spool]
        if families is None:
            return None if spool.run is None else []
        if is_in_memory(metric, families):
            return None
        found = families.pop(metric.name, None)
        return [] if found is None else [found]

    def about(self, spool: Spool) -> list[Family]:
        """The families of a spool about itself, once it was read."""
        families = self._read.get(spool) or {}
        known = {one.name for one in self_metrics.CATALOG.metrics.values()}
        names = [one for one in families if one.startswith(_OWN_PREFIX) and one not in known]
        return [families.pop(name) for name in names]


class _ThreadScrape(threading.local):
    """The scrape of a thread. A forked child has none."""

    process = 0
    scrape: _Scrape | None = None


_thread: Final = _ThreadScrape()
_readers: Final[dict[tuple[int, Spool], _SpoolReader]] = {}  # by process id too


def collected(metric: AnyInstrument) -> list[CollectedFamily]:
    """The metric as prometheus_client has it, with the samples of all processes of its spool."""
    spooled = _spooled_families(metric)
    families = [in_memory(metric)] if spooled is None else [*map(_of_spool, spooled)]
    return [*families, *map(_of_spool, _families_about_spool(metric))]


def _orders() -> Iterator[list[AnyInstrument]]:
    """The spooled metrics of each registry, in the order in which it asks them."""
    registries = [reference() for reference in registered[0].keyrefs()]
    for registry in registries:
        if registry is not None:
            metrics = [
                cast("AnyInstrument", one)
                for one in collectors(registry)
                if isinstance(one, Instrument)
            ]
            yield [metric for metric in metrics if isinstance(metric.spool, Spool)]


def _spooled_families(metric: AnyInstrument) -> list[Family] | None:
    """The metric's family, of all processes of its spool: none where that cannot be read.

    None for a metric to be taken from the memory of this process: it has no spool, or one that it
    cannot write to, or a test has started at zero, which a spool does not.
    """
    spool = metric.spool
    if not isinstance(spool, Spool) or is_isolated():
        return None
    process = os.getpid()
    if metric is _FIRST:
        _thread.process, _thread.scrape = process, _Scrape(_orders())
    scrape = _thread.scrape if _thread.process == process else None
    if scrape is None or not scrape.has_next(metric):
        _thread.scrape, scrape = None, _Scrape()
    reader = _readers.get((process, spool))
    if reader is None:
        for key in [key for key in tuple(_readers) if key[0] != process]:  # of the parent
            _readers.pop(key, None)
        reader = _readers.setdefault((process, spool), _SpoolReader(spool))
    return scrape.take(metric, spool, reader)


def _families_about_spool(metric: AnyInstrument) -> list[Family]:
    """What a spool has about itself, after the first metric of a scrape."""
    spool, scrape = metric.spool, _thread.scrape
    if is_isolated() or metric is not _FIRST or scrape is None or not isinstance(spool, Spool):
        return []
    return scrape.about(spool)


def _of_spool(spooled: Family) -> CollectedFamily:
    """A family of a spool. Series began in the past, whatever the clocks of processes said."""
    definition, now = spooled.definition, time()
    name = definition.family
    family = CollectedFamily(name, definition.help, definition.type, definition.unit)
    with_created = shows_created()
    for labels, (timestamp, *values) in spooled.series.items():
        series = dict(labels)
        for suffix, added, value in _spooled_samples(definition, values):
            family.samples.append(Sample(name + suffix, {**series, **added}, value))
        if with_created and definition.type in ADDED:
            began = timestamp if 0.0 <= timestamp <= now else now
            family.samples.append(Sample(f"{name}_created", series, began))
    return family


def _spooled_samples(
    definition: Definition, values: Sequence[float]
) -> Iterator[tuple[str, Mapping[str, str], float]]:
    if definition.type == "histogram":
        *buckets, total = values
        counts = [*accumulate(buckets)]
        for bound, count in zip((*definition.buckets, inf), counts, strict=True):
            yield "_bucket", {"le": number(bound)}, count
        yield "_count", {}, counts[-1]
        if definition.buckets[0] >= 0.0:
            yield "_sum", {}, total
    elif definition.type == "stateset":
        (index,) = map(int, values)
        for place, state in enumerate(definition.states):
            yield "", {definition.name: state}, float(place == index)
        if index < 0:
            yield "", {definition.name: INVALID}, 1.0
    else:
        suffix = {"counter": "_total", "info": "_info"}.get(definition.type, "")
        yield suffix, {}, values[0]
