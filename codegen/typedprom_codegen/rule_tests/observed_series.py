"""Series of a test: what is scraped of them, and the events that they truly count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from typedprom_codegen.rule_tests.promtool_file import InputSeries, series_text

Number = int | Decimal
Point = tuple[int, Number | None]
"""From a second on, the value that each scrape finds; None: the series is not there."""
Event = tuple[int, int]
"""A second, and how many things happened then."""


@dataclass(frozen=True, slots=True)
class ObservedSeries:
    """A series as it is scraped, and what happened: what its rules ought to know."""

    name: str
    labels: Mapping[str, str]
    points: Sequence[Point]
    events: Sequence[Event] = ()

    def happened(self, after: int, until: int) -> int:
        """How much was counted later than `after`, and not later than `until`."""
        return sum(count for time, count in self.events if after < time <= until)

    def value(self, time: int) -> Number | None:
        """What the latest scrape found; None: nothing."""
        found = [value for since, value in self.points if since <= time]
        return found[-1] if found else None

    def until(self, time: int) -> ObservedSeries:
        """The same, gone from a second on."""
        return replace(self, points=[*self.points, (time, None)])

    def without_birth(self) -> ObservedSeries:
        """The same, for who does not know that it was born: what it began with does not count."""
        return replace(self, events=self.events[self.points[0][0] > 0 :])

    def is_counted(self, interval: int, after: int, until: int) -> bool:
        """Whether its increase is known: something happened, or a scrape can be compared."""
        times = range(after - after % interval + interval, until + 1, interval)
        scraped = sum(self.value(time) is not None for time in times)
        was_there = any(time <= after and value is not None for time, value in self.points)
        return scraped > 1 or (scraped and was_there) or self.happened(after, until) > 0

    def input(self, interval: int, end: int) -> InputSeries:
        """Its samples every `interval` seconds up to `end`."""
        return InputSeries(series_text(self.name, self.labels), samples(self.points, interval, end))


def counting(
    name: str, labels: Mapping[str, str], events: Sequence[Event], *, since: int = 0, base: int = 0
) -> ObservedSeries:
    """A counter that is `base` when it is first scraped, and counts events afterwards."""
    return ObservedSeries(name, labels, _counted(base, since, events), events)


def born(name: str, labels: Mapping[str, str], events: Sequence[Event]) -> ObservedSeries:
    """A counter that does not exist before its first event."""
    (first, count), *later = events
    return ObservedSeries(name, labels, _counted(count, first, later), events)


def reset(
    name: str, labels: Mapping[str, str], events: Sequence[Event], *, base: int, time: int
) -> ObservedSeries:
    """A counter that begins again at zero at a second, without an event."""
    earlier = [event for event in events if event[0] < time]
    later = [event for event in events if event[0] >= time]
    return ObservedSeries(
        name, labels, [*_counted(base, 0, earlier), *_counted(0, time, later)], events
    )


def away(
    name: str, labels: Mapping[str, str], events: Sequence[Event], *, base: int, gone: int
) -> ObservedSeries:
    """A counter that is not there from `gone` to its first event, and goes on with its total."""
    (first, count), *later = events
    points = [(0, base), (gone, None), *_counted(base + count, first, later)]
    return ObservedSeries(name, labels, points, events)


def _counted(base: int, since: int, events: Sequence[Event]) -> list[Point]:
    total, points = base, [(since, base)]
    for time, count in events:
        total += count
        points.append((time, total))
    return [*points]


def samples(points: Sequence[Point], interval: int, end: int) -> str:
    """promtool's notation of samples from second 0 on."""
    until = [time for time, _ in points[1:]] + [end + interval]
    words = [_gap(points[0][0] // interval)] if points else []
    missing = _gap
    for (time, value), next_time in zip(points, until, strict=True):
        count = -(-next_time // interval) - -(-time // interval)
        if count > 0:
            words.append(missing(count) if value is None else _run(value, count))
            missing = _gap if value is None else _end
    return " ".join(word for word in words if word)


def _run(value: Number, count: int) -> str:
    return f"{value}x{count - 1}" if count > 1 else f"{value}"


def _end(count: int) -> str:
    """Samples that are missing after there were some: the first is marked as stale."""
    return f"stale {_gap(count - 1)}".strip()


def _gap(count: int) -> str:
    return f"_x{count}" if count else ""
