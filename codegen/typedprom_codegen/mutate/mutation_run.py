"""Runs the tests that see each mutant until one of them fails, many mutants at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from itertools import count, islice
from pathlib import Path
from typing import Final

from typedprom_codegen.mutate.mutable_rules import MutableRule
from typedprom_codegen.mutate.mutant import Mutant
from typedprom_codegen.mutate.mutation_plan import MutationPlan
from typedprom_codegen.mutate.promtool import Promtool
from typedprom_codegen.mutate.reduced_groups import TEST_FILE, ReducedGroup
from typedprom_codegen.mutate.trials import Trial, TrialFile, files_of
from typedprom_codegen.mutate.variants import Variant, names_in, variant

_AT_ONCE: Final = 2000
"""Test files that are on the disk at once."""


class Verdict(Enum):
    """What the tests say of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    NOT_TESTED = "not tested"  # no test sees its rule


class MutationRun:
    """Writes groups of tests to a folder, and runs them."""

    def __init__(self, promtool: Promtool, folder: Path) -> None:
        self._promtool = promtool
        self._folder = folder
        self._numbers = count(1)
        self._renamable: set[ReducedGroup] = set()

    def broken_groups(self, groups: Sequence[ReducedGroup]) -> list[ReducedGroup]:
        """The groups that fail with the rules as they are.

        They are run under other names first. Where they pass so, there can be variants of them.
        """
        variants = {group: variant(group, group.rules) for group in groups}
        renamed = [self._trial(group, None, each) for group, each in variants.items() if each]
        passing = {trial.group for trial, passes in self._results(renamed).items() if passes}
        self._renamable = passing
        others = [self._trial(group, None, None) for group in groups if group not in passing]
        return [trial.group for trial, passes in self._results(others).items() if not passes]

    def verdicts(self, mutants: Sequence[Mutant], plan: MutationPlan) -> dict[Mutant, Verdict]:
        """What the tests say of each mutant."""
        found = dict.fromkeys(mutants, Verdict.NOT_TESTED)
        ahead = {mutant: plan.groups_of[mutant.rule] for mutant in mutants}
        most = 1
        while ahead := {mutant: groups for mutant, groups in ahead.items() if groups}:
            some = {mutant: groups[:most] for mutant, groups in ahead.items()}
            results = self._results_of_all(self._of_mutants(some))
            killed = {trial.mutant for trial, passes in results.items() if not passes}
            for mutant in ahead:
                found[mutant] = Verdict.KILLED if mutant in killed else Verdict.SURVIVED
            ahead = {m: groups[most:] for m, groups in ahead.items() if m not in killed}
            most *= 2
        return found

    def _of_mutants(self, groups: Mapping[Mutant, Sequence[ReducedGroup]]) -> Iterator[Trial]:
        unchanged: dict[tuple[ReducedGroup, MutableRule], Variant | None] = {}
        for mutant, some in groups.items():
            for group in some:
                key = (group, mutant.rule)
                if key not in unchanged:
                    is_renamable = group in self._renamable
                    unchanged[key] = variant(group, [mutant.rule]) if is_renamable else None
                same = unchanged[key]
                yield self._trial(group, mutant, same and same.with_mutant(mutant))

    def _trial(self, group: ReducedGroup, mutant: Mutant | None, variant: Variant | None) -> Trial:
        return Trial(next(self._numbers), group, mutant, variant)

    def _results_of_all(self, trials: Iterable[Trial]) -> dict[Trial, bool]:
        """Whether each trial passes.

        Trials of which that cannot be told are run together again without those that fail, as long
        as there are any: a rule that cannot be evaluated ends the tests. Else each is run alone,
        as one may crash promtool.
        """
        found: dict[Trial, bool] = {}
        ahead = list(trials)
        while ahead:
            told = self._results(ahead)
            found |= told
            ahead = [trial for trial in ahead if trial not in told]
            groups = {trial.group for trial in told}
            ahead = [t if t.group in groups else replace(t, variant=None) for t in ahead]
        return found

    def _results(self, trials: Iterable[Trial]) -> dict[Trial, bool]:
        """Whether each trial passes; without those for which that cannot be told."""
        found: dict[Trial, bool] = {}
        waiting = iter(files_of(trials))
        while some := list(islice(waiting, _AT_ONCE)):
            found |= self._results_of(some)
        return found

    def _results_of(self, files: Sequence[TrialFile]) -> dict[Trial, bool]:
        folders = [self._folder / str(file.number) for file in files]
        for file, folder in zip(files, folders, strict=True):
            file.write(folder)
        results = self._promtool.results([f"{folder.name}/{TEST_FILE}" for folder in folders])
        named = names_in(results.words)
        found: dict[Trial, bool] = {}
        for file, folder in zip(files, folders, strict=True):
            passes = f"{folder.name}/{TEST_FILE}" in results.passing
            found |= file.results(passes=passes, named=named)
            shutil.rmtree(folder)
        return found
