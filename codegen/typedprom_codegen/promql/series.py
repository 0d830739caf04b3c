"""The series a catalog's metrics are scraped as: what a query may name, and with which labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Final

from typedprom_codegen.ir import Catalog, Metric, MetricType
from typedprom_codegen.promql.vocabulary import BUCKET_LABEL, NAME_LABEL

BUCKET_SUFFIX: Final = "_bucket"
SUM_SUFFIX: Final = "_sum"
COUNT_SUFFIX: Final = "_count"
HISTOGRAM_SUFFIXES: Final = (BUCKET_SUFFIX, SUM_SUFFIX, COUNT_SUFFIX)
SUFFIX_WORDS: Final = frozenset({"total", "info", "bucket", "sum", "count"})
"""What the name of a series has behind the words of its metric's key, beside the unit."""

JOB_LABEL: Final = "job"
INSTANCE_LABEL: Final = "instance"
TARGET_LABELS: Final = (JOB_LABEL, INSTANCE_LABEL)
"""What every scraped series has, whatever the catalog says."""


class Part(Enum):
    """Which of its metric's numbers a series carries."""

    VALUE = "value"
    BUCKET = "bucket"
    SUM = "sum"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Series:
    """A name that Prometheus stores samples under, and the labels they carry."""

    name: str
    metric: Metric
    part: Part
    constant: frozenset[str] = frozenset()  # labels that all series of the catalog have

    @property
    def labels(self) -> frozenset[str]:
        """The labels a query may use, those of the scrape among them."""
        own = {label.name for label in self.metric.series_labels} | self.constant
        implied = {*TARGET_LABELS, NAME_LABEL}
        if self.part is Part.BUCKET:
            implied.add(BUCKET_LABEL)
        return frozenset(own | implied)


def series_of(metric: Metric, constant: frozenset[str] = frozenset()) -> Iterator[Series]:
    """The series one metric is scraped as; `constant` are the catalog's labels on all of them."""
    if metric.type is not MetricType.HISTOGRAM:
        yield Series(metric.name, metric, Part.VALUE, constant)
        return
    for suffix, part in zip(HISTOGRAM_SUFFIXES, (Part.BUCKET, Part.SUM, Part.COUNT), strict=True):
        yield Series(metric.name + suffix, metric, part, constant)


@dataclass(frozen=True, slots=True)
class KnownSeries:
    """Every series of a catalog by its name; deprecated and foreign metrics are known as well."""

    by_name: dict[str, Series]
    metrics: dict[str, Metric]
    unlabelled: frozenset[str] = frozenset()  # keys of metrics whose labels are not all known

    def get(self, name: str | None) -> Series | None:
        """The series of this name, or nothing where no metric of the catalog has it."""
        return self.by_name.get(name) if name is not None else None

    def labelled(self, name: str | None) -> Series | None:
        """The series of this name, if all of its labels are known."""
        series = self.get(name)
        return None if series is None or series.metric.key in self.unlabelled else series

    def nearest(self, name: str) -> str | None:
        """The known name that only adds suffixes to this one, or is spelled most like it."""
        units = {metric.unit for metric in self.metrics.values()}
        longer = (known for known in self.by_name if known.startswith(f"{name}_"))
        suffixed = [k for k in longer if {*k[len(name) + 1 :].split("_")} <= SUFFIX_WORDS | units]
        if suffixed:
            return min(suffixed, key=lambda known: known.count("_"))
        near = get_close_matches(name, sorted(self.by_name), n=1, cutoff=0.6)
        return near[0] if near else None


def known_series(catalog: Catalog) -> KnownSeries:
    """What the queries of a catalog may name."""
    metrics = {metric.name: metric for metric in catalog.metrics()}
    constant = frozenset(label.name for label in catalog.constant_labels)
    by_name = {series.name: series for m in metrics.values() for series in series_of(m, constant)}
    return KnownSeries(by_name, metrics, catalog.gaps.unlabelled)
