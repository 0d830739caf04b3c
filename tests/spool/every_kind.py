"""A catalog with a metric of every kind, for programs that record into a spool."""

from __future__ import annotations

from typedprom import (
    Catalog,
    Counter,
    Gauge,
    Histogram,
    Info,
    LabelledCounter,
    LabelledGauge,
    OpenLabel,
    StateSet,
)
from typedprom.metrics.cells import CounterCell, GaugeCell

CATALOG = Catalog(namespace="x", title="x", description="Everything.", interface=1)
_SOURCE = OpenLabel("source", help="Where from.", budget=1_000_000)
_VERSION = OpenLabel("version", help="Which one.", budget=1_000_000)


class CounterBySource(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `source`."""

    __slots__ = ()

    def labels(self, *, source: str) -> CounterCell:
        """Return the series."""
        return self._cell(source)

    def remove(self, *, source: str) -> None:
        """Remove the series."""
        self._remove(source)


class GaugeBySource(LabelledGauge[dict[str, GaugeCell]]):
    """A gauge by `source`."""

    __slots__ = ()

    def labels(self, *, source: str) -> GaugeCell:
        """Return the series."""
        return self._cell(source)

    def remove(self, *, source: str) -> None:
        """Remove the series."""
        self._remove(source)


class InfoOfVersion(Info):
    """An info of a `version`."""

    __slots__ = ()

    def set(self, *, version: str) -> None:
        """Say the version."""
        self._set((version,))


HITS = Counter(CATALOG, key="hits", name="x_hits_total", help="h")
BY = CounterBySource(CATALOG, key="by", name="x_by_total", help="h", labels=(_SOURCE,))
LEVEL = Gauge(CATALOG, key="level", name="x_level", help="h")
LEVELS = GaugeBySource(CATALOG, key="levels", name="x_levels", help="h", labels=(_SOURCE,))
TOOK = Histogram(
    CATALOG, key="took", name="x_took_seconds", help="h", unit="seconds", buckets=(1, 10)
)
BUILD = InfoOfVersion(CATALOG, key="build", name="x_build_info", help="h", info_labels=(_VERSION,))
PHASE = StateSet(CATALOG, key="phase", name="x_phase", help="h", states=("starting", "up", "down"))
CATALOG.register()


def record() -> None:
    """Record into each of them: counters add up, the others say the same again."""
    HITS.inc(2)
    BY.labels(source="a").inc(3)
    LEVEL.set(0.0)
    LEVELS.labels(source="a").set(4.0)
    TOOK.observe(0.5)
    BUILD.set(version="7")
    PHASE.set("starting")
