"""Shapes: how one series of a metric is written, for each type of metric.

A series has a head, written once: its names and labels, with room for what changes. The rest is
written again whenever the snapshot of its cell has changed. In OpenMetrics, exemplars are part of
a snapshot.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, count
from math import inf
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from typedprom.exposition.text_format import LARGE, example, labels, number, pair

if TYPE_CHECKING:
    from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell
    from typedprom.metrics.exemplars import Exemplar

CellT_contra = TypeVar("CellT_contra", contravariant=True)
SnapshotT = TypeVar("SnapshotT")

# The observations in each bucket, their sum, the exemplars of buckets.
HistogramSnapshot: TypeAlias = "tuple[list[float], float, Mapping[int, Exemplar]]"


class CellShape(Protocol[CellT_contra, SnapshotT]):
    """How the series of a metric are written. Lines come as bytes, with their ends."""

    def head(self, own: Sequence[str]) -> str:
        """What is written once for a series with these labels, given in order of their names."""
        ...

    def snapshots(self, cells: Iterable[CellT_contra]) -> list[SnapshotT]:
        """What is in the cells, each at one instant."""
        ...

    def changed(self, new: Sequence[SnapshotT], old: Sequence[SnapshotT]) -> list[int]:
        """The places at which the snapshots differ."""
        ...

    def rewrite(
        self,
        lines: list[bytes],
        heads: Sequence[str],
        snapshots: Sequence[SnapshotT],
        ends: Sequence[str],
        places: Iterable[int],
    ) -> None:
        """Write the series at these places; `ends` is what follows each."""
        ...


class ScalarShape:
    """A series of one number; of none, where a gauge has none just now."""

    def __init__(self, name: str) -> None:
        self._name = name

    def head(self, own: Sequence[str]) -> str:
        """Name and labels."""
        return f"{self._name}{labels(own)} "

    def snapshots(self, cells: Iterable[CounterCell | GaugeCell]) -> list[float | None]:
        """The numbers."""
        return [cell.snapshot() for cell in cells]

    def changed(self, new: Sequence[float | None], old: Sequence[float | None]) -> list[int]:
        """The places with another number; 0.0 and -0.0 are two."""
        together = zip(count(), new, old, strict=False)
        return [i for i, a, b in together if a is not b and (a != b or not a)]

    def rewrite(
        self,
        lines: list[bytes],
        heads: Sequence[str],
        snapshots: Sequence[float | None],
        ends: Sequence[str],
        places: Iterable[int],
    ) -> None:
        """Write the lines at these places."""
        for place in places:
            value = snapshots[place]
            if value is None:
                lines[place] = b""
                continue
            text = repr(value) if -inf < value < LARGE else number(value)
            lines[place] = f"{heads[place]}{text}\n{ends[place]}".encode()


class ExemplifiedShape:
    """A series of a counter, with the last exemplar."""

    def __init__(self, name: str) -> None:
        self._name = name

    def head(self, own: Sequence[str]) -> str:
        """Name and labels."""
        return f"{self._name}{labels(own)} "

    def snapshots(self, cells: Iterable[CounterCell]) -> list[tuple[float, Exemplar | None]]:
        """The numbers and exemplars."""
        return [(cell.snapshot(), cell.exemplar) for cell in cells]

    def changed(
        self,
        new: Sequence[tuple[float, Exemplar | None]],
        old: Sequence[tuple[float, Exemplar | None]],
    ) -> list[int]:
        """The places with another number or exemplar."""
        return [i for i, a, b in zip(count(), new, old, strict=False) if a != b]

    def rewrite(
        self,
        lines: list[bytes],
        heads: Sequence[str],
        snapshots: Sequence[tuple[float, Exemplar | None]],
        ends: Sequence[str],
        places: Iterable[int],
    ) -> None:
        """Write the lines at these places."""
        for place in places:
            value, exemplar = snapshots[place]
            text = repr(value) if value < LARGE else number(value)
            if exemplar is not None:
                text += example(exemplar)
            lines[place] = f"{heads[place]}{text}\n{ends[place]}".encode()


class HistogramShape:
    """A series of buckets, their count and, where it cannot fall, their sum."""

    def __init__(
        self,
        name: str,
        names: Sequence[str],
        bounds: tuple[float, ...],
        exemplars: Callable[[HistogramCell], Mapping[int, Exemplar]],
    ) -> None:
        self._name = name
        self._exemplars = exemplars
        self._les = [pair("le", number(bound)) for bound in (*bounds, inf)]
        self._before_le = bisect(names, "le")
        self._has_sum = bounds[0] >= 0.0

    def head(self, own: Sequence[str]) -> str:
        """All lines, with `%s` for each number."""
        own = [one.replace("%", "%%") for one in own]
        before, after = own[: self._before_le], own[self._before_le :]
        buckets = [f"_bucket{labels((*before, le, *after))}" for le in self._les]
        rest = [f"_count{labels(own)}"]
        if self._has_sum:
            rest.append(f"_sum{labels(own)}")
        return "".join(f"{self._name}{line} %s\n" for line in (*buckets, *rest))

    def snapshots(self, cells: Iterable[HistogramCell]) -> list[HistogramSnapshot]:
        """Buckets, sums and exemplars."""
        exemplars = self._exemplars
        return [(*cell.snapshot(), exemplars(cell)) for cell in cells]

    def changed(
        self, new: Sequence[HistogramSnapshot], old: Sequence[HistogramSnapshot]
    ) -> list[int]:
        """The places with other buckets or exemplars; a sum does not change alone."""
        return [i for i, a, b in zip(count(), new, old, strict=False) if a != b]

    def rewrite(
        self,
        lines: list[bytes],
        heads: Sequence[str],
        snapshots: Sequence[HistogramSnapshot],
        ends: Sequence[str],
        places: Iterable[int],
    ) -> None:
        """Write all lines of the series at these places."""
        for place in places:
            buckets, total, exemplars = snapshots[place]
            texts = [number(upto) for upto in accumulate(buckets)]
            texts.append(texts[-1])
            if self._has_sum:
                texts.append(number(total))
            for bucket, exemplar in exemplars.items():
                texts[bucket] += example(exemplar)
            lines[place] = f"{heads[place] % (*texts,)}{ends[place]}".encode()
