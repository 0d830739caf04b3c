"""The metrics that queries can use: those of the catalog, and those of packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from typedprom_codegen import ir


class SeriesPart(Enum):
    """Which of its metric's numbers a series has."""

    VALUE = "value"
    BUCKET = "bucket"
    SUM = "sum"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class KnownMetric:
    """A metric as queries see it."""

    name: str  # "sms_sources_request_duration_seconds", without the suffix of a series
    type: ir.MetricType
    unit: str | None
    labels: Mapping[str, frozenset[str] | None]  # own and constant ones; the values if closed
    buckets: tuple[float, ...] | None  # None: not known
    is_native: bool  # a native histogram: one series, without `le`
    is_whole: bool  # whether all of its labels are known
    origin: str  # "the catalog", or the pack: "pack node-exporter"
    declared: ir.Metric | None  # in the catalog


@dataclass(frozen=True, slots=True)
class Series:
    """A name of samples in Prometheus."""

    name: str
    metric: KnownMetric
    part: SeriesPart


@dataclass(frozen=True, slots=True)
class KnownSeries:
    """Every series by its name."""

    by_name: Mapping[str, Series]
    target_labels: frozenset[str]  # what scraping adds: job, instance, and configured ones
    open_prefixes: tuple[str, ...] = ()  # of names that a pack knows not all of

    def get(self, name: str | None) -> Series | None:
        """The series of this name; None if no metric has it."""
        return self.by_name.get(name) if name is not None else None
