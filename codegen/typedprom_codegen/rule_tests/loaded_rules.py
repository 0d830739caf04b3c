"""What a file of tests loads: its rules, and those that record what they read, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from typedprom_codegen.alerting.rule_model import (
    WHOLE_CATALOG,
    CompiledCatalog,
    RecordingRule,
    RuleGroup,
    RuleGroups,
)
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.rule_tests.promtool_file import RuleTest, RuleTestFile


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """Rule files by their stems, and the names of all of their groups as they are evaluated."""

    stems: Sequence[str]
    groups: Sequence[str]

    def tested(self, step: int, tests: Sequence[RuleTest]) -> RuleTestFile:
        """A file of tests of these rules, which are evaluated every `step` seconds."""
        paths = [f"../rules/{stem}.yml" for stem in self.stems]
        return RuleTestFile(paths, self.groups, step, tests)


def loaded_rules(file: RuleGroups, compiled: CompiledCatalog) -> LoadedRules:
    """A file, that of the whole catalog, which has the markers, and those that record for them.

    A count that alerts of several components use is in the file of the first.
    """
    stems = _needed({file.stem, WHOLE_CATALOG}, compiled)
    files = [each for each in compiled.files if each.stem in stems]
    return LoadedRules([each.stem for each in files], list(_in_order(files)))


def _needed(stems: set[str], compiled: CompiledCatalog) -> set[str]:
    """The stems of some files, and of those that record what these read, however indirectly."""
    loaded = [each for each in compiled.files if each.stem in stems]
    read = {name for each in loaded for group in each.groups for name in _read(group, each)}
    more = {each.stem for each in compiled.files if not read.isdisjoint(_recorded(*each.groups))}
    return stems if more <= stems else _needed(stems | more, compiled)


def _in_order(files: Sequence[RuleGroups]) -> Iterator[str]:
    """The names of all groups, each after those of other files that record what it reads."""
    read = {group.name: _read(group, each) for each in files for group in each.groups}
    recorded = {group.name: _recorded(group) for each in files for group in each.groups}
    seen = set[str]()

    def after_read(name: str) -> Iterator[str]:
        if name not in seen:
            seen.add(name)
            for other in read:
                if not read[name].isdisjoint(recorded[other]):
                    yield from after_read(other)
            yield name

    for name in read:
        yield from after_read(name)


def _read(group: RuleGroup, file: RuleGroups) -> set[str]:
    """The names of what a group reads, and its file does not record."""
    queries = (parse(rule.expr) for rule in group.rules)
    names = {each.name for query in queries for each in query.all(Selector) if each.name}
    return names - _recorded(*file.groups)


def _recorded(*groups: RuleGroup) -> set[str]:
    """The names of what groups record."""
    rules = (rule for group in groups for rule in group.rules)
    return {rule.name for rule in rules if isinstance(rule, RecordingRule)}
