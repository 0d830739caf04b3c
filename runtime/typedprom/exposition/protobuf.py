"""Families as protobuf: delimited io.prometheus.client.MetricFamily, with created timestamps.

As client_golang does it, a counter's family is named with `_total`, and the bucket +Inf is left
out. Infos and statesets are gauges. The sum of a histogram is always there: where text leaves it
out, because it can fall, a reader of protobuf would say 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from math import inf
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

from typedprom.exposition import protobuf_fields as fields
from typedprom.exposition.family_renderer import (
    FamilyRenderer,
    FamilyWriter,
    WriteFamily,
    histogram_states,
    scalar_states,
)
from typedprom.exposition.protobuf_fields import DOUBLE, labels_of, message, varint
from typedprom.exposition.series_cache import Began, Changed
from typedprom.exposition.text_shapes import NO_EXEMPLARS, HistogramState
from typedprom.metrics.definition import Definition, Family, Labels
from typedprom.metrics.labels import INVALID

if TYPE_CHECKING:
    from typedprom.metrics.exemplars import Exemplar

StateT = TypeVar("StateT")

_TYPES: Final = {"counter": fields.COUNTER_TYPE, "histogram": fields.HISTOGRAM_TYPE}


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

    def __init__(self, definition: Definition) -> None:
        kind = _TYPES.get(definition.type, fields.GAUGE_TYPE)
        self._opening = fields.opening(definition.name, definition.help, kind)
        unit = definition.unit.encode()
        self._unit = message(fields.UNIT, unit) if unit else b""

    def tail(self, _heads: Sequence[object]) -> bytes:
        """The unit."""
        return self._unit

    def whole(self, chunks: Sequence[bytes], tail: bytes) -> bytes:
        """The family with these series; nothing where there are none, as client_golang does it."""
        series = b"".join(chunks)
        if not series:
            return b""
        return varint(len(self._opening) + len(series) + len(tail)) + self._opening + series + tail


# What is before and after the number of a series, or the buckets of a histogram.
ProtobufHead: TypeAlias = tuple[bytes, bytes]


class ProtobufScalars(_ProtobufShape):
    """Series of one number: counters, gauges, infos. A gauge that has none now is left out."""

    def __init__(self, definition: Definition) -> None:
        self._is_counter = definition.type == "counter"
        super().__init__(definition)

    def head(self, labels: Labels, began: Began) -> ProtobufHead:
        """Everything but the number, which always has the same length."""
        if not self._is_counter:
            return _scalar(labels, fields.GAUGE, b"")
        return _scalar(labels, fields.COUNTER, fields.created(fields.COUNTER_CREATED, began))

    def rewrite(  # noqa: D102
        self, chunks: list[bytes], changed: Changed[ProtobufHead, float | None]
    ) -> None:
        for place, (before, after), value in changed:
            chunks[place] = b"" if value is None else before + DOUBLE(value) + after


class ProtobufCounters(_ProtobufShape):
    """Series of a counter, with the last exemplar."""

    def head(self, labels: Labels, began: Began) -> tuple[ProtobufHead, Labels]:
        """Everything but number and exemplar, and the labels."""
        created = fields.created(fields.COUNTER_CREATED, began)
        return _scalar(labels, fields.COUNTER, created), labels

    def rewrite(  # noqa: D102
        self,
        chunks: list[bytes],
        changed: Changed[tuple[ProtobufHead, Labels], tuple[float, Exemplar | None]],
    ) -> None:
        for place, ((before, created), labels), (value, exemplar) in changed:
            number = DOUBLE(value)
            if exemplar is None:
                chunks[place] = before + number + created
                continue
            pairs, at = sorted(exemplar.labels.items()), exemplar.timestamp
            shown = fields.counter_exemplar(pairs, exemplar.value, at)
            counter = message(fields.COUNTER, fields.VALUE + number + shown + created)
            chunks[place] = message(fields.METRIC, labels_of(labels) + counter)


class _ProtobufStateSets(_ProtobufShape):
    """A series for each state, which is 1 for the state it is in."""

    def __init__(self, definition: Definition) -> None:
        self._name = definition.name
        self._states: Sequence[str] = (*definition.states, INVALID)
        super().__init__(definition)

    def head(self, labels: Labels, _began: Began) -> Sequence[ProtobufHead]:
        """Everything but the numbers of all states, those of `_invalid` last."""
        with_state = [(*labels, (self._name, state)) for state in self._states]
        return [_scalar(tuple(sorted(one)), fields.GAUGE, b"") for one in with_state]

    def rewrite(self, chunks: list[bytes], changed: Changed[Sequence[ProtobufHead], float]) -> None:
        """Write the messages of all states; of `_invalid` only while it is in no state."""
        for place, (*declared, (before, after)), current in changed:
            parts = [
                start + DOUBLE(float(index == current)) + end
                for index, (start, end) in enumerate(declared)
            ]
            if current < 0:
                parts.append(before + DOUBLE(1.0) + after)
            chunks[place] = b"".join(parts)


class ProtobufHistograms(_ProtobufShape, Generic[StateT]):
    """Series of cumulated buckets, their count and sum."""

    def __init__(self, definition: Definition, convert: Callable[[StateT], HistogramState]) -> None:
        self._convert = convert
        self._bounds = [fields.UPPER_BOUND + DOUBLE(bound) for bound in (*definition.buckets, inf)]
        super().__init__(definition)

    def head(self, labels: Labels, began: Began) -> ProtobufHead:
        """The labels, and when the series began."""
        return labels_of(labels), fields.created(fields.HISTOGRAM_CREATED, began)

    def rewrite(  # noqa: D102
        self, chunks: list[bytes], changed: Changed[ProtobufHead, StateT]
    ) -> None:
        for place, (before, created), state in changed:
            numbers, total, exemplars = self._convert(state)
            counts = [varint(int(count)) for count in accumulate(numbers)]
            bounded = [*zip(counts, self._bounds, strict=True)]
            if len(bounded) - 1 not in exemplars:  # +Inf is the count
                bounded.pop()
            parts = [fields.SAMPLE_COUNT, counts[-1], fields.SAMPLE_SUM, DOUBLE(total)]
            for index, (observations, bound) in enumerate(bounded):
                bucket = fields.CUMULATIVE_COUNT + observations + bound
                if index in exemplars:
                    one = exemplars[index]
                    pairs = sorted(one.labels.items())
                    bucket += fields.bucket_exemplar(pairs, one.value, one.timestamp)
                parts.append(message(fields.BUCKET, bucket))
            parts.append(created)
            histogram = message(fields.HISTOGRAM, b"".join(parts))
            chunks[place] = message(fields.METRIC, before + histogram)


def _writer(definition: Definition) -> WriteFamily:
    if definition.type == "histogram":
        shape = ProtobufHistograms(definition, _state)
        return FamilyWriter(definition, shape, histogram_states).write
    if definition.type == "stateset":
        return FamilyWriter(definition, _ProtobufStateSets(definition), scalar_states).write
    return FamilyWriter(definition, ProtobufScalars(definition), scalar_states).write


def _state(numbers: tuple[float, ...]) -> HistogramState:
    return numbers[1:-1], numbers[-1], NO_EXEMPLARS


def _scalar(labels: Labels, kind: bytes, after: bytes) -> ProtobufHead:
    """What is before and after the number of a series of that kind."""
    inside = len(fields.VALUE) + 8 + len(after)
    before = labels_of(labels) + kind + varint(inside) + fields.VALUE
    return fields.METRIC + varint(len(before) - len(fields.VALUE) + inside) + before, after
