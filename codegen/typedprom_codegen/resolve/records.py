"""Resolves `records:`, the recording rules that the catalog declares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import isnan

from typedprom_codegen import raw
from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.diagnostics import Related
from typedprom_codegen.ir import CatalogQuery, Metric, Record, RecordedValue, RecordTest, TestSeries
from typedprom_codegen.message_parts import quoted
from typedprom_codegen.resolve.quantities import plain
from typedprom_codegen.resolve.rule_entries import RuleEntry, RuleScope, seconds
from typedprom_codegen.resolve.series_names import exposed
from typedprom_codegen.sources.yaml_place import YamlPlace


def resolve_records(within: RuleScope) -> tuple[Record, ...]:
    """The records, by component and file order."""
    return tuple(_all(within))


def _all(within: RuleScope) -> Iterator[Record]:
    exposing = {name: metric for metric in within.catalog.metrics() for name in exposed(metric)}
    for file, component in within.homes():
        for name, record in (file.raw.records or {}).items():
            entry = RuleEntry(file, ("records", name), f"record `{name}`", component, within)
            _check_name(name, entry, exposing)
            yield Record(
                name=name,
                query=CatalogQuery(
                    name=name,
                    expr=record.expr,
                    place=YamlPlace(file.source, (*entry.path, "expr")),
                    where=entry.where,
                ),
                component=component.name if component else None,
                help=record.help,
                tests=_tests(record.tests or (), entry),
                span=entry.span,
                where=entry.where,
                suppressions=entry.suppressions(record.suppress),
            )


def _check_name(name: str, entry: RuleEntry, exposing: dict[str, Metric]) -> None:
    metric = exposing.get(name)
    if metric is not None:
        entry.report(
            codes.BAD_RECORD,
            f"{entry.called} has the name of a series of metric `{metric.key}`",
            help="rename it: `level:metric:operation`",
            related=[Related(metric.span, f"`{metric.key}` is declared here")],
        )
    elif ":" not in name:
        entry.report(
            codes.BAD_RECORD,
            f"the name of {entry.called} has no colon",
            help="rename it: `level:metric:operation`, such as `country:shop_orders_placed:rate5m`",
        )


def _tests(tests: Sequence[raw.RecordTest], entry: RuleEntry) -> tuple[RecordTest, ...]:
    for index, test in enumerate(tests):
        _check_test(test, index, entry)
    return tuple(
        RecordTest(
            name=test.name,
            input=tuple(TestSeries(each.series, each.values) for each in test.series),
            gives=tuple(map(_given, test.gives or ())),
            empty=tuple(map(seconds, test.empty or ())),
        )
        for test in tests
    )


def _given(value: raw.RecordedValue) -> RecordedValue:
    labels = tuple((value.labels or {}).items())
    return RecordedValue(seconds(value.at), labels, plain(Decimal(repr(value.value))))


def _check_test(test: raw.RecordTest, index: int, entry: RuleEntry) -> None:
    called = f"the test {quoted(test.name)} of {entry.called}"
    if not test.gives and not test.empty:
        entry.report(
            codes.BAD_RECORD,
            f"{called} expects nothing",
            *("tests", index, "name"),
            help="add what it `gives`, or the times at which it is `empty`",
        )
    empty = {seconds(time) for time in test.empty or ()}
    seen = set[tuple[int, frozenset[tuple[str, str]]]]()
    for number, value in enumerate(test.gives or ()):
        time, labels = seconds(value.at), frozenset((value.labels or {}).items())
        if isnan(value.value):
            problem, help = "gives NaN, which equals nothing", "write a number, or remove it"
        elif time in empty:
            problem = f"is empty at {value.at}, and gives a value then"
            help = "remove one of both"
        elif (time, labels) in seen:
            problem = f"gives two values at {value.at} for the same labels"
            help = "remove one, or add the labels that tell them apart"
        else:
            seen.add((time, labels))
            continue
        place = ("tests", index, "gives", number, "at")
        entry.report(codes.BAD_RECORD, f"{called} {problem}", *place, help=help)
