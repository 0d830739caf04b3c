"""Files of tests for what rules record: markers, declared records, and counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from typedprom_codegen import ir
from typedprom_codegen.alerting.counts import events_of
from typedprom_codegen.alerting.rule_model import WHOLE_CATALOG, CompiledCatalog, RuleGroups
from typedprom_codegen.queries.known import BUCKET_LABEL, BUCKET_SUFFIX
from typedprom_codegen.rule_tests.count_tests import CountRecord, count_test
from typedprom_codegen.rule_tests.declared_record_tests import declared_record_tests
from typedprom_codegen.rule_tests.loaded_rules import loaded_rules
from typedprom_codegen.rule_tests.marker_tests import marker_tests
from typedprom_codegen.rule_tests.objective_count_tests import objective_count_tests
from typedprom_codegen.rule_tests.pace import Pace
from typedprom_codegen.rule_tests.promtool_file import RuleTest, RuleTestFile
from typedprom_codegen.rule_tests.setting import Setting


def record_test_files(
    compiled: CompiledCatalog, setting: Setting
) -> Iterator[tuple[str, RuleTestFile]]:
    """The names and content of the files: one a rule file, and one more for each further pace."""
    records = {
        record.name: record for alert in compiled.catalog.alerts for record in _records(alert)
    }
    for file in compiled.files:
        loaded = loaded_rules(file, compiled)
        by_step: dict[int, list[RuleTest]] = {}
        for pace, test in _tests(file, records, setting):
            by_step.setdefault(pace.step, []).append(test)
        for number, (step, tests) in enumerate(by_step.items()):
            name = f"{file.stem}.{number + 1}" if number else file.stem
            yield name, loaded.tested(step, tests)


def _tests(
    file: RuleGroups, records: dict[str, CountRecord], setting: Setting
) -> Iterator[tuple[Pace, RuleTest]]:
    names = [rule.name for group in file.groups for rule in group.rules]
    if setting.births.watched in names:
        yield from marker_tests(setting.births)
    for name in names:
        if name in records:
            yield count_test(records[name], setting.within(records[name].window))
    for slo in _slos(file, setting):
        yield from objective_count_tests(slo, setting)
    for record in setting.catalog.records:
        if (record.component or WHOLE_CATALOG) == file.stem:
            yield from declared_record_tests(record)


def _slos(file: RuleGroups, setting: Setting) -> Iterator[ir.Slo]:
    """The objectives of a file."""
    for slo in setting.catalog.slos:
        if (slo.component or WHOLE_CATALOG) == file.stem:
            yield slo


def _records(alert: ir.Alert) -> Iterator[CountRecord]:
    """The counts that an alert uses."""
    by = alert.by
    match alert.form:
        case ir.AnyForm() as form:
            yield from _counts([form.selected], by, form.over)
        case ir.RatioForm() as form:
            yield from _counts([*form.bad, *form.good, *form.whole], by, form.over)
        case ir.SilentForm() as form:
            yield from _counts([form.selected, *([form.busy] if form.busy else [])], by, form.over)
        case ir.FewerForm() as form:
            yield from _counts([form.selected, *form.of], by, form.over)
        case ir.QuantileForm() as form:
            yield from _counts([form.selected], by, form.over)
            buckets = form.selected.metric.name + BUCKET_SUFFIX
            level = (*_level(form.selected, by), BUCKET_LABEL)
            yield CountRecord(form.selected, buckets, level, form.over)
        case _:
            return


def _counts(
    selected: Iterable[ir.SelectedSeries], by: tuple[str, ...], window: int
) -> Iterator[CountRecord]:
    for each in selected:
        yield CountRecord(each, events_of(each), _level(each, by), window)


def _level(selected: ir.SelectedSeries, by: tuple[str, ...]) -> tuple[str, ...]:
    """The labels that alerts tell apart, and those by which they filter."""
    chosen = (each.label for each in (*selected.where, *selected.unless))
    return tuple(dict.fromkeys((*by, *chosen)))
