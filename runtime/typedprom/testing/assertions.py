"""The sentences that tests are written in: `recorded(…)` and `only_recorded(…)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, ParamSpec, Protocol, TypeVar, cast, overload

from typedprom.metrics.cell import Cell
from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell
from typedprom.metrics.instrument import Instrument
from typedprom.metrics.instruments import CounterKind, GaugeKind, HistogramKind, Info, StateSetKind
from typedprom.metrics.text_cells import StateSetCell, StateT
from typedprom.testing.reading import NOTHING, snapshot
from typedprom.testing.recording import (
    CounterRecording,
    GaugeRecording,
    HistogramRecording,
    InfoRecording,
    Recording,
    StateSetRecording,
    group,
)

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument

__tracebackhide__ = True  # pytest shows the line that is wrong instead

P = ParamSpec("P")
CellT_co = TypeVar("CellT_co", covariant=True)


class Labelled(Protocol[P, CellT_co]):
    """A metric with labels: what `labels()` takes, `recorded` takes too."""

    def labels(self, *args: P.args, **kwargs: P.kwargs) -> CellT_co:
        """The series of these labels."""
        ...


@overload
def recorded(
    metric: Labelled[P, CounterCell], /, *args: P.args, **labels: P.kwargs
) -> CounterRecording: ...
@overload
def recorded(
    metric: Labelled[P, GaugeCell], /, *args: P.args, **labels: P.kwargs
) -> GaugeRecording: ...
@overload
def recorded(
    metric: Labelled[P, HistogramCell], /, *args: P.args, **labels: P.kwargs
) -> HistogramRecording: ...
@overload
def recorded(
    metric: Labelled[P, StateSetCell[StateT]], /, *args: P.args, **labels: P.kwargs
) -> StateSetRecording[StateT]: ...
@overload
def recorded(metric: CounterKind[object], /) -> CounterRecording: ...
@overload
def recorded(metric: GaugeKind[object], /) -> GaugeRecording: ...
@overload
def recorded(metric: HistogramKind[object], /) -> HistogramRecording: ...
@overload
def recorded(metric: StateSetKind[object, StateT], /) -> StateSetRecording[StateT]: ...
@overload
def recorded(metric: Info, /) -> InfoRecording: ...
def recorded(metric: object, /, *args: object, **labels: object) -> Recording:
    """What a metric records in a `with` block, or has recorded so far.

        with recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp") as r:
            fetch("kexp")
        assert r.delta == 1

    With the labels of one series it is that series; with none, all series together. Some of the
    labels, and the other series together, is `recorded(METRIC).where(source_id="kexp")`. Type
    checkers know the labels of each metric; at run time a wrong label name is a TypeError, a value
    outside a closed set or pattern a ValueError.
    """
    if isinstance(metric, Cell):
        raise TypeError(f"{metric!r} is one series: use recorded(METRIC, …), with its labels")
    if not isinstance(metric, Instrument):
        raise TypeError(f"{metric!r} is not a metric of a typedprom catalog")
    known = cast("AnyInstrument", metric)
    if args:
        raise TypeError(f"labels of `{known.name}` are given by name, unlike {args[0]!r}")
    found = _RECORDINGS.get(known.type, Recording)(known, labels)
    if labels and len(labels) < len(known.signature):
        names = ", ".join(label.name for label in known.signature if label.name not in labels)
        raise TypeError(
            f"`{known.name}` also has the label {names}: give all labels, or some of them to "
            "`recorded(METRIC).where(…)`"
        )
    return found


_RECORDINGS: Final[dict[str, type[Recording]]] = {
    "counter": CounterRecording,
    "gauge": GaugeRecording,
    "histogram": HistogramRecording,
    "info": InfoRecording,
    "stateset": StateSetRecording,
}


class only_recorded:  # noqa: N801 - a word in a sentence: `with only_recorded(HEARTBEAT):`
    """Fail with an AssertionError if any other metric of any catalog changes in the block."""

    __slots__ = ("_before", "_metrics")

    def __init__(self, *metrics: AnyInstrument) -> None:
        self._metrics = metrics
        self._before = NOTHING

    def __enter__(self) -> None:
        self._before = snapshot()

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        __tracebackhide__ = True
        changes = snapshot().changes(self._before)
        others = [str(change) for change in changes if change.metric not in self._metrics]
        if others and error is None:
            named = " and ".join(metric.name for metric in self._metrics)
            what = f"more than {named} changed:" if named else "something changed:"
            raise AssertionError("\n".join(group(what, others)))
