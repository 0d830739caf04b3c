"""Tests of the records that a catalog declares: those of their author."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from typedprom_codegen.ir import Record, RecordTest
from typedprom_codegen.rule_tests.pace import MINUTE, Pace
from typedprom_codegen.rule_tests.promtool_file import (
    InputSeries,
    QueryResult,
    RuleTest,
    series_text,
)


def declared_record_tests(record: Record) -> Iterator[tuple[Pace, RuleTest]]:
    """A record's tests, with a sample a minute."""
    for test in record.tests:
        series = [InputSeries(each.series, each.values) for each in test.input]
        times = sorted({*test.empty, *(value.time for value in test.gives)})
        results = [_result(record, test, time) for time in times]
        name = f"{record.name}: {test.name}"
        yield Pace(gcd(MINUTE, *times), MINUTE), RuleTest(name, MINUTE, series, queries=results)


def _result(record: Record, test: RecordTest, time: int) -> QueryResult:
    """All that is recorded at a time."""
    values = [value for value in test.gives if value.time == time]
    series = [(series_text(record.name, dict(each.labels)), each.value) for each in values]
    return QueryResult(record.name, time, series)
