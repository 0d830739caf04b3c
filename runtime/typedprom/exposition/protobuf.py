"""Families as protobuf: delimited io.prometheus.client.MetricFamily, with created timestamps.

It is written by hand, because typedprom depends on no protobuf library and a series is a few bytes
around its number. The field numbers are those of `io/prometheus/client/metrics.proto` in
github.com/prometheus/client_model, which `prompb/io/prometheus/client/metrics.proto` in
github.com/prometheus/prometheus repeats.

As client_golang does it, a counter's family is named with `_total`, and the bucket +Inf is left
out. Infos and statesets are gauges. The sum of a histogram is always there: where text leaves it
out, because it can fall, a reader of protobuf would say 0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final, TypeAlias

from typedprom.exposition.family_renderer import (
    FamilyRenderer,
    FamilyWriter,
    WriteFamily,
    histogram_states,
    scalar_states,
)
from typedprom.exposition.series_cache import Began, Changed
from typedprom.metrics.definition import Definition, Family, Labels
from typedprom.metrics.labels import INVALID

_DOUBLE: Final = struct.Struct("<d").pack
_VARINT: Final = 0  # wire types: a whole number, eight bytes, bytes with their length before them
_FIXED: Final = 1
_LENGTH: Final = 2
_SHORT: Final = [bytes([value]) for value in range(0x80)]


def _tag(field: int, wire_type: int) -> bytes:
    return _varint(field << 3 | wire_type)


def _varint(value: int) -> bytes:
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


def _message(tag: bytes, body: bytes) -> bytes:
    return tag + _varint(len(body)) + body


# MetricFamily
_NAME: Final = _tag(1, _LENGTH)
_HELP: Final = _tag(2, _LENGTH)
_TYPE: Final = _tag(3, _VARINT)
_METRIC: Final = _tag(4, _LENGTH)
_UNIT: Final = _tag(5, _LENGTH)
# Metric
_LABEL: Final = _tag(1, _LENGTH)
_GAUGE: Final = _tag(2, _LENGTH)
_COUNTER: Final = _tag(3, _LENGTH)
_HISTOGRAM: Final = _tag(7, _LENGTH)
# LabelPair
_LABEL_NAME: Final = _tag(1, _LENGTH)
_LABEL_VALUE: Final = _tag(2, _LENGTH)
# Gauge and Counter
_VALUE: Final = _tag(1, _FIXED)
_COUNTER_CREATED: Final = _tag(3, _LENGTH)
# Histogram
_SAMPLE_COUNT: Final = _tag(1, _VARINT)
_SAMPLE_SUM: Final = _tag(2, _FIXED)
_BUCKET: Final = _tag(3, _LENGTH)
_HISTOGRAM_CREATED: Final = _tag(15, _LENGTH)
# Bucket
_CUMULATIVE_COUNT: Final = _tag(1, _VARINT)
_UPPER_BOUND: Final = _tag(2, _FIXED)
# google.protobuf.Timestamp
_SECONDS: Final = _tag(1, _VARINT)
_NANOS: Final = _tag(2, _VARINT)

_COUNTER_TYPE: Final = 0  # of the enum MetricType
_GAUGE_TYPE: Final = 1
_HISTOGRAM_TYPE: Final = 4


class ProtobufRenderer:
    """Renders families, and remembers the bytes of every series."""

    def __init__(self) -> None:
        self._renderer = FamilyRenderer(_writer)

    def parts(self, families: Iterable[Family]) -> dict[str, bytes]:
        """The message of each family with its length before it, by its metric's name."""
        return self._renderer.parts(families)

    def render(self, families: Iterable[Family]) -> bytes:
        """The messages of all families, one after the other."""
        return b"".join(self.parts(families).values())


class _ProtobufShape:
    """What is around the series of a metric, whatever its type."""

    def __init__(self, definition: Definition, kind: int) -> None:
        self._opening = (
            _message(_NAME, definition.name.encode())
            + _message(_HELP, definition.help.encode())
            + (_TYPE + _varint(kind))
        )
        self._unit = _message(_UNIT, definition.unit.encode()) if definition.unit else b""

    def tail(self, _heads: Sequence[object]) -> bytes:
        """The unit."""
        return self._unit

    def whole(self, chunks: Sequence[bytes], tail: bytes) -> bytes:
        """The family with these series."""
        body = b"".join((self._opening, *chunks, tail))
        return _varint(len(body)) + body


# What is before and after the number of a series, or the buckets of a histogram.
ProtobufHead: TypeAlias = tuple[bytes, bytes]


class _ProtobufScalars(_ProtobufShape):
    """Series of one number: counters, gauges, infos."""

    def __init__(self, definition: Definition) -> None:
        self._is_counter = definition.type == "counter"
        super().__init__(definition, _COUNTER_TYPE if self._is_counter else _GAUGE_TYPE)

    def head(self, labels: Labels, began: Began) -> ProtobufHead:
        """Everything but the number, which always has the same length."""
        if not self._is_counter:
            return _scalar(labels, _GAUGE, b"")
        return _scalar(labels, _COUNTER, _created(_COUNTER_CREATED, began))

    def rewrite(self, chunks: list[bytes], changed: Changed[ProtobufHead, float]) -> None:
        for place, (before, after), value in changed:
            chunks[place] = before + _DOUBLE(value) + after


class _ProtobufStateSets(_ProtobufShape):
    """A series for each state, which is 1 for the state it is in."""

    def __init__(self, definition: Definition) -> None:
        self._name = definition.name
        self._states: Sequence[str] = (*definition.states, INVALID)
        super().__init__(definition, _GAUGE_TYPE)

    def head(self, labels: Labels, _began: Began) -> Sequence[ProtobufHead]:
        """Everything but the numbers of all states, those of `_invalid` last."""
        with_state = [(*labels, (self._name, state)) for state in self._states]
        return [_scalar(tuple(sorted(one)), _GAUGE, b"") for one in with_state]

    def rewrite(self, chunks: list[bytes], changed: Changed[Sequence[ProtobufHead], float]) -> None:
        """Write the messages of all states; of `_invalid` only while it is in no state."""
        for place, (*declared, (before, after)), current in changed:
            parts = [
                start + _DOUBLE(float(index == current)) + end
                for index, (start, end) in enumerate(declared)
            ]
            if current < 0:
                parts.append(before + _DOUBLE(1.0) + after)
            chunks[place] = b"".join(parts)


class _ProtobufHistograms(_ProtobufShape):
    """Series of cumulated buckets, their count and sum."""

    def __init__(self, definition: Definition) -> None:
        self._bounds = [_UPPER_BOUND + _DOUBLE(bound) for bound in definition.buckets]
        super().__init__(definition, _HISTOGRAM_TYPE)

    def head(self, labels: Labels, began: Began) -> ProtobufHead:
        """The labels, and when the series began."""
        return _labels(labels), _created(_HISTOGRAM_CREATED, began)

    def rewrite(
        self, chunks: list[bytes], changed: Changed[ProtobufHead, tuple[float, ...]]
    ) -> None:
        for place, (before, created), numbers in changed:
            *cumulated, count = [_varint(int(count)) for count in accumulate(numbers[1:-1])]
            parts = [_SAMPLE_COUNT, count, _SAMPLE_SUM, _DOUBLE(numbers[-1])]
            for observations, bound in zip(cumulated, self._bounds, strict=True):
                parts.append(_message(_BUCKET, _CUMULATIVE_COUNT + observations + bound))
            parts.append(created)
            chunks[place] = _message(_METRIC, before + _message(_HISTOGRAM, b"".join(parts)))


def _writer(definition: Definition) -> WriteFamily:
    if definition.type == "histogram":
        return FamilyWriter(definition, _ProtobufHistograms(definition), histogram_states).write
    if definition.type == "stateset":
        return FamilyWriter(definition, _ProtobufStateSets(definition), scalar_states).write
    return FamilyWriter(definition, _ProtobufScalars(definition), scalar_states).write


def _scalar(labels: Labels, kind: bytes, after: bytes) -> ProtobufHead:
    """What is before and after the number of a series of that kind."""
    inside = len(_VALUE) + 8 + len(after)
    before = _labels(labels) + kind + _varint(inside) + _VALUE
    return _METRIC + _varint(len(before) - len(_VALUE) + inside) + before, after


def _labels(labels: Labels) -> bytes:
    return b"".join([_label(name, value.encode()) for name, value in labels])


def _label(name: str, value: bytes) -> bytes:
    pair = _message(_LABEL_NAME, name.encode()) + _LABEL_VALUE + _varint(len(value)) + value
    return _LABEL + _varint(len(pair)) + pair


@lru_cache(1024)
def _created(tag: bytes, began: Began) -> bytes:
    """The field that says when a series began."""
    if began is None:
        return b""
    began = max(began, 0.0)  # a clock may say that it is before 1970
    seconds = int(began)
    nanos = _varint(int((began - seconds) * 1e9))
    return _message(tag, _seconds(seconds) + _NANOS + nanos)


@lru_cache(1024)
def _seconds(whole: int) -> bytes:
    return _SECONDS + _varint(whole)
