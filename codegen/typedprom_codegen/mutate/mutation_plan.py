"""Which groups of tests are run for each rule, those first that are likely to notice a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from typedprom_codegen.mutate.mutable_rules import MutableFile, MutableRule
from typedprom_codegen.mutate.reduced_groups import ReducedGroup
from typedprom_codegen.mutate.unit_tests import UnitTestCase, UnitTestFile, UnitTestGroup
from typedprom_codegen.mutate.visible_rules import VisibleRules


@dataclass(frozen=True, slots=True)
class MutationPlan:
    """The reduced groups of tests that see each mutated rule, and those that see none of them."""

    groups_of: dict[MutableRule, list[ReducedGroup]]
    others: list[ReducedGroup]

    def all_groups(self) -> list[ReducedGroup]:
        """Each group once."""
        of_rules = (group for groups in self.groups_of.values() for group in groups)
        return list(dict.fromkeys((*self.others, *of_rules)))

    def without(self, broken: Collection[ReducedGroup]) -> MutationPlan:
        """The plan without some groups."""
        left = {
            rule: [group for group in groups if group not in broken]
            for rule, groups in self.groups_of.items()
        }
        return MutationPlan(left, self.others)


def mutation_plan(
    tests: Sequence[UnitTestFile],
    files: Mapping[str, MutableFile],
    mutated: Iterable[MutableRule],
) -> MutationPlan:
    """The plan for some rules of the files, which are given by their real paths."""
    plan = MutationPlan({rule: [] for rule in mutated}, [])
    for test in tests:
        loaded = [files[path] for path in test.rule_files if path in files]
        visible = VisibleRules([rule for file in loaded for rule in file.rules])
        for group in test.groups:
            _add_groups(group, visible, plan)
    for rule, groups in plan.groups_of.items():
        groups.sort(key=lambda group: (not group.names(rule), not group.expects, group.cost))
    return plan


def _add_groups(group: UnitTestGroup, visible: VisibleRules, plan: MutationPlan) -> None:
    """Reduce a group to the cases that see each rule, once for all rules with the same cases."""
    cases_of: dict[MutableRule, list[UnitTestCase]] = {}
    left: list[UnitTestCase] = []
    for case in group.cases:
        mutated = [rule for rule in visible.seen_by(case) if rule in plan.groups_of]
        for rule in mutated:
            cases_of.setdefault(rule, []).append(case)
        if not mutated:
            left.append(case)
    made: dict[tuple[UnitTestCase, ...], ReducedGroup] = {}
    for rule, some in cases_of.items():
        cases = tuple(some)
        if cases not in made:
            made[cases] = _reduced(group, cases, visible)
        plan.groups_of[rule].append(made[cases])
    if left or not group.cases:
        plan.others.append(_reduced(group, tuple(left), visible))


def _reduced(
    group: UnitTestGroup, cases: tuple[UnitTestCase, ...], visible: VisibleRules
) -> ReducedGroup:
    needed = visible.in_order(map(visible.seen_by, cases))
    return ReducedGroup(group, cases, tuple(needed))
