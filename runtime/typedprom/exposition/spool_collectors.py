"""What prometheus_client's collectors give of a spool: one snapshot for each scrape.

A scrape of a registry asks one metric after the other. The first of them, which `register` puts
before all others, begins a snapshot, and each of the others takes its family from it, once. What
is asked at any other time reads a snapshot of its own, so that nothing is shown that was recorded
before.
"""

from __future__ import annotations

import os
import threading
from time import monotonic
from typing import TYPE_CHECKING, Final

from typedprom.core.misuse import log_once
from typedprom.exposition.spool_source import warn_of_pushes
from typedprom.metrics import self_metrics
from typedprom.spool.format import FormatError
from typedprom.spool.store import SpoolStore
from typedprom.spool.writer import Spool

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.definition import Family

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
            log_once(("collect", str(path)), lambda: f"the metrics in {path} cannot be read: {why}")
            return None


class _Scrape:
    """The families of all spools as one scrape finds them, each read when it is first needed."""

    def __init__(self) -> None:
        self.until = monotonic() + _IDLE_SECONDS
        self._read: dict[Spool, dict[str, Family] | None] = {}
        self._taken: set[AnyInstrument] = set()

    def is_for(self, metric: AnyInstrument) -> bool:
        """Whether the metric's family is to be taken from here."""
        if metric in self._taken or monotonic() > self.until:
            return False
        self.until = monotonic() + _IDLE_SECONDS
        return True

    def take(
        self, metric: AnyInstrument, spool: Spool, reader: _SpoolReader
    ) -> list[Family] | None:
        """The metric's family; with the first metric those of the spool about itself."""
        self._taken.add(metric)
        if spool not in self._read:
            self._read[spool] = reader.families()
        families = self._read[spool]
        if families is None:
            return None if spool.run is None else []
        names = [metric.name]
        if metric is _FIRST:
            known = {one.name for one in self_metrics.CATALOG.metrics.values()}
            names += [one for one in families if one.startswith(_OWN_PREFIX) and one not in known]
        found = [families.pop(name) for name in names if name in families]
        return None if spool.run is None and not found else found


class _ThreadScrape(threading.local):
    """The scrape of a thread. A forked child has none."""

    process = 0
    scrape: _Scrape | None = None


_thread: Final = _ThreadScrape()
_readers: Final[dict[tuple[int, Spool], _SpoolReader]] = {}  # by process id too


def spooled_families(metric: AnyInstrument) -> list[Family] | None:
    """The metric's family, of all processes of its spool: none where that cannot be read.

    None for a metric that is in the memory of this process only: it has no spool, or one that it
    cannot write to.
    """
    spool = metric.spool
    if not isinstance(spool, Spool):
        return None
    process = os.getpid()
    if metric is _FIRST or _thread.process != process:
        _thread.process, _thread.scrape = process, _Scrape() if metric is _FIRST else None
    scrape = _thread.scrape
    if scrape is None or not scrape.is_for(metric):
        scrape = _Scrape()
    reader = _readers.get((process, spool))
    if reader is None:
        for key in [key for key in tuple(_readers) if key[0] != process]:  # of the parent
            _readers.pop(key, None)
        reader = _readers.setdefault((process, spool), _SpoolReader(spool))
    return scrape.take(metric, spool, reader)
