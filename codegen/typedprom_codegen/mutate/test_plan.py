"""Which copies of tests are run for each rule, those first that are likely to notice a change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from typedprom_codegen.mutate.copies import TestCopy, test_copy
from typedprom_codegen.mutate.mutable_rules import MutableFile, MutableRule
from typedprom_codegen.mutate.promtool_tests import TestedCase, TestedFile, TestedGroup
from typedprom_codegen.mutate.visible_rules import VisibleRules


@dataclass(frozen=True, slots=True)
class TestPlan:
    """The copies of tests that see each rule, and a copy of each whole group."""

    copies_of: dict[MutableRule, list[TestCopy]]
    whole_groups: list[TestCopy]

    def all_copies(self) -> list[TestCopy]:
        """Each copy once."""
        of_rules = (copy for copies in self.copies_of.values() for copy in copies)
        return list(dict.fromkeys((*self.whole_groups, *of_rules)))

    def without(self, broken: Collection[TestCopy]) -> TestPlan:
        """The plan without some copies."""
        left = {
            rule: [copy for copy in copies if copy not in broken]
            for rule, copies in self.copies_of.items()
        }
        return TestPlan(left, self.whole_groups)


def test_plan(tests: Sequence[TestedFile], files: Mapping[str, MutableFile]) -> TestPlan:
    """The copies for all rules of the files, which are given by their real paths."""
    plan = TestPlan({rule: [] for file in files.values() for rule in file.rules}, [])
    for test in tests:
        loaded = [files[path] for path in test.rule_files if path in files]
        visible = VisibleRules([rule for file in loaded for rule in file.rules])
        for group in test.groups:
            _add_copies(group, visible, plan)
    for copies in plan.copies_of.values():
        copies.sort(key=lambda copy: (not copy.expects, copy.cost))
    return plan


def _add_copies(group: TestedGroup, visible: VisibleRules, plan: TestPlan) -> None:
    """Add a copy of the group, and one for the rules that the same of its cases see."""
    cases_of: dict[MutableRule, list[TestedCase]] = {}
    for case in group.cases:
        for rule in visible.seen_by(case):
            cases_of.setdefault(rule, []).append(case)
    made: dict[tuple[TestedCase, ...], TestCopy] = {}
    for cases in (group.cases, *map(tuple, cases_of.values())):
        if cases not in made:
            needed = visible.in_order(map(visible.seen_by, cases))
            made[cases] = test_copy(group, cases, needed)
    plan.whole_groups.append(made[group.cases])
    for rule, some in cases_of.items():
        plan.copies_of[rule].append(made[tuple(some)])
