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
    groups = [group for each in files for group in each.groups]
    return LoadedRules([each.stem for each in files], list(_in_order(groups)))


def _needed(stems: set[str], compiled: CompiledCatalog) -> set[str]:
    """The stems of some files, and of those that record what these read, however indirectly."""
    reading = [group for each in compiled.files if each.stem in stems for group in each.groups]
    read = [selector for group in reading for selector in _selectors(group)]
    more = {
        each.stem
        for each in compiled.files
        if each.stem not in stems and any(_records(group, read) for group in each.groups)
    }
    return _needed(stems | more, compiled) if more else stems


def _in_order(groups: Sequence[RuleGroup]) -> Iterator[str]:
    """The names of groups, each after those that record what it reads."""
    seen = set[str]()
    for group in groups:
        yield from _after_read(group, groups, seen)


def _after_read(group: RuleGroup, groups: Sequence[RuleGroup], seen: set[str]) -> Iterator[str]:
    """The name of a group after those that record what it reads, without those that were seen."""
    if group.name in seen:
        return
    seen.add(group.name)
    read = list(_selectors(group))
    for other in groups:
        if _records(other, read):
            yield from _after_read(other, groups, seen)
    yield group.name


def _selectors(group: RuleGroup) -> Iterator[Selector]:
    for rule in group.rules:
        yield from parse(rule.expr).all(Selector)


def _records(group: RuleGroup, read: Sequence[Selector]) -> bool:
    """Whether a group records what one of these selects."""
    return any(
        _selects(selector, rule)
        for rule in group.rules
        if isinstance(rule, RecordingRule)
        for selector in read
    )


def _selects(selector: Selector, rule: RecordingRule) -> bool:
    labels = dict(rule.labels)
    return selector.name == rule.name and all(
        matcher.value == labels.get(matcher.label.name, matcher.value)
        for matcher in selector.matchers
        if matcher.operator == "="
    )
