"""Showing: the sums as families, each name once, by its newest definition."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from typedprom.metrics.definition import Definition, Family, Labels, Numbers
from typedprom.spool.combining import Part, add_up
from typedprom.spool.gauges import combined


@dataclass(frozen=True, slots=True)
class Hidden:
    """A metric that is not shown, because a newer one has taken its name. Its series are kept."""

    name: str
    type: str
    newer_name: str
    newer_type: str
    series: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The families that have series, sorted by name, and what they hide."""

    families: list[Family]
    hidden: list[Hidden] = field(default_factory=list[Hidden])


def shown(parts: Iterable[Part]) -> Shown:
    """What to show of these parts. The families share their numbers with them."""
    taken: dict[str, Definition] = {}
    groups: dict[str, list[Part]] = {}
    hidden: list[Hidden] = []
    ordered = sorted(parts, key=_declared)  # of those declared at once the later one last
    for part in reversed(ordered):
        definition = part.definition
        newer = taken.get(definition.name) or taken.get(definition.family)
        if newer is None:
            taken[definition.name] = taken[definition.family] = definition
            groups[definition.name] = [part]
        elif (newer.name, newer.type) == (definition.name, definition.type):
            groups[definition.name].append(part)
        elif part.series:
            hidden.append(_hidden(definition, newer, len(part.series)))
    families = [_family(group) for group in groups.values()]
    families.sort(key=lambda family: (family.definition.family, family.definition.name))
    return Shown([family for family in families if family.series], hidden)


def _family(parts: Sequence[Part]) -> Family:
    newest, *older = parts
    definition = newest.definition
    series = dict(newest.series) if older else newest.series
    for part in older:
        if definition.type == "histogram":
            add_up(series, _rebucketed(part, definition.buckets))
        else:  # a stateset
            for labels, numbers in _restated(part, definition.states):
                before = series.get(labels)
                series[labels] = numbers if before is None else combined(numbers, before, "last")
    return Family(definition, series)


def _rebucketed(part: Part, bounds: tuple[float, ...]) -> Iterator[tuple[Labels, Numbers]]:
    """The observations of each bucket in the least bucket of `bounds` that holds all of them."""
    places = [bisect_left(bounds, bound) for bound in part.definition.buckets]
    for labels, (moment, *counts, total) in part.series.items():
        buckets = [0.0] * (len(bounds) + 1)
        buckets[-1] = counts.pop()
        for place, count in zip(places, counts, strict=True):
            buckets[place] += count
        yield labels, [moment, *buckets, total]


def _restated(part: Part, states: tuple[str, ...]) -> Iterator[tuple[Labels, Numbers]]:
    """The state by its place in `states`; one that is gone is not valid any more."""
    places = {name: float(place) for place, name in enumerate(states)}
    for labels, (moment, place) in part.series.items():
        name = part.definition.states[int(place)] if place >= 0 else ""
        yield labels, [moment, places.get(name, -1.0)]


def _hidden(old: Definition, newer: Definition, series: int) -> Hidden:
    return Hidden(old.name, old.type, newer.name, newer.type, series)


def _declared(part: Part) -> float:
    return part.declared
