"""Recordings: what one metric, or some of its series, recorded in a `with` block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from typedprom.core import variables
from typedprom.core.misuse import safe_repr
from typedprom.core.variables import IS_DISABLED
from typedprom.metrics.cell import Values
from typedprom.metrics.labels import INVALID, OVERFLOW, ClosedLabel, Label
from typedprom.testing.reading import (
    NOTHING,
    Change,
    Distribution,
    Snapshot,
    braced,
    distribution,
    grown,
    number,
    said,
    series_name,
    snapshot,
)

if TYPE_CHECKING:
    from typing import Self

    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.instruments import HistogramKind, Info

StateT_co = TypeVar("StateT_co", bound=str, covariant=True)

MOST_SHOWN: Final = 20  # lines of one group in a report


class Figure(float):
    """A float that knows the recording it was read from, for the report of a failed assertion."""

    __slots__ = ("_recording",)
    _recording: Recording

    @classmethod
    def of(cls, value: float, recording: Recording) -> Figure:
        """`value`, read from `recording`."""
        figure = cls(value)
        figure._recording = recording
        return figure

    def report(self) -> list[str]:
        """What was recorded, as lines."""
        return self._recording.report()

    def __reduce__(self) -> tuple[type[float], tuple[float]]:
        return float, (float(self),)  # metrics are not copied


class Span:
    """What was recorded before and after; without them, at the start and now."""

    __slots__ = ("after", "before")

    def __init__(self) -> None:
        self.before: Snapshot = NOTHING
        self.after: Snapshot | None = None


class Recording:
    """What was recorded into the series of `metric` that have `labels`.

    It is what happened in its `with` block, up to now while the block runs. Without a block it is
    all that is recorded: under the pytest plugin, since the test began.
    """

    __slots__ = ("_span", "labels", "metric")

    def __init__(
        self, metric: AnyInstrument, labels: Mapping[str, object], span: Span | None = None
    ) -> None:
        self.metric = metric
        self.labels = checked(metric, labels)
        self._span = Span() if span is None else span

    def __enter__(self) -> Self:
        self._span.before, self._span.after = snapshot(self.metric), None
        return self

    def __exit__(self, *_: object) -> None:
        self._span.after = snapshot(self.metric)

    def where(self, **labels: str) -> Self:
        """The same recording, of those series only that also have these labels."""
        return type(self)(self.metric, {**self.labels, **labels}, self._span)

    def assert_nothing_else(self) -> None:
        """Fail if a series of any catalog changed that is not of this recording."""
        __tracebackhide__ = True
        if any(not self._has(change) for change in self._changes()):
            raise AssertionError(f"more changed than {self.name}\n{self}")

    @property
    def name(self) -> str:
        """The metric and the labels, as an exposition writes them."""
        return series_name(self.metric, self.labels)

    def report(self) -> list[str]:
        """What changed, as lines: these series, others of the metric, other metrics."""
        if IS_DISABLED:
            return [f"nothing is recorded: {variables.DISABLED} is set"]
        changes = self._changes()
        if not changes:
            return ["no series of any metric changed"]
        mine = [each for each in changes if self._has(each)]
        siblings = [each for each in changes if each.metric is self.metric and each not in mine]
        others = [each for each in changes if each.metric is not self.metric]
        return [
            *self._report_of(mine),
            *group(f"other series of {self.metric.name}:", list(map(_without_name, siblings))),
            *group("other metrics:", list(map(str, others))),
        ]

    def _report_of(self, mine: list[Change]) -> Iterator[str]:
        if not mine:
            yield f"{self.name} did not change"
        elif [change.labels for change in mine] == [self.labels]:
            yield str(mine[0])
        else:
            yield from group(f"{self.name} changed:", list(map(_without_name, mine)))

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
        return snapshot(self.metric) if self._span.after is None else self._span.after

    def _selected(self, when: Snapshot) -> list[object]:
        found = when.of(self.metric).items()
        return [state for values, state in found if state is not None and self._selects(values)]

    def _only(self) -> object:
        """What the one series says."""
        __tracebackhide__ = True
        after = self._selected(self._end())
        if len(after) != 1:
            raise AssertionError(f"{self.name} has {len(after)} series\n{self}")
        return after[0]

    def _figure(self, value: float) -> float:
        return Figure.of(value, self)


class CounterRecording(Recording):
    """What a counter recorded."""

    __slots__ = ()

    @property
    def delta(self) -> float:
        """By how much it grew, over all series together."""
        before, after = self._selected(self._span.before), self._selected(self._end())
        return self._figure(sum(map(number, after)) - sum(map(number, before)))


class GaugeRecording(Recording):
    """What a gauge recorded."""

    __slots__ = ()

    @property
    def value(self) -> float:
        """Its value, all series added up; an AssertionError if there is no series."""
        __tracebackhide__ = True
        after = self._selected(self._end())
        if not after:
            raise AssertionError(f"{self.name} has no value\n{self}")
        return self._figure(sum(map(number, after)))

    @property
    def delta(self) -> float:
        """By how much it grew, over all series together; one that is absent counts as 0."""
        before, after = self._selected(self._span.before), self._selected(self._end())
        return self._figure(sum(map(number, after)) - sum(map(number, before)))


class HistogramRecording(Recording):
    """What a histogram recorded."""

    __slots__ = ()

    @property
    def count(self) -> float:
        """How many observations were made, over all series together."""
        return self._figure(sum(self.buckets.values()))

    @property
    def sum(self) -> float:
        """What the observations add up to, in the metric's unit."""
        return self._figure(self._total(self._end())[1] - self._total(self._span.before)[1])

    @property
    def buckets(self) -> dict[float, float]:
        """How many observations each bucket got that got any, by its upper bound; not cumulated."""
        before, after = self._total(self._span.before), self._total(self._end())
        return grown(cast("HistogramKind[object]", self.metric).buckets, before, after)

    def _total(self, when: Snapshot) -> Distribution:
        states = [distribution(state) for state in self._selected(when)]
        each = zip(*(buckets for buckets, _ in states), strict=True)
        return [sum(counts) for counts in each], sum(total for _, total in states)


class InfoRecording(Recording):
    """What an info said."""

    __slots__ = ()

    @property
    def said(self) -> dict[str, str]:
        """What it says now, by the names of its info labels; an AssertionError if nothing."""
        __tracebackhide__ = True
        return said(cast("Info", self.metric), self._only())


class StateSetRecording(Recording, Generic[StateT_co]):
    """What a stateset recorded."""

    __slots__ = ()

    @property
    def state(self) -> StateT_co:
        """The state it is in; an AssertionError if there is no series."""
        __tracebackhide__ = True
        return cast("StateT_co", self._only())


def _without_name(change: Change) -> str:
    return f"{braced(change.labels)} {change.difference}"


def group(title: str, lines: list[str]) -> Iterator[str]:
    """A title and indented lines, not too many; nothing where there are none."""
    if lines:
        yield title
        yield from (f"  {line}" for line in lines[:MOST_SHOWN])
    if len(lines) > MOST_SHOWN:
        yield f"  and {len(lines) - MOST_SHOWN} more"


def checked(metric: AnyInstrument, labels: Mapping[str, object]) -> dict[str, str]:
    """The labels, if series of the metric can have them: else a TypeError or ValueError."""
    by_name = {label.name: label for label in metric.signature}
    for name in labels:
        if name not in by_name:
            raise TypeError(_unknown(metric, name, list(by_name)))
    return {name: _checked(metric, by_name[name], value) for name, value in labels.items()}


def _checked(metric: AnyInstrument, label: Label, value: object) -> str:
    where = f"label `{label.name}` of `{metric.name}`"
    if not isinstance(value, str):
        raise TypeError(f"{where} takes a str, not {safe_repr(value)}")
    text = str.__str__(value)  # of an enum its value
    if text not in (INVALID, OVERFLOW) and not label.allows(text):
        values = label.values if isinstance(label, ClosedLabel) else ()
        closest = _closest(text, values)
        raise ValueError(f"{text!r} is not a value of {where}{closest}: {label.takes}")
    return text


def _unknown(metric: AnyInstrument, name: str, names: list[str]) -> str:
    has = f"its labels are {', '.join(names)}" if names else "it has none"
    return f"`{metric.name}` has no label `{name}`{_closest(name, names)}: {has}"


def _closest(word: str, words: Sequence[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(word, words, n=1)
    return f"; did you mean `{found[0]}`?" if found else ""
