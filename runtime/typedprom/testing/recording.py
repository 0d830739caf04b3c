"""What tests assert with: `recorded(…)` and `only_recorded(…)`, and the recordings they give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, ParamSpec, Protocol, TypeVar, cast, overload

from typedprom.core.misuse import safe_repr
from typedprom.core.variables import DISABLED, IS_DISABLED
from typedprom.metrics.cell import Cell, Values
from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell
from typedprom.metrics.instrument import Instrument
from typedprom.metrics.instruments import CounterKind, GaugeKind, HistogramKind, Info, StateSetKind
from typedprom.metrics.labels import INVALID, OVERFLOW, ClosedLabel, Label
from typedprom.metrics.text_cells import StateSetCell, StateT
from typedprom.testing.reading import (
    NOTHING,
    Change,
    Distribution,
    Snapshot,
    braced,
    bucket_growth,
    distribution,
    info_values,
    number,
    snapshot,
)

if TYPE_CHECKING:
    from typing import Self

    from typedprom.metrics.cell import AnyInstrument

__tracebackhide__ = True  # pytest shows the line that is wrong instead

P = ParamSpec("P")
CellT_co = TypeVar("CellT_co", covariant=True)
StateT_co = TypeVar("StateT_co", bound=str, covariant=True)

MOST_SHOWN: Final = 20  # lines of one group in a report


class Figure(float):
    """A float that knows the recording it was read from, for the report of a failed assertion."""

    __slots__ = ("recording",)
    recording: Recording

    def __new__(cls, value: float, recording: Recording) -> Self:  # noqa: D102 - as the class says
        figure = super().__new__(cls, value)
        figure.recording = recording
        return figure

    def __reduce__(self) -> tuple[type[float], tuple[float]]:
        return float, (float(self),)  # metrics are not copied


@dataclass(slots=True)
class Span:
    """The snapshots at the start and at the end: without a block, of nothing and of now.

    `take` takes them, and `nothing` is what a report says where they are the same.
    """

    before: Snapshot = NOTHING
    after: Snapshot | None = None
    take: Callable[[AnyInstrument], Snapshot] = snapshot
    nothing: str = "no series of any metric changed"


class Recording:
    """What was recorded into the series of `metric` that have `labels`.

    In a `with` block: since its start, and until its end. Without a block: all that is recorded,
    under the pytest plugin since the test began.
    """

    __slots__ = ("_span", "labels", "metric")

    def __init__(
        self, metric: AnyInstrument, labels: Mapping[str, object], span: Span | None = None
    ) -> None:
        self.metric = metric
        self.labels = _checked_labels(metric, labels)
        self._span = Span() if span is None else span

    def __enter__(self) -> Self:
        self._span.before, self._span.after = self._span.take(self.metric), None
        return self

    def __exit__(self, *_: object) -> None:
        self._span.after = self._span.take(self.metric)

    def where(self, **labels: str) -> Self:
        """The same recording, of those series only that also have these labels."""
        return type(self)(self.metric, {**self.labels, **labels}, self._span)

    def assert_nothing_else(self) -> None:
        """Fail if a series of any catalog changed that is not of this recording."""
        if any(not self._has(change) for change in self._changes()):
            raise AssertionError(f"more changed than {self.name}\n{self}")

    @property
    def name(self) -> str:
        """The metric and the labels, as an exposition writes them."""
        return self.metric.name + braced(self.labels)

    def report(self) -> list[str]:
        """What changed, as lines: these series, others of the metric, other metrics."""
        if IS_DISABLED:
            return [f"nothing is recorded: {DISABLED} is set"]
        changes = self._changes()
        if not changes:
            return [self._span.nothing]
        selected = [each for each in changes if self._has(each)]
        siblings = [each for each in changes if each.metric is self.metric and each not in selected]
        others = [each for each in changes if each.metric is not self.metric]
        return [
            *self._report_of(selected),
            *_group(f"other series of {self.metric.name}:", list(map(_without_name, siblings))),
            *_group("other metrics:", list(map(str, others))),
        ]

    def _report_of(self, changes: list[Change]) -> Iterator[str]:
        if not changes:
            yield f"{self.name} did not change"
        elif [change.labels for change in changes] == [self.labels]:
            yield str(changes[0])
        else:
            yield from _group(f"{self.name} changed:", list(map(_without_name, changes)))

    def __str__(self) -> str:
        return "\n".join(self.report())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def _has(self, change: Change) -> bool:
        return change.metric is self.metric and self._selects(change.values)

    def _selects(self, values: Values) -> bool:
        names = (label.name for label in self.metric.signature)
        return self.labels.items() <= dict(zip(names, values, strict=True)).items()

    def _changes(self) -> list[Change]:
        return self._end().changes(self._span.before)

    def _end(self) -> Snapshot:
        return self._span.take(self.metric) if self._span.after is None else self._span.after

    def _selected(self, when: Snapshot) -> list[object]:
        states = when.of(self.metric).items()
        return [state for values, state in states if state is not None and self._selects(values)]

    def _only_state(self) -> object:
        """The state of the one series there is."""
        after = self._selected(self._end())
        if len(after) != 1:
            raise AssertionError(f"{self.name} has {len(after)} series\n{self}")
        return after[0]


class _NumberRecording(Recording):
    __slots__ = ()

    @property
    def delta(self) -> float:
        """By how much it grew, over all series together; one that is absent counts as 0."""
        before, after = self._selected(self._span.before), self._selected(self._end())
        return Figure(sum(map(number, after)) - sum(map(number, before)), self)


class CounterRecording(_NumberRecording):
    """What a counter recorded."""

    __slots__ = ()


class GaugeRecording(_NumberRecording):
    """What a gauge recorded."""

    __slots__ = ()

    @property
    def value(self) -> float:
        """Its value, all series added up; an AssertionError if there are no series."""
        after = self._selected(self._end())
        if not after:
            raise AssertionError(f"{self.name} has no value\n{self}")
        return Figure(sum(map(number, after)), self)


class HistogramRecording(Recording):
    """What a histogram recorded."""

    __slots__ = ()

    @property
    def count(self) -> float:
        """How many observations were made, over all series together."""
        return Figure(sum(self.buckets.values()), self)

    @property
    def sum(self) -> float:
        """What the observations add up to, in the metric's unit."""
        return Figure(self._total(self._end())[1] - self._total(self._span.before)[1], self)

    @property
    def buckets(self) -> dict[float, float]:
        """How many observations each bucket got that got any, by its upper bound; not cumulated."""
        before, after = self._total(self._span.before), self._total(self._end())
        return bucket_growth(cast("HistogramKind[object]", self.metric).buckets, before, after)

    def _total(self, when: Snapshot) -> Distribution:
        states = [distribution(state) for state in self._selected(when)]
        each = zip(*(buckets for buckets, _ in states), strict=True)
        return [sum(counts) for counts in each], sum(total for _, total in states)


class InfoRecording(Recording):
    """The info labels that were set."""

    __slots__ = ()

    @property
    def said(self) -> dict[str, str]:
        """Its info labels now, by name; an AssertionError unless there is one series."""
        return info_values(cast("Info", self.metric), self._only_state())


class StateSetRecording(Recording, Generic[StateT_co]):
    """The state that was set."""

    __slots__ = ()

    @property
    def state(self) -> StateT_co:
        """The state it is in; an AssertionError unless there is one series."""
        return cast("StateT_co", self._only_state())


def _without_name(change: Change) -> str:
    return f"{braced(change.labels)} {change.difference}"


def _group(title: str, lines: list[str]) -> Iterator[str]:
    """A title and indented lines, not too many; nothing where there are none."""
    if lines:
        yield title
        yield from (f"  {line}" for line in lines[:MOST_SHOWN])
    if len(lines) > MOST_SHOWN:
        yield f"  and {len(lines) - MOST_SHOWN} more"


def _checked_labels(metric: AnyInstrument, labels: Mapping[str, object]) -> dict[str, str]:
    """The labels, if series of the metric can have them: else a TypeError or ValueError."""
    by_name = {label.name: label for label in metric.signature}
    for name in labels:
        if name not in by_name:
            names = f"its labels are {', '.join(by_name)}" if by_name else "it has none"
            closest = _closest(name, list(by_name))
            raise TypeError(f"`{metric.name}` has no label `{name}`{closest}; {names}")
    return {name: _checked_value(metric, by_name[name], value) for name, value in labels.items()}


def _checked_value(metric: AnyInstrument, label: Label, value: object) -> str:
    where = f"label `{label.name}` of `{metric.name}`"
    if not isinstance(value, str):
        raise TypeError(f"{where} takes a str, not {safe_repr(value)}")
    text = str.__str__(value)  # of an enum its value
    if text not in (INVALID, OVERFLOW) and not label.allows(text):
        closest = _closest(text, label.values if isinstance(label, ClosedLabel) else ())
        raise ValueError(f"{text!r} is not a value of {where}{closest}; {label.takes}")
    return text


def _closest(word: str, words: Sequence[str]) -> str:
    from difflib import get_close_matches  # here: it takes milliseconds

    matches = get_close_matches(word, words, n=1)
    return f" (did you mean `{matches[0]}`?)" if matches else ""


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
    recording = _RECORDINGS.get(known.type, Recording)(known, labels)
    if labels and len(labels) < len(known.signature):
        names = ", ".join(label.name for label in known.signature if label.name not in labels)
        raise TypeError(
            f"`{known.name}` also has the label {names}: give all labels, or some of them to "
            "`recorded(METRIC).where(…)`"
        )
    return recording


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
        changes = snapshot().changes(self._before)
        others = [str(change) for change in changes if change.metric not in self._metrics]
        if others and error is None:
            named = " and ".join(metric.name for metric in self._metrics)
            what = f"more than {named} changed:" if named else "something changed:"
            raise AssertionError("\n".join(_group(what, others)))
