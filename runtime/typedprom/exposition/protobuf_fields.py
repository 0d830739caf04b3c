"""The fields of io.prometheus.client.MetricFamily as protobuf writes them.

They are written by hand, because typedprom depends on no protobuf library and a series is a few
bytes around its number. The field numbers are those of `io/prometheus/client/metrics.proto` in
github.com/prometheus/client_model, which `prompb/io/prometheus/client/metrics.proto` in
github.com/prometheus/prometheus repeats.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

DOUBLE: Final = struct.Struct("<d").pack
_VARINT: Final = 0  # wire types: a whole number, eight bytes, bytes with their length before them
_FIXED: Final = 1
_LENGTH: Final = 2
_SHORT: Final = [bytes([value]) for value in range(0x80)]
_WHOLE: Final = 1 << 64


def varint(value: int) -> bytes:
    """A whole number, seven bits a byte, the lowest first."""
    return _SHORT[value] if 0 <= value < 0x80 else _long_varint(value)


def _long_varint(value: int) -> bytes:
    if value < 0:
        raise OverflowError("a count is negative")
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def _tag(field: int, wire_type: int) -> bytes:
    return varint(field << 3 | wire_type)


# MetricFamily
NAME: Final = _tag(1, _LENGTH)
HELP: Final = _tag(2, _LENGTH)
TYPE: Final = _tag(3, _VARINT)
METRIC: Final = _tag(4, _LENGTH)
UNIT: Final = _tag(5, _LENGTH)
# MetricType
COUNTER_TYPE: Final = 0
GAUGE_TYPE: Final = 1
SUMMARY_TYPE: Final = 2
UNTYPED_TYPE: Final = 3
HISTOGRAM_TYPE: Final = 4
GAUGE_HISTOGRAM_TYPE: Final = 5
# Metric
_LABEL: Final = _tag(1, _LENGTH)
GAUGE: Final = _tag(2, _LENGTH)
COUNTER: Final = _tag(3, _LENGTH)
SUMMARY: Final = _tag(4, _LENGTH)
UNTYPED: Final = _tag(5, _LENGTH)
TIMESTAMP_MS: Final = _tag(6, _VARINT)
HISTOGRAM: Final = _tag(7, _LENGTH)
# LabelPair
_LABEL_NAME: Final = _tag(1, _LENGTH)
_LABEL_VALUE: Final = _tag(2, _LENGTH)
# Gauge, Counter and Untyped
VALUE: Final = _tag(1, _FIXED)
_COUNTER_EXEMPLAR: Final = _tag(2, _LENGTH)
COUNTER_CREATED: Final = _tag(3, _LENGTH)
# Summary, and its Quantile
QUANTILE: Final = _tag(3, _LENGTH)
QUANTILE_OF: Final = _tag(1, _FIXED)
QUANTILE_VALUE: Final = _tag(2, _FIXED)
SUMMARY_CREATED: Final = _tag(4, _LENGTH)
# Histogram; Summary has the first two as well
SAMPLE_COUNT: Final = _tag(1, _VARINT)
SAMPLE_SUM: Final = _tag(2, _FIXED)
BUCKET: Final = _tag(3, _LENGTH)
SAMPLE_COUNT_FLOAT: Final = _tag(4, _FIXED)
HISTOGRAM_CREATED: Final = _tag(15, _LENGTH)
# Bucket
CUMULATIVE_COUNT: Final = _tag(1, _VARINT)
UPPER_BOUND: Final = _tag(2, _FIXED)
_BUCKET_EXEMPLAR: Final = _tag(3, _LENGTH)
CUMULATIVE_COUNT_FLOAT: Final = _tag(4, _FIXED)
# Exemplar
_EXEMPLAR_LABEL: Final = _tag(1, _LENGTH)
_EXEMPLAR_VALUE: Final = _tag(2, _FIXED)
_EXEMPLAR_TIMESTAMP: Final = _tag(3, _LENGTH)
# google.protobuf.Timestamp
_SECONDS: Final = _tag(1, _VARINT)
_NANOS: Final = _tag(2, _VARINT)


def message(tag: bytes, body: bytes) -> bytes:
    """A field that has fields."""
    return tag + varint(len(body)) + body


def opening(name: str, help: str, kind: int) -> bytes:
    """The fields of a family before its series."""
    return message(NAME, name.encode()) + message(HELP, help.encode()) + (TYPE + varint(kind))


def labels_of(labels: Iterable[tuple[str, str]]) -> bytes:
    """The labels of a series."""
    return b"".join([message(_LABEL, _pair(name, value)) for name, value in labels])


def _pair(name: str, value: str) -> bytes:
    return message(_LABEL_NAME, name.encode()) + message(_LABEL_VALUE, value.encode())


def signed(value: int) -> bytes:
    """A whole number that may be negative."""
    return varint(value % _WHOLE)


@lru_cache(1024)
def created(tag: bytes, began: float | None) -> bytes:
    """The field that says when a series began."""
    return b"" if began is None else message(tag, _timestamp(began))


def counter_exemplar(labels: Iterable[tuple[str, str]], value: float, at: float | None) -> bytes:
    """The exemplar of a counter."""
    return message(_COUNTER_EXEMPLAR, _exemplar(labels, value, at))


def bucket_exemplar(labels: Iterable[tuple[str, str]], value: float, at: float | None) -> bytes:
    """The exemplar of a bucket."""
    return message(_BUCKET_EXEMPLAR, _exemplar(labels, value, at))


def _exemplar(labels: Iterable[tuple[str, str]], value: float, at: float | None) -> bytes:
    pairs = b"".join([message(_EXEMPLAR_LABEL, _pair(*label)) for label in labels])
    when = b"" if at is None else message(_EXEMPLAR_TIMESTAMP, _timestamp(at))
    return pairs + _EXEMPLAR_VALUE + DOUBLE(value) + when


def _timestamp(at: float) -> bytes:
    seconds = int(at // 1)
    return _seconds(seconds) + _NANOS + varint(int((at - seconds) * 1e9))


@lru_cache(1024)
def _seconds(whole: int) -> bytes:
    return _SECONDS + signed(whole)
