"""The metrics that queries can use: those of the catalog, and those of packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Final

from typedprom_codegen import ir
from typedprom_codegen.ir import MetricType
from typedprom_codegen.queries import bounds, label_sets
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.label_sets import Labels
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.near_names import NearNames
from typedprom_codegen.queries.value_units import Unit

BUCKET_SUFFIX: Final = "_bucket"
SUM_SUFFIX: Final = "_sum"
COUNT_SUFFIX: Final = "_count"
CREATED_SUFFIX: Final = "_created"
HISTOGRAM_SUFFIXES: Final = (BUCKET_SUFFIX, SUM_SUFFIX, COUNT_SUFFIX)

BUCKET_LABEL: Final = "le"
QUANTILE_LABEL: Final = "quantile"

JOB_LABEL: Final = "job"
INSTANCE_LABEL: Final = "instance"
TARGET_LABELS: Final = (JOB_LABEL, INSTANCE_LABEL)
"""The labels that Prometheus adds to every scraped series."""

RENAMED_PREFIX: Final = "exported_"
"""How Prometheus begins the name of a label that the target exposes and the scrape adds too."""

CATALOG: Final = "the catalog"
"""The origin of the catalog's metrics."""


class SeriesPart(Enum):
    """Which of its metric's numbers a series has."""

    VALUE = "value"  # of a summary: its quantiles
    BUCKET = "bucket"
    SUM = "sum"
    COUNT = "count"
    CREATED = "created"  # when counting began, in seconds since 1970


_SUM_AND_COUNT: Final = ((SUM_SUFFIX, SeriesPart.SUM), (COUNT_SUFFIX, SeriesPart.COUNT))
_IMPLIED: Final = {
    (MetricType.HISTOGRAM, SeriesPart.BUCKET): BUCKET_LABEL,
    (MetricType.SUMMARY, SeriesPart.VALUE): QUANTILE_LABEL,
}
"""The label that a part of a metric has besides the metric's own."""

_CREATED_OF: Final = frozenset({MetricType.COUNTER, MetricType.HISTOGRAM, MetricType.SUMMARY})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the expression of a recording rule says about the metric that it makes."""

    meaning: Meaning = Meaning.UNKNOWN
    labels: Labels = label_sets.UNKNOWN
    unit: Unit | None = None
    bounds: Bounds = bounds.ANY
    buckets: Series | None = None
    is_native: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class KnownMetric:
    """A metric as queries see it. Two of the same name are not the same."""

    name: str  # "sms_sources_request_duration_seconds", without the suffix of a series
    type: MetricType
    unit: str | None
    labels: Mapping[str, frozenset[str] | None]  # own and constant ones; the values if closed
    buckets: tuple[float, ...] | None  # None: not known
    is_native: bool  # a native histogram: one series, without `le`
    is_whole: bool  # whether all of its labels are known
    origin: str  # "the catalog", or the pack: "pack node-exporter"
    declared: ir.Metric | None  # in the catalog
    recorded: Recorded | None = None  # by a rule

    @property
    def family(self) -> str:
        """The name of its family: without the `_total` of a counter."""
        return self.name.removesuffix(ir.FAMILY_SUFFIXES.get(self.type, ""))


@dataclass(frozen=True, slots=True)
class Series:
    """A name of samples in Prometheus."""

    name: str
    metric: KnownMetric
    part: SeriesPart

    @property
    def labels(self) -> Mapping[str, frozenset[str] | None]:
        """Its labels, also `le` or `quantile`, but not those of the target; values if closed."""
        implied = _IMPLIED.get((self.metric.type, self.part))
        if implied is None or self.metric.is_native:
            return self.metric.labels
        return {**self.metric.labels, implied: None}


@dataclass(frozen=True, slots=True)
class Pack:
    """Metrics of others that come with the compiler."""

    name: str  # "node-exporter"
    metrics: tuple[KnownMetric, ...]
    open_prefixes: tuple[str, ...] = ()  # of names that it knows not all of


@dataclass(frozen=True)
class KnownSeries:
    """Every series by its name, also those of deprecated and external metrics."""

    by_name: Mapping[str, Series]
    target_labels: frozenset[str]  # what scraping adds: job, instance, configured, `exported_…`
    open_prefixes: tuple[str, ...] = ()  # of names that are not all known
    metrics: Mapping[str, KnownMetric] = field(default_factory=dict)  # by their own names
    schedules: tuple[ir.Schedule, ...] = ()  # of the programs that record the catalog's metrics

    def get(self, name: str | None) -> Series | None:
        """The series of this name; None if no metric has it."""
        return self.by_name.get(name) if name is not None else None

    def labels_of(self, series: Series) -> frozenset[str]:
        """The names of all labels of a series, also those of the target, except `__name__`."""
        if series.metric.recorded is not None:
            return frozenset(series.labels)
        return self.target_labels.union(series.labels)

    def part_of(self, key: str, part: SeriesPart) -> Series | None:
        """The series with this part of the catalog's metric `key`; None if it has no such part."""
        return self._by_part.get((key, part))

    @cached_property
    def _by_part(self) -> Mapping[tuple[str, SeriesPart], Series]:
        return {
            (series.metric.declared.key, series.part): series
            for series in self.by_name.values()
            if series.metric.declared is not None
        }

    def may_exist(self, name: str) -> bool:
        """Whether there can be series of this name, because not all metrics are known."""
        return name.startswith(self.open_prefixes)

    def nearest(self, name: str) -> str | None:
        """The known name that only adds suffixes to `name`, else the most similar one."""
        return self._near_names.nearest(name)

    @cached_property
    def _near_names(self) -> NearNames:
        names = (name for name, s in self.by_name.items() if s.part is not SeriesPart.CREATED)
        return NearNames(names, (metric.unit for metric in self.metrics.values()))


def known_series(
    catalog: ir.Catalog, packs: Iterable[Pack] = (), target_labels: Iterable[str] = ()
) -> KnownSeries:
    """All series of a catalog and of these packs; the catalog's own come first.

    `target_labels` are those that the scrape adds, besides `job`, `instance` and what the catalog
    itself states.
    """
    added = list(packs)
    targets = {*TARGET_LABELS, *catalog.target_labels, *target_labels}
    metrics = [*declared_metrics(catalog), *(metric for pack in added for metric in pack.metrics)]
    prefixes = [prefix for pack in added for prefix in pack.open_prefixes]
    missing = ("",) if catalog.missing.anything else catalog.missing.names
    by_name: dict[str, Series] = {}
    for metric in metrics:
        for series in series_of(metric):
            by_name.setdefault(series.name, series)
    for series in filter(None, map(_created, metrics)):  # last: many programs do not expose them
        by_name.setdefault(series.name, series)
    return KnownSeries(
        by_name,
        frozenset({*targets, *(RENAMED_PREFIX + label for label in targets)}),
        (*missing, *prefixes),
        {metric.name: metric for metric in reversed(metrics)},
        catalog.schedules,
    )


def declared_metrics(catalog: ir.Catalog) -> Iterator[KnownMetric]:
    """The metrics of a catalog."""
    constant = {label.name: frozenset({label.value}) for label in catalog.constant_labels}
    for metric in catalog.metrics():
        own = {label.name: _values(label) for label in metric.series_labels}
        always = constant if metric.emitted else dict.fromkeys(constant)
        yield KnownMetric(
            name=metric.name,
            type=metric.type,
            unit=metric.unit,
            labels={**always, **own},
            buckets=metric.buckets or None,
            is_native=metric.native,
            is_whole=metric.key not in catalog.missing.unlabelled,
            origin=CATALOG,
            declared=metric,
        )


def series_of(metric: KnownMetric) -> Iterator[Series]:
    """The series of one metric, except `_created`."""
    if metric.type is MetricType.HISTOGRAM and not metric.is_native:
        yield Series(metric.name + BUCKET_SUFFIX, metric, SeriesPart.BUCKET)
    else:
        yield Series(metric.name, metric, SeriesPart.VALUE)
    if metric.type in {MetricType.HISTOGRAM, MetricType.SUMMARY} and not metric.is_native:
        for suffix, part in _SUM_AND_COUNT:
            yield Series(metric.name + suffix, metric, part)


def _created(metric: KnownMetric) -> Series | None:
    if metric.type not in _CREATED_OF or metric.is_native:
        return None
    return Series(metric.family + CREATED_SUFFIX, metric, SeriesPart.CREATED)


def _values(label: ir.Label) -> frozenset[str] | None:
    """The values of a label if the catalog lists them; `_invalid` can always be one more."""
    domain = label.domain
    return frozenset(domain.values) if isinstance(domain, ir.ClosedDomain) else None
