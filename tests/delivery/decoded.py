"""A decoder of delimited io.prometheus.client.MetricFamily, written apart from the encoder."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = int | float | bytes


@dataclass(slots=True)
class Decoded:
    """A MetricFamily."""

    name: str = ""
    help: str = ""
    type: int = 0
    unit: str = ""
    series: list[DecodedSeries] = field(default_factory=list)


@dataclass(slots=True)
class DecodedSeries:
    """A Metric; of a histogram or a summary, `value` is the sum, and `buckets` are quantiles."""

    labels: list[tuple[str, str]] = field(default_factory=list)
    kind: str = ""
    value: float = 0.0
    count: float = 0
    buckets: list[tuple[float, float]] = field(default_factory=list)
    created: float | None = None
    timestamp_ms: int | None = None
    exemplars: list[tuple[dict[str, str], float, float | None]] = field(default_factory=list)


def families(data: bytes) -> list[Decoded]:
    """The families of a body."""
    found, position = [], 0
    while position < len(data):
        length, position = _varint(data, position)
        assert position + length <= len(data)
        found.append(_family(data[position : position + length]))
        position += length
    return found


def _family(data: bytes) -> Decoded:
    family = Decoded()
    for number, value in _fields(data):
        match number, value:
            case 1, bytes():
                family.name = value.decode()
            case 2, bytes():
                family.help = value.decode()
            case 3, int():
                family.type = value
            case 4, bytes():
                family.series.append(_series(value))
            case 5, bytes():
                family.unit = value.decode()
            case _:
                raise AssertionError(f"MetricFamily has no field {number} like {value!r}")
    return family


def _series(data: bytes) -> DecodedSeries:
    series = DecodedSeries()
    for number, value in _fields(data):
        if number == 6:
            assert isinstance(value, int)
            series.timestamp_ms = value - (1 << 64 if value >> 63 else 0)
            continue
        assert isinstance(value, bytes)
        match number:
            case 1:
                series.labels.append(_label(value))
            case 2 | 3 | 5:
                series.kind = {2: "gauge", 3: "counter", 5: "untyped"}[number]
                _read_scalar(value, series)
            case 7:
                series.kind = "histogram"
                _read_histogram(value, series)
            case 4:
                series.kind = "summary"
                _read_summary(value, series)
            case _:
                raise AssertionError(f"Metric has no field {number}")
    return series


def _label(data: bytes) -> tuple[str, str]:
    name, text = [part for _, part in _fields(data)]
    assert isinstance(name, bytes)
    assert isinstance(text, bytes)
    return name.decode(), text.decode()


def _read_scalar(data: bytes, series: DecodedSeries) -> None:
    for number, value in _fields(data):
        match number, value:
            case 1, float():
                series.value = value
            case 2, bytes() if series.kind == "counter":
                series.exemplars.append(_exemplar(value))
            case 3, bytes() if series.kind == "counter":
                series.created = _timestamp(value)
            case _:
                raise AssertionError(f"no field {number} like {value!r}")


def _read_histogram(data: bytes, series: DecodedSeries) -> None:
    for number, value in _fields(data):
        match number, value:
            case 1 | 4, int() | float():
                assert isinstance(value, int) is (number == 1)
                series.count = value
            case 2, float():
                series.value = value
            case 3, bytes():
                _read_bucket(value, series)
            case 15, bytes():
                series.created = _timestamp(value)
            case _:
                raise AssertionError(f"Histogram has no field {number} like {value!r}")


def _read_bucket(data: bytes, series: DecodedSeries) -> None:
    count = bound = -1.0
    for number, value in _fields(data):
        match number, value:
            case 1 | 4, int() | float():
                assert isinstance(value, int) is (number == 1)
                count = value
            case 2, float():
                bound = value
            case 3, bytes():
                series.exemplars.append(_exemplar(value))
            case _:
                raise AssertionError(f"Bucket has no field {number} like {value!r}")
    series.buckets.append((bound, count))


def _read_summary(data: bytes, series: DecodedSeries) -> None:
    for number, value in _fields(data):
        match number, value:
            case 1, int():
                series.count = value
            case 2, float():
                series.value = value
            case 3, bytes():
                fields = dict(_fields(value))
                assert isinstance(fields[1], float)
                assert isinstance(fields[2], float)
                series.buckets.append((fields[1], fields[2]))
            case 4, bytes():
                series.created = _timestamp(value)
            case _:
                raise AssertionError(f"Summary has no field {number} like {value!r}")


def _exemplar(data: bytes) -> tuple[dict[str, str], float, float | None]:
    labels: dict[str, str] = {}
    exemplified, at = 0.0, None
    for number, value in _fields(data):
        match number, value:
            case 1, bytes():
                labels |= [_label(value)]
            case 2, float():
                exemplified = value
            case 3, bytes():
                at = _timestamp(value)
            case _:
                raise AssertionError(f"Exemplar has no field {number} like {value!r}")
    return labels, exemplified, at


def _timestamp(data: bytes) -> float:
    fields = dict(_fields(data))
    seconds, nanos = fields[1], fields[2]
    assert isinstance(seconds, int)
    assert isinstance(nanos, int)
    assert 0 <= nanos < 1_000_000_000
    return seconds + nanos / 1e9


def _fields(data: bytes) -> Iterator[tuple[int, Value]]:
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        match key & 7:
            case 0:
                value, position = _varint(data, position)
                yield key >> 3, value
            case 1:
                (number,) = struct.unpack_from("<d", data, position)
                position += 8
                yield key >> 3, number
            case 2:
                length, position = _varint(data, position)
                assert position + length <= len(data)
                yield key >> 3, data[position : position + length]
                position += length
            case wire:
                raise AssertionError(f"wire type {wire}")


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
