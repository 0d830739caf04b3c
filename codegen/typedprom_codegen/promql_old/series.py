"""The series of a catalog's metrics in Prometheus: the names and labels that queries can use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from typedprom_codegen.ir import Catalog, Metric, MetricType
from typedprom_codegen.message_parts import similar
from typedprom_codegen.promql_old.keywords import BUCKET_LABEL, NAME_LABEL

BUCKET_SUFFIX: Final = "_bucket"
SUM_SUFFIX: Final = "_sum"
COUNT_SUFFIX: Final = "_count"
HISTOGRAM_SUFFIXES: Final = (BUCKET_SUFFIX, SUM_SUFFIX, COUNT_SUFFIX)
SUFFIX_WORDS: Final = frozenset({"total", "info", "bucket", "sum", "count"})
"""Words that the name of a series can have after its metric's key, besides the unit."""

JOB_LABEL: Final = "job"
INSTANCE_LABEL: Final = "instance"
TARGET_LABELS: Final = (JOB_LABEL, INSTANCE_LABEL)
"""The labels that Prometheus adds to every scraped series."""


class SeriesPart(Enum):
    """Which of its metric's numbers a series has."""

    VALUE = "value"
    BUCKET = "bucket"
    SUM = "sum"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Series:
    """A name of samples in Prometheus, and their labels."""

    name: str
    metric: Metric
    part: SeriesPart
    constant: frozenset[str] = frozenset()  # labels that all series of the catalog have

    @property
    def labels(self) -> frozenset[str]:
        """The labels that a query can use, including those of the scrape target."""
        own = {label.name for label in self.metric.series_labels} | self.constant
        implied = {*TARGET_LABELS, NAME_LABEL}
        if self.part is SeriesPart.BUCKET:
            implied.add(BUCKET_LABEL)
        return frozenset(own | implied)


def series_of(metric: Metric, constant: frozenset[str] = frozenset()) -> Iterator[Series]:
    """The series of one metric; `constant` are the catalog's constant labels."""
    if metric.type is not MetricType.HISTOGRAM:
        yield Series(metric.name, metric, SeriesPart.VALUE, constant)
        return
    for suffix, part in zip(
        HISTOGRAM_SUFFIXES, (SeriesPart.BUCKET, SeriesPart.SUM, SeriesPart.COUNT), strict=True
    ):
        yield Series(metric.name + suffix, metric, part, constant)


@dataclass(frozen=True, slots=True)
class KnownSeries:
    """Every series of a catalog by its name, also of deprecated and external metrics."""

    by_name: dict[str, Series]
    metrics: dict[str, Metric]
    unlabelled: frozenset[str] = frozenset()  # keys of metrics whose labels are not all known

    def get(self, name: str | None) -> Series | None:
        """The series of this name; None if no metric of the catalog has it."""
        return self.by_name.get(name) if name is not None else None

    def labelled(self, name: str | None) -> Series | None:
        """The series of this name, if all of its labels are known."""
        series = self.get(name)
        return None if series is None or series.metric.key in self.unlabelled else series

    def nearest(self, name: str) -> str | None:
        """The known name that only adds suffixes to `name`, else the most similar one."""
        units = {metric.unit for metric in self.metrics.values()}
        longer = (known for known in self.by_name if known.startswith(f"{name}_"))
        suffixed = [k for k in longer if {*k[len(name) + 1 :].split("_")} <= SUFFIX_WORDS | units]
        if suffixed:
            return min(suffixed, key=lambda known: known.count("_"))
        return next(iter(similar(name, self.by_name, most=1)), None)


def known_series(catalog: Catalog) -> KnownSeries:
    """All series of a catalog."""
    metrics = {metric.name: metric for metric in catalog.metrics()}
    constant = frozenset(label.name for label in catalog.constant_labels)
    by_name = {series.name: series for m in metrics.values() for series in series_of(m, constant)}
    return KnownSeries(by_name, metrics, catalog.missing.unlabelled)
