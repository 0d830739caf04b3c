"""Which copies of tests are run for each rule, those first that are likely to notice a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from typedprom_codegen.mutate.copies import TestCopy, test_copy
from typedprom_codegen.mutate.mutable_rules import MutableFile, MutableRule
from typedprom_codegen.mutate.promtool_tests import TestedCase, TestedFile, TestedGroup
from typedprom_codegen.mutate.visible_rules import VisibleRules

TestPlan = dict[MutableRule, list[TestCopy]]
"""The copies of tests that concern each rule."""


def test_plan(tests: Sequence[TestedFile], files: Mapping[str, MutableFile]) -> TestPlan:
    """The copies for all rules of the files, by their real paths."""
    plan: TestPlan = {rule: [] for file in files.values() for rule in file.rules}
    for test in tests:
        loaded = [files[path] for path in test.rule_files if path in files]
        visible = VisibleRules([rule for file in loaded for rule in file.rules])
        for group in test.groups:
            for rule, copy in _copies(group, visible):
                plan[rule].append(copy)
    for copies in plan.values():
        copies.sort(key=lambda copy: (not copy.expects, copy.cost))
    return plan


def _copies(group: TestedGroup, visible: VisibleRules) -> list[tuple[MutableRule, TestCopy]]:
    """The copies of a group, one for each rule that one of its cases sees."""
    cases_of: dict[MutableRule, list[TestedCase]] = {}
    for case in group.cases:
        for rule in visible.seen_by(case):
            cases_of.setdefault(rule, []).append(case)
    made: dict[tuple[MutableFile, frozenset[TestedCase]], TestCopy] = {}
    found: list[tuple[MutableRule, TestCopy]] = []
    for rule, cases in cases_of.items():
        key = (rule.file, frozenset(cases))
        if key not in made:
            needed = visible.in_order(map(visible.seen_by, cases))
            made[key] = test_copy(rule, group, cases, needed)
        found.append((rule, made[key]))
    return found
