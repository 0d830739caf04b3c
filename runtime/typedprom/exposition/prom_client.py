"""Our metrics as collectors of prometheus_client, and how they enter its registry."""
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias, cast
from weakref import WeakKeyDictionary

# Only modules of prometheus_client that import none of its others: it may be half imported.
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import REGISTRY
from prometheus_client.registry import CollectorRegistry as Registry
from prometheus_client.samples import Exemplar, Sample

from typedprom.core.misuse import log_once, report_misuse
from typedprom.exposition.import_hook import register_waiting, registered
from typedprom.exposition.text_format import number
from typedprom.metrics import self_metrics
from typedprom.metrics.cell import Cell
from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell
from typedprom.metrics.instruments import HistogramKind
from typedprom.metrics.text_cells import InfoCell, StateSetCell

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.exemplars import Exemplar as OurExemplar
    from typedprom.metrics.instruments import Info

__all__ = ["Family", "Registry", "described", "in_memory", "register"]

MULTIPROCESS: Final = "PROMETHEUS_MULTIPROC_DIR"

if not registered:
    registered.append(WeakKeyDictionary())

# One sample of a cell: the suffix of its name, labels that the series lacks, value, exemplar.
CellSample: TypeAlias = tuple[str, Mapping[str, str], float, "OurExemplar | None"]


def register(metrics: Iterable[AnyInstrument], registry: Registry | None) -> None:
    """Make the metrics, and typedprom's own, collectors of the registry."""
    if MULTIPROCESS in os.environ:
        log_once(
            (MULTIPROCESS,),
            lambda: (
                f"{MULTIPROCESS} merges what prometheus_client recorded, nothing of typedprom; "
                "TYPEDPROM_SPOOL_DIR does that for typedprom's metrics"
            ),
        )
    target = REGISTRY if registry is None else registry
    ours = registered[0].setdefault(target, {})
    everything = [*self_metrics.CATALOG.metrics.values(), *metrics]
    if type(target) is Registry and _registered_at_once(everything, target):
        ours.update((metric.name, metric) for metric in everything)
        return
    conflicts = [(each.name, why) for each in everything if (why := _register(each, target, ours))]
    for name, why in conflicts:
        _report(name, why)


def _registered_at_once(metrics: list[AnyInstrument], registry: Registry) -> bool:
    """Do what its `register` does, for all metrics or, where a name is taken, for none.

    `register` compares each metric with all names there are: 1,000 metrics take it 40 ms, longer
    than all the rest.
    """
    try:
        known, taken = registry._collector_to_names, registry._names_to_collectors
        names_of = cast("Callable[[Collector], list[str]]", registry._get_names)
        with registry._lock:
            names: dict[Collector, list[str]] = {
                metric: names_of(metric) for metric in metrics if metric not in known
            }
            collectors = {name: metric for metric, its in names.items() for name in its}
            are_unique = len(collectors) == sum(map(len, names.values()))
            if not are_unique or not taken.keys().isdisjoint(collectors):
                return False
            taken.update(collectors)
            known.update(names)
    except AttributeError:  # another version of prometheus_client
        return False
    return True


def _register(
    metric: AnyInstrument, registry: Registry, ours: dict[str, AnyInstrument]
) -> str | None:
    """Register one metric; if that fails, say why."""
    try:
        registry.register(metric)
    except ValueError as error:
        previous = ours.get(metric.name)
        if previous is not None and previous.shape == metric.shape:
            metric.share(previous)  # the same metric, registered before or imported again
            return None
        return str(error)
    ours[metric.name] = metric
    return None


def _report(name: str, why: str) -> None:
    message = f"`{name}` is not exposed, its name is taken: {why}"
    report_misuse(ValueError, (name, "conflict"), lambda: message)


def described(metric: AnyInstrument) -> Family:
    """The metric without samples. A unit is given only where it is the name's suffix."""
    family = metric.family
    unit = metric.unit if metric.unit and family.endswith("_" + metric.unit) else ""
    return Family(family, metric.help, metric.type, unit)


def in_memory(metric: AnyInstrument) -> Family:
    """The metric with what this process has recorded."""
    family = described(metric)
    names = [label.name for label in metric.signature]
    with_created = shows_created()
    bounds: tuple[str, ...] = ()
    if isinstance(metric, HistogramKind):
        bounds = (*map(number, metric.buckets), "+Inf")
    for values, cell in metric.series():
        labels = {**metric.constant_labels, **dict(zip(names, values, strict=True))}
        for suffix, added, value, exemplar in _samples(cell, bounds):
            if suffix != "_created" or with_created:
                sample = Sample(family.name + suffix, {**labels, **added}, value)
                if exemplar is not None:
                    theirs = Exemplar(dict(exemplar.labels), exemplar.value, exemplar.timestamp)
                    sample = sample._replace(exemplar=theirs)
                family.samples.append(sample)
    return family


def shows_created() -> bool:
    """Whether prometheus_client is told to expose when series began."""
    import prometheus_client.metrics  # not at the top: only its leaves are imported there

    wanted: bool = getattr(prometheus_client.metrics, "_use_created", True)
    return wanted


def _samples(cell: Cell, bounds: tuple[str, ...]) -> Iterator[CellSample]:
    if isinstance(cell, CounterCell):
        yield "_total", {}, cell.snapshot(), cell.exemplar
        yield "_created", {}, cell.created, None
    elif isinstance(cell, GaugeCell):
        value = cell.snapshot()
        if value is not None:
            yield "", {}, value, None
    elif isinstance(cell, HistogramCell):
        yield from _histogram_samples(cell, bounds)
    elif isinstance(cell, InfoCell):
        values = cell.snapshot()
        if values is not None:
            names = [label.name for label in cast("Info", cell.metric).info_labels]
            yield "_info", dict(zip(names, values, strict=True)), 1.0, None
    elif isinstance(cell, StateSetCell):
        states = cast("StateSetCell[str]", cell)
        current = states.snapshot()
        for state in dict.fromkeys((*states.states, current)):
            yield "", {cell.metric.name: state}, float(state == current), None


def _histogram_samples(cell: HistogramCell, bounds: tuple[str, ...]) -> Iterator[CellSample]:
    buckets, total = cell.snapshot()
    count = 0.0
    for index, (bound, bucket) in enumerate(zip(bounds, buckets, strict=True)):
        count += bucket
        yield "_bucket", {"le": bound}, count, cell.exemplars.get(index)
    yield "_count", {}, count, None
    if cell.bounds[0] >= 0.0:  # a sum that can fall would look like a counter's reset
        yield "_sum", {}, total, None
    yield "_created", {}, cell.created, None


register_waiting()
