"""The metrics that recording rules make, with the types of the rules' expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from typedprom_codegen.ir import MetricType
from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parsed
from typedprom_codegen.promql.query import Query
from typedprom_codegen.queries import bounds, label_sets
from typedprom_codegen.queries.infer import types_of
from typedprom_codegen.queries.known import KnownMetric, KnownSeries, Recorded, Series, SeriesPart
from typedprom_codegen.queries.label_sets import Labels
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.sources.source_query import RecordedMetric, SourceQuery

ORIGIN: Final = "a recording rule"
_MOST_STEPS: Final = 4
"""Of rules that use each other's metrics; what takes more steps is unknown."""


def with_recorded(known: KnownSeries, sources: Iterable[SourceQuery]) -> KnownSeries:
    """The known series, with those that the recording rules among these queries make.

    A metric that is declared stays as it is declared.
    """
    rules = [
        (source.record, parsed(source.text))
        for source in sources
        if source.record is not None and known.get(source.record.name) is None
    ]
    names = {record.name for record, _ in rules}
    uses = [names & _selected(query) for _, query in rules]
    found: list[Recorded] = [Recorded()] * len(rules)
    for step in range(_MOST_STEPS if rules else 0):
        current = _added(known, rules, found)
        again = [
            _recorded(rule, current) if not step or used else before
            for rule, used, before in zip(rules, uses, found, strict=True)
        ]
        if step and again == found:
            return current
        found = again
    unsettled = [Recorded() if used else each for used, each in zip(uses, found, strict=True)]
    return _added(known, rules, unsettled) if rules else known


_Rule = tuple[RecordedMetric, Query | None]


def _selected(query: Query | None) -> set[str]:
    """The names of metrics in a query."""
    nodes = query.nodes if query else ()
    return {node.name for node in nodes if isinstance(node, Selector) and node.name}


def _recorded(rule: _Rule, known: KnownSeries) -> Recorded:
    """What is known about the values that a rule writes."""
    record, query = rule
    if query is None:
        return Recorded()
    found = types_of(query, known)[query.root]
    if found.kind is not Kind.INSTANT:
        labels = label_sets.NONE if found.kind is Kind.SCALAR else label_sets.UNKNOWN
    else:
        labels = replace(found.labels, gone={})
    for name in record.labels:
        labels = labels.having(name)
    return Recorded(found.meaning, labels, found.unit, found.bounds, found.buckets, found.is_native)


def _added(known: KnownSeries, rules: list[_Rule], found: list[Recorded]) -> KnownSeries:
    by_name: dict[str, Recorded] = {}
    for (record, _), recorded in zip(rules, found, strict=True):
        before = by_name.get(record.name)
        by_name[record.name] = recorded if before is None else _either(before, recorded)
    series = {name: _series(name, recorded) for name, recorded in by_name.items()}
    return replace(known, by_name={**series, **known.by_name})


def _either(one: Recorded, other: Recorded) -> Recorded:
    """What is known about a metric that two rules make."""
    return Recorded(
        one.meaning if one.meaning is other.meaning else Meaning.UNKNOWN,
        label_sets.either(one.labels, other.labels),
        one.unit if one.unit == other.unit else None,
        one.bounds if one.bounds == other.bounds else bounds.ANY,
        one.buckets if one.buckets == other.buckets else None,
        one.is_native and other.is_native,
    )


def _series(name: str, recorded: Recorded) -> Series:
    return Series(name, _metric(name, recorded), SeriesPart.VALUE)


def _metric(name: str, recorded: Recorded) -> KnownMetric:
    return KnownMetric(
        name=name,
        type=MetricType.UNKNOWN,
        unit=None,
        labels=_values(recorded.labels),
        buckets=None,
        is_native=recorded.is_native,
        is_whole=not recorded.labels.is_open,
        origin=ORIGIN,
        declared=None,
        recorded=recorded,
    )


def _values(labels: Labels) -> Mapping[str, frozenset[str] | None]:
    return {name: labels.values.get(name) for name in labels.possible}
