"""The writer of one metric, which writes again only those series that have changed.

What it remembers never changes once it is made. Scrapes at the same time each make their own out
of the last one: none of them waits, and nothing that records or handles signals can meet a lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from typedprom.exposition import foreign
from typedprom.exposition.lines import labels, moment, pair
from typedprom.exposition.shapes import (
    ExemplifiedShape,
    HistogramShape,
    ScalarShape,
    Shape,
)
from typedprom.metrics.instruments import HistogramKind

if TYPE_CHECKING:
    from typedprom.exposition.formats import Format
    from typedprom.metrics.catalog import AnyInstrument
    from typedprom.metrics.cells import Cell, HistogramCell
    from typedprom.metrics.exemplars import Exemplar

Began: TypeAlias = float | None  # when a series began; None if it does not say, or nobody asks

when_created = cast("Callable[[Cell], float]", attrgetter("created"))  # not of a gauge's


class Columns(NamedTuple):
    """The series of a metric, and what is written only once of each."""

    cells: Sequence[Cell]
    began: Sequence[Began]
    heads: Sequence[str]
    created: Sequence[str]  # the line that says when the series began, empty where there is none


class Written(NamedTuple):
    """A metric at one instant: its series, what was in their cells, their lines, all of it."""

    columns: Columns
    snapshots: Sequence[object]
    lines: Sequence[bytes]
    text: bytes


class Writer:
    """Writes one metric in one format, and remembers what it wrote."""

    def __init__(
        self, metric: AnyInstrument, format: Format, began: Callable[[Cell], float] | None
    ) -> None:
        self._metric = metric
        self._wanted = began
        self._began = None if metric.type == "gauge" else began
        self._constant = dict(metric.constant_labels)
        names = [label.name for label in metric.signature] + [*self._constant]
        self._names = sorted(zip(names, range(len(names)), strict=True))  # with their places
        self._created = metric.family + "_created"
        self._shape = _shape(metric, format, sorted(names))
        self._opening = foreign.opening(metric, format)
        self._created_opening = foreign.created_opening(metric, format)
        self._created_apart = format.syntax == "text"  # after all series, not after each
        self._last = Written(Columns((), (), (), ()), (), (), self._opening)

    def serves(self, began: Callable[[Cell], float] | None) -> bool:
        """Whether it still writes what is wanted: labels and `_created` can change."""
        return self._wanted is began and self._constant == self._metric.constant_labels

    def write(self) -> bytes:
        """The metric as it is now."""
        self._last = written = self._next(self._last)
        return written.text

    def _next(self, last: Written) -> Written:
        columns = last.columns
        cells = self._metric.cells()
        if cells != columns.cells or self._since(cells) != columns.began:
            return self._anew(columns)
        snapshots = self._shape.snapshots(cells)
        places = self._shape.changed(snapshots, last.snapshots)
        return self._written(columns, snapshots, [*last.lines], places) if places else last

    def _since(self, cells: Sequence[Cell]) -> Sequence[Began]:
        """When each series began; a reset changes it."""
        return [*map(self._began, cells)] if self._began else [None] * len(cells)

    def _anew(self, last: Columns) -> Written:
        columns = self._columns(last)
        snapshots = self._shape.snapshots(columns.cells)
        return self._written(columns, snapshots, [b""] * len(snapshots), range(len(snapshots)))

    def _written(
        self,
        columns: Columns,
        snapshots: Sequence[object],
        lines: list[bytes],
        places: Sequence[int],
    ) -> Written:
        ends = [""] * len(lines) if self._created_apart else columns.created
        self._shape.rewrite(lines, columns.heads, snapshots, ends, places)
        parts = [self._opening, *lines]
        if self._created_apart and any(columns.created):
            parts += [self._created_opening, "".join(columns.created).encode()]
        return Written(columns, snapshots, lines, b"".join(parts))

    def _columns(self, last: Columns) -> Columns:
        """The series there are now, with the heads of those that were there before."""
        series = self._metric.series()
        cells = [cell for _, cell in series]
        began = self._since(cells)
        known = {cell: place for place, cell in enumerate(last.cells)}
        heads: list[str] = []
        created: list[str] = []
        for (values, cell), since in zip(series, began, strict=True):
            place = known.get(cell)
            if place is None or last.began[place] != since:
                head, line = self._once(values, since)
            else:
                head, line = last.heads[place], last.created[place]
            heads.append(head)
            created.append(line)
        return Columns(cells, began, heads, created)

    def _once(self, values: Sequence[str], since: Began) -> tuple[str, str]:
        """Head and created line of the series with these label values."""
        values = (*values, *self._constant.values())
        own = [pair(name, values[place]) for name, place in self._names]
        head = self._shape.head(own)
        return head, "" if since is None else f"{self._created}{labels(own)} {moment(since)}\n"


def is_quick(metric: AnyInstrument) -> bool:
    """Whether a Writer can write the metric as prometheus_client would."""
    names = [label.name for label in metric.signature] + [*metric.constant_labels]
    return (
        metric.type in ("counter", "gauge", "histogram")
        and all(map(foreign.is_legacy_name, (metric.name, *names)))
        and "le" not in names
        and len(set(names)) == len(names)
    )


def _shape(metric: AnyInstrument, format: Format, names: Sequence[str]) -> Shape[Cell, object]:
    shape: object
    if isinstance(metric, HistogramKind):
        exemplars = _no_exemplars if format.syntax == "text" else _exemplars
        shape = HistogramShape(metric.family, names, metric.buckets, exemplars)
    elif metric.type == "counter" and format.syntax == "openmetrics":
        shape = ExemplifiedShape(metric.name)
    else:
        shape = ScalarShape(metric.name)
    return cast("Shape[Cell, object]", shape)


def _exemplars(cell: HistogramCell) -> Mapping[int, Exemplar]:
    return cell.exemplars


def _no_exemplars(_cell: HistogramCell) -> Mapping[int, Exemplar]:
    return {}
