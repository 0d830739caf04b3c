"""Rendering the metrics of this process, with a cached line for each series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, cast

from typedprom.exposition import foreign_collectors
from typedprom.exposition.cell_shapes import (
    CellShape,
    ExemplifiedShape,
    HistogramShape,
    ScalarShape,
)
from typedprom.exposition.negotiation import TEXT, Escaping, Format, Syntax
from typedprom.exposition.text_format import labels, pair, timestamp
from typedprom.metrics.instrument import Instrument
from typedprom.metrics.instruments import HistogramKind

if TYPE_CHECKING:
    from typedprom.exposition.negotiation import Format
    from typedprom.metrics.cell import AnyInstrument, Cell
    from typedprom.metrics.cells import HistogramCell
    from typedprom.metrics.exemplars import Exemplar

_Writers: TypeAlias = "dict[AnyInstrument, MetricRenderer]"

# Under these the names that we can write quickly are written as they are.
_PLAIN: Final[tuple[Escaping, ...]] = ("underscores", "allow-utf-8")


class RegistryRenderer:
    """Renders registries to the bytes prometheus_client would.

    It keeps the last lines of every series and writes again only what has changed. Series that
    are gone and metrics no longer in the registry leave it with the next scrape. Any number of
    threads may use it at once.
    """

    def __init__(self) -> None:
        self._writers: dict[Syntax, _Writers] = {}

    def render(self, registry: foreign_collectors.Collector, format: Format = TEXT) -> bytes:
        """The exposition of everything in the registry."""
        end = foreign_collectors.end(format.syntax)
        if format.escaping not in _PLAIN:
            return foreign_collectors.rendered(registry, format) + end
        last = self._writers.get(format.syntax, {})
        writers: _Writers = {}
        parts: list[bytes] = []
        others: list[foreign_collectors.Collector] = []  # in a row, to be rendered together
        for collector in foreign_collectors.collectors(registry):
            metric = _ours(collector)
            if metric is None:
                others.append(collector)
                continue
            parts += _rendered(others, format)
            others = []
            writers[metric] = writer = _writer(metric, format, last.get(metric))
            parts.append(writer.write())
        parts += _rendered(others, format)
        self._writers[format.syntax] = writers
        return b"".join((*parts, end))


def _ours(collector: foreign_collectors.Collector) -> AnyInstrument | None:
    """The collector, if it is an instrument that we can render quickly."""
    if not isinstance(collector, Instrument):
        return None
    metric = cast("AnyInstrument", collector)
    inherited = cast("type[AnyInstrument]", Instrument).collect
    return metric if type(metric).collect is inherited and is_quick(metric) else None


def _writer(metric: AnyInstrument, format: Format, last: MetricRenderer | None) -> MetricRenderer:
    began = when_created if foreign_collectors.with_created() else None
    return (
        last if last is not None and last.serves(began) else MetricRenderer(metric, format, began)
    )


def _rendered(others: Sequence[foreign_collectors.Collector], format: Format) -> list[bytes]:
    return (
        [foreign_collectors.rendered(foreign_collectors.Joined(others), format)] if others else []
    )


Began: TypeAlias = float | None  # when a series began; None if it does not say, or nobody asks

when_created = cast("Callable[[Cell], float]", attrgetter("created"))  # not of a gauge's


class Columns(NamedTuple):
    """The series of a metric, and what is written only once of each."""

    cells: Sequence[Cell]
    began: Sequence[Began]
    heads: Sequence[str]
    created: Sequence[str]  # the line that says when the series began, empty where there is none


class RenderedMetric(NamedTuple):
    """A metric at one instant: its series, what was in their cells, their lines, all of it."""

    columns: Columns
    snapshots: Sequence[object]
    lines: Sequence[bytes]
    text: bytes


class MetricRenderer:
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
        self._opening = foreign_collectors.opening(metric, format)
        self._created_opening = foreign_collectors.created_opening(metric, format)
        self._created_apart = format.syntax == "text"  # after all series, not after each
        self._last = RenderedMetric(Columns((), (), (), ()), (), (), self._opening)

    def serves(self, began: Callable[[Cell], float] | None) -> bool:
        """Whether it still writes what is wanted: labels and `_created` can change."""
        return self._wanted is began and self._constant == self._metric.constant_labels

    def write(self) -> bytes:
        """The metric as it is now."""
        self._last = written = self._next(self._last)
        return written.text

    def _next(self, last: RenderedMetric) -> RenderedMetric:
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

    def _anew(self, last: Columns) -> RenderedMetric:
        columns = self._columns(last)
        snapshots = self._shape.snapshots(columns.cells)
        return self._written(columns, snapshots, [b""] * len(snapshots), range(len(snapshots)))

    def _written(
        self,
        columns: Columns,
        snapshots: Sequence[object],
        lines: list[bytes],
        places: Sequence[int],
    ) -> RenderedMetric:
        ends = [""] * len(lines) if self._created_apart else columns.created
        self._shape.rewrite(lines, columns.heads, snapshots, ends, places)
        parts = [self._opening, *lines]
        if self._created_apart and any(columns.created):
            parts += [self._created_opening, "".join(columns.created).encode()]
        return RenderedMetric(columns, snapshots, lines, b"".join(parts))

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
        return head, "" if since is None else f"{self._created}{labels(own)} {timestamp(since)}\n"


def is_quick(metric: AnyInstrument) -> bool:
    """Whether a Writer can write the metric as prometheus_client would."""
    names = [label.name for label in metric.signature] + [*metric.constant_labels]
    return (
        metric.type in ("counter", "gauge", "histogram")
        and all(map(foreign_collectors.is_legacy_name, (metric.name, *names)))
        and "le" not in names
        and len(set(names)) == len(names)
    )


def _shape(metric: AnyInstrument, format: Format, names: Sequence[str]) -> CellShape[Cell, object]:
    shape: object
    if isinstance(metric, HistogramKind):
        exemplars = _no_exemplars if format.syntax == "text" else _exemplars
        shape = HistogramShape(metric.family, names, metric.buckets, exemplars)
    elif metric.type == "counter" and format.syntax == "openmetrics":
        shape = ExemplifiedShape(metric.name)
    else:
        shape = ScalarShape(metric.name)
    return cast("CellShape[Cell, object]", shape)


def _exemplars(cell: HistogramCell) -> Mapping[int, Exemplar]:
    return cell.exemplars


def _no_exemplars(_cell: HistogramCell) -> Mapping[int, Exemplar]:
    return {}
