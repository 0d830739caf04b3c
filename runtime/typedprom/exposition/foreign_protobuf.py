"""Families of prometheus_client as protobuf, of every type that it has.

What text has as samples of a family is one message in protobuf. Samples that do not belong to
their family by name are families of their own, untyped, so that none is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, cast

from prometheus_client.openmetrics import exposition as openmetrics

from typedprom.exposition import protobuf_fields as fields
from typedprom.exposition.protobuf_fields import DOUBLE, message, varint

if TYPE_CHECKING:
    from prometheus_client.samples import Exemplar, Sample

    from typedprom.exposition.negotiation import Escaping
    from typedprom.exposition.prom_client import Family
    from typedprom.metrics.definition import Labels


_Escape: TypeAlias = "Callable[[str, str], str]"
_escape_name = cast("_Escape", openmetrics.escape_metric_name)
_escape_label = cast("_Escape", openmetrics.escape_label_name)

_TOO_LARGE: Final = 2.0**64


class _ProtobufKind(NamedTuple):
    """How families of a type are written: the suffix of their name, and fields of protobuf."""

    suffix: str
    type: int
    tag: bytes


_GAUGE: Final = _ProtobufKind("", fields.GAUGE_TYPE, fields.GAUGE)
_UNTYPED: Final = _ProtobufKind("", fields.UNTYPED_TYPE, fields.UNTYPED)
_SCALARS: Final = {
    "counter": _ProtobufKind("_total", fields.COUNTER_TYPE, fields.COUNTER),
    "gauge": _GAUGE,
    "info": _GAUGE._replace(suffix="_info"),
    "stateset": _GAUGE,
}
_COMPOUNDS: Final = {
    "histogram": _ProtobufKind("", fields.HISTOGRAM_TYPE, fields.HISTOGRAM),
    "gaugehistogram": _ProtobufKind("", fields.GAUGE_HISTOGRAM_TYPE, fields.HISTOGRAM),
    "summary": _ProtobufKind("", fields.SUMMARY_TYPE, fields.SUMMARY),
}
# What the samples of a compound are, by their suffix; the label of those that there are many of.
_ROLES: Final[Mapping[str, Mapping[str, str]]] = {
    "histogram": {"_bucket": "le", "_count": "count", "_sum": "sum", "_created": "created"},
    "gaugehistogram": {"_bucket": "le", "_gcount": "count", "_gsum": "sum"},
    "summary": {"": "quantile", "_count": "count", "_sum": "sum", "_created": "created"},
}


def families_as_protobuf(families: Iterable[Family], escaping: Escaping) -> bytes:
    """The message of each family with its length before it, one after the other."""
    return b"".join([part for family in families for part in _ProtobufFamily(family, escaping)])


@dataclass(slots=True)
class _SampledSeries:
    """The samples of one series of a compound. `parts` are its buckets or quantiles."""

    labels: Labels
    parts: list[Sample] = field(default_factory=list["Sample"])
    count: float | None = None
    sum: float = nan
    created: float | None = None
    timestamp_ms: bytes = b""


class _ProtobufFamily:
    """Writes one family: its message, and those of samples that are not its own."""

    def __init__(self, family: Family, escaping: Escaping) -> None:
        self._family = family
        self._escaping: Escaping = escaping

    def __iter__(self) -> Iterator[bytes]:
        family = self._family
        strays: dict[str, list[Sample]] = {}
        if family.type in _COMPOUNDS:
            kind = _COMPOUNDS[family.type]
            series = self._compounds(strays)
            yield self._message(family.name, kind, map(self._compound, series))
        else:
            kind = _SCALARS.get(family.type, _UNTYPED)
            own: list[Sample] = []
            created: dict[Labels, float] = {}
            for sample in family.samples:
                if sample.name == family.name + kind.suffix:
                    own.append(sample)
                elif family.type == "counter" and sample.name == f"{family.name}_created":
                    created[self._labels(sample.labels)] = sample.value
                else:
                    strays.setdefault(sample.name, []).append(sample)
            metrics = (self._scalar(sample, kind, created) for sample in own)
            yield self._message(family.name + kind.suffix, kind, metrics)
        for name, samples in strays.items():
            yield self._message(
                name, _UNTYPED, (self._scalar(sample, _UNTYPED, {}) for sample in samples)
            )

    def _message(self, name: str, kind: _ProtobufKind, metrics: Iterable[bytes]) -> bytes:
        family = self._family
        series = b"".join(metrics)
        if not series:
            return b""  # no library of Prometheus's own writes such a family
        written = _escaped(_escape_name, name, self._escaping)
        opening = fields.opening(written, family.documentation, kind.type)
        unit = message(fields.UNIT, family.unit.encode()) if family.unit else b""
        return varint(len(opening) + len(series) + len(unit)) + opening + series + unit

    def _labels(self, labels: Mapping[str, str]) -> Labels:
        names = {key: _escaped(_escape_label, key, self._escaping) for key in labels}
        return tuple(sorted((names[key], labels[key]) for key in labels))

    def _scalar(
        self, sample: Sample, kind: _ProtobufKind, created: Mapping[Labels, float]
    ) -> bytes:
        labels = self._labels(sample.labels)
        body = fields.VALUE + DOUBLE(sample.value)
        if kind.tag == fields.COUNTER:
            if sample.exemplar is not None:
                body += fields.counter_exemplar(*_exemplar(sample.exemplar))
            body += fields.created(fields.COUNTER_CREATED, created.get(labels))
        parts = fields.labels_of(labels), message(kind.tag, body), _timestamp_ms(sample)
        return message(fields.METRIC, b"".join(parts))

    def _compounds(self, strays: dict[str, list[Sample]]) -> Iterable[_SampledSeries]:
        family = self._family
        roles = {family.name + suffix: role for suffix, role in _ROLES[family.type].items()}
        found: dict[Labels, _SampledSeries] = {}
        for sample in family.samples:
            role = roles.get(sample.name)
            many = role in ("le", "quantile")
            if role is None or (many and role not in sample.labels):
                if sample.native_histogram is None:  # of which the text has no line either
                    strays.setdefault(sample.name, []).append(sample)
                continue
            own = dict(sample.labels)
            if many:
                del own[role]
            labels = self._labels(own)
            series = found.setdefault(labels, _SampledSeries(labels))
            series.timestamp_ms = _timestamp_ms(sample)
            if many:
                series.parts.append(sample)
            elif role == "count":
                series.count = sample.value
            elif role == "sum":
                series.sum = sample.value
            else:
                series.created = sample.value
        return found.values()

    def _compound(self, series: _SampledSeries) -> bytes:
        kind = _COMPOUNDS[self._family.type]
        body = _summary(series) if kind.tag == fields.SUMMARY else _histogram(series)
        parts = fields.labels_of(series.labels), message(kind.tag, body), series.timestamp_ms
        return message(fields.METRIC, b"".join(parts))


def _escaped(escape: _Escape, name: str, escaping: Escaping) -> str:
    """The name as it is asked for. What text would quote is written as it is."""
    return name if escaping == "allow-utf-8" else escape(name, escaping)


def _summary(series: _SampledSeries) -> bytes:
    quantiles = [
        fields.QUANTILE_OF
        + DOUBLE(float(one.labels["quantile"]))
        + fields.QUANTILE_VALUE
        + DOUBLE(one.value)
        for one in series.parts
    ]
    return b"".join(
        (
            fields.SAMPLE_COUNT + varint(_whole(series.count or 0.0)),
            fields.SAMPLE_SUM + DOUBLE(series.sum),
            *(message(fields.QUANTILE, one) for one in quantiles),
            fields.created(fields.SUMMARY_CREATED, series.created),
        )
    )


def _histogram(series: _SampledSeries) -> bytes:
    bounded = [(float(one.labels["le"]), one.value, one.exemplar) for one in series.parts]
    bounded.sort(key=lambda one: one[0])
    count = series.count
    if count is None:  # theirs have none where they have no sum
        count = bounded[-1][1] if bounded else 0.0
    return b"".join(
        (
            _count(fields.SAMPLE_COUNT, fields.SAMPLE_COUNT_FLOAT, count),
            fields.SAMPLE_SUM + DOUBLE(series.sum),
            *(message(fields.BUCKET, _bucket(*one)) for one in bounded),
            fields.created(fields.HISTOGRAM_CREATED, series.created),
        )
    )


def _bucket(bound: float, count: float, exemplar: Exemplar | None) -> bytes:
    shown = b"" if exemplar is None else fields.bucket_exemplar(*_exemplar(exemplar))
    cumulated = _count(fields.CUMULATIVE_COUNT, fields.CUMULATIVE_COUNT_FLOAT, count)
    return cumulated + fields.UPPER_BOUND + DOUBLE(bound) + shown


def _count(whole: bytes, fraction: bytes, count: float) -> bytes:
    """A count, as a whole number where it is one."""
    if _whole(count) == count:
        return whole + varint(int(count))
    return fraction + DOUBLE(count)


def _whole(count: float) -> int:
    """The count without its fraction; 0 for what no whole number of protobuf can be."""
    return int(count) if 0 <= count < _TOO_LARGE else 0


def _exemplar(exemplar: Exemplar) -> tuple[list[tuple[str, str]], float, float | None]:
    at = exemplar.timestamp
    return sorted(exemplar.labels.items()), exemplar.value, None if at is None else float(at)


def _timestamp_ms(sample: Sample) -> bytes:
    if sample.timestamp is None:
        return b""
    return fields.TIMESTAMP_MS + fields.signed(int(float(sample.timestamp) * 1000))
