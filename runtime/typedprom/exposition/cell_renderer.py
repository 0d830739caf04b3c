"""Rendering the metrics of this process, with a cached line for each series."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from typedprom.exposition import foreign_collectors
from typedprom.exposition.negotiation import TEXT
from typedprom.exposition.prom_client import shows_created
from typedprom.exposition.protobuf import ProtobufCounters, ProtobufHistograms, ProtobufScalars
from typedprom.exposition.series_cache import SeriesCache
from typedprom.exposition.text_format import is_legacy_name, pair
from typedprom.exposition.text_shapes import (
    NO_EXEMPLARS,
    ExemplifiedShape,
    HistogramShape,
    ScalarShape,
)
from typedprom.metrics.instrument import Instrument
from typedprom.spool.definition_json import definition_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from typedprom.exposition.negotiation import Escaping, Format, Syntax
    from typedprom.exposition.series_cache import Began, SeriesShape
    from typedprom.exposition.text_shapes import Created, HistogramState, TextHead, TextShape
    from typedprom.metrics.cell import AnyInstrument, Cell
    from typedprom.metrics.cells import CounterCell, HistogramCell
    from typedprom.metrics.exemplars import Exemplar

    _ProtobufShapes: TypeAlias = (
        ProtobufScalars | ProtobufCounters | ProtobufHistograms[HistogramState]
    )
    _Renderers: TypeAlias = dict[AnyInstrument, "MetricRenderer"]
    _ReadCells: TypeAlias = Callable[[Iterable[Cell]], list[object]]

# Under these, the names that we can write quickly are written as they are.
_PLAIN: Final[tuple[Escaping, ...]] = ("underscores", "allow-utf-8")

_when_created = cast("Callable[[Cell], float]", attrgetter("created"))  # not of a gauge's


class RegistryRenderer:
    """Renders registries to the bytes prometheus_client would.

    It keeps the last lines of every series and writes again only what has changed. Series that
    are gone and metrics no longer in the registry leave it with the next scrape. Any number of
    threads may use it at once.
    """

    def __init__(self) -> None:
        self._renderers: dict[Syntax, _Renderers] = {}

    def render(self, registry: foreign_collectors.Collector, format: Format = TEXT) -> bytes:
        """The exposition of everything in the registry."""
        if format.escaping not in _PLAIN:
            return foreign_collectors.render(registry, format) + format.end
        # In protobuf it is a field of the series, not a series.
        is_shown = format.syntax == "protobuf" or shows_created()
        created: Created = "shown" if is_shown else "hidden"
        last = self._renderers.get(format.syntax, {})
        renderers: _Renderers = {}
        parts: list[bytes] = []
        others: list[foreign_collectors.Collector] = []  # in a row, to be rendered together
        for collector in foreign_collectors.collectors(registry):
            metric = _quick_metric(collector)
            if metric is None:
                others.append(collector)
                continue
            parts.append(foreign_collectors.render_all(others, format))
            others = []
            renderer = last.get(metric)
            if renderer is None or not renderer.is_current(created):
                renderer = MetricRenderer(metric, format, created)
            renderers[metric] = renderer
            parts.append(renderer.render())
        parts.append(foreign_collectors.render_all(others, format))
        self._renderers[format.syntax] = renderers
        return b"".join((*parts, format.end))


class MetricRenderer:
    """Renders one metric in one format, and remembers what it wrote."""

    def __init__(self, metric: AnyInstrument, format: Format, created: Created) -> None:
        self._metric = metric
        self._created = created
        self._constant = dict(metric.constant_labels)
        names = _names(metric)
        places = sorted(zip(names, range(len(names)), strict=True))
        constant = (*self._constant.values(),)
        head: Callable[[Cell, Began], object]
        shape: TextShape | _ProtobufShapes
        if format.syntax == "protobuf":
            shape, self._read = _protobuf_shape(metric)
            head = partial(_protobuf_head, shape, places, constant)
        else:
            shape, self._read = _shape(metric, format, created)
            head = partial(_head, shape, places, constant)
        self._cache: SeriesCache[Cell, object, object] = SeriesCache(
            cast("SeriesShape[object, object]", shape), head
        )
        self._has_began = created == "shown" and metric.type != "gauge"

    def is_current(self, created: Created) -> bool:
        """Whether it still writes what is wanted: constant labels and `_created` can change."""
        return self._created == created and self._constant == self._metric.constant_labels

    def render(self) -> bytes:
        """The metric as it is now."""
        cells = cast("list[Cell]", self._metric.cells())
        began: list[Began] = [None] * len(cells)
        if self._has_began:  # a reset changes it
            began = [*map(_when_created, cells)]
        return self._cache.write(cells, began, self._read(cells))


def _quick_metric(collector: foreign_collectors.Collector) -> AnyInstrument | None:
    """The collector, if it is a metric that we can render as prometheus_client would."""
    if not isinstance(collector, Instrument):
        return None
    metric = cast("AnyInstrument", collector)
    names = _names(metric)
    is_quick = (
        type(metric).collect is cast("type[AnyInstrument]", Instrument).collect
        and metric.type in ("counter", "gauge", "histogram")
        and all(map(is_legacy_name, (metric.name, *names)))
        and "le" not in names
        and len(set(names)) == len(names)
    )
    return metric if is_quick else None


def _names(metric: AnyInstrument) -> list[str]:
    return [*(label.name for label in metric.signature), *metric.constant_labels]


def _head(
    shape: TextShape,
    places: Sequence[tuple[str, int]],
    constant: tuple[str, ...],
    cell: Cell,
    began: Began,
) -> TextHead:
    """The head of a series, by the names of its labels and the places of their values."""
    values = cell.values + constant
    return shape.head_of([pair(name, values[place]) for name, place in places], began)


def _protobuf_head(
    shape: _ProtobufShapes,
    places: Sequence[tuple[str, int]],
    constant: tuple[str, ...],
    cell: Cell,
    began: Began,
) -> object:
    values = cell.values + constant
    return shape.head((*((name, values[place]) for name, place in places),), began)


def _protobuf_shape(metric: AnyInstrument) -> tuple[_ProtobufShapes, _ReadCells]:
    definition = definition_of(metric)
    shape: _ProtobufShapes
    read: object
    if metric.type == "histogram":
        shape, read = ProtobufHistograms(definition, _unchanged), _exemplified_histograms
    elif metric.type == "counter":
        shape, read = ProtobufCounters(definition), _exemplified_counters
    else:
        shape, read = ProtobufScalars(definition), _snapshots
    return shape, cast("_ReadCells", read)


def _shape(metric: AnyInstrument, format: Format, created: Created) -> tuple[TextShape, _ReadCells]:
    """How the metric's series are written, and what reads their states."""
    shape: TextShape
    read: object
    around = (definition_of(metric), format.syntax, created)
    has_exemplars = format.syntax == "openmetrics"
    if metric.type == "histogram":
        if has_exemplars:
            shape, read = HistogramShape(*around, _unchanged), _exemplified_histograms
        else:
            shape, read = HistogramShape(*around, _without_exemplars), _snapshots
    elif metric.type == "counter" and has_exemplars:
        shape, read = ExemplifiedShape(*around), _exemplified_counters
    else:
        shape, read = ScalarShape(*around), _snapshots
    return shape, cast("_ReadCells", read)


def _snapshots(cells: Iterable[Cell]) -> list[object]:
    return [cell.snapshot() for cell in cells]


def _exemplified_counters(cells: Iterable[CounterCell]) -> list[tuple[float, Exemplar | None]]:
    return [(cell.snapshot(), cell.exemplar) for cell in cells]


def _exemplified_histograms(cells: Iterable[HistogramCell]) -> list[HistogramState]:
    return [(*cell.snapshot(), cell.exemplars) for cell in cells]


def _without_exemplars(snapshot: tuple[Sequence[float], float]) -> HistogramState:
    return (*snapshot, NO_EXEMPLARS)


def _unchanged(state: HistogramState) -> HistogramState:
    return state
