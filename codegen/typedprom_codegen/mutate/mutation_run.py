"""Runs the tests of each mutant, a few copies at a time, until one of them fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Final

from typedprom_codegen.mutate.copies import TEST_FILE, TestCopy
from typedprom_codegen.mutate.mutable_rules import MutableRule
from typedprom_codegen.mutate.mutant import Mutant
from typedprom_codegen.mutate.promtool import Promtool
from typedprom_codegen.mutate.test_plan import TestPlan

_AT_ONCE: Final = 2000
"""Copies that are on the disk at once."""


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    NOT_TESTED = "not tested"  # no test sees its rule


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """One copy of tests, with a mutant; or without, to see that the copy passes."""

    copy: TestCopy
    rule: MutableRule
    mutant: Mutant | None


class MutationRun:
    """Mutants, the tests of their rules, and a folder for copies."""

    def __init__(self, promtool: Promtool, plan: TestPlan, folder: Path) -> None:
        self._promtool = promtool
        self._plan = plan
        self._folder = folder
        self._written = 0

    def leave_out_broken(self) -> None:
        """Leave out copies that fail with the rules as they are."""
        one_of_each = {copy: rule for rule, copies in self._plan.items() for copy in copies}
        runs = [_Run(copy, rule, None) for copy, rule in one_of_each.items()]
        good = {run.copy for run in self._passing(runs)}
        for rule, copies in self._plan.items():
            self._plan[rule] = [copy for copy in copies if copy in good]

    def fates(self, mutants: Sequence[Mutant]) -> dict[Mutant, Fate]:
        """What became of each mutant."""
        found = dict.fromkeys(mutants, Fate.NOT_TESTED)
        alive = [mutant for mutant in mutants if self._plan[mutant.rule]]
        found.update(dict.fromkeys(alive, Fate.SURVIVED))
        at, size = 0, 1
        while alive:
            killed = self._killed(alive, slice(at, at + size))
            found.update(dict.fromkeys(killed, Fate.KILLED))
            at, size = at + size, size * 2
            alive = [
                mutant
                for mutant in alive
                if mutant not in killed and len(self._plan[mutant.rule]) > at
            ]
        return found

    def _killed(self, mutants: Sequence[Mutant], some: slice) -> set[Mutant]:
        """The mutants that some of the copies of their rules notice."""
        runs = [
            _Run(copy, mutant.rule, mutant)
            for mutant in mutants
            for copy in self._plan[mutant.rule][some]
        ]
        passing = set(self._passing(runs))
        return {run.mutant for run in runs if run.mutant is not None and run not in passing}

    def _passing(self, runs: Iterable[_Run]) -> Iterable[_Run]:
        """The runs whose tests pass."""
        waiting = iter(runs)
        while some := list(islice(waiting, _AT_ONCE)):
            names: dict[str, _Run] = {}
            folders: list[Path] = []
            for run in some:
                self._written += 1
                folder = self._folder / str(self._written)
                run.copy.write(folder, run.rule, run.mutant)
                names[f"{folder.name}/{TEST_FILE}"] = run
                folders.append(folder)
            passing = self._promtool.passing([*names])
            for folder in folders:
                shutil.rmtree(folder)
            yield from (run for name, run in names.items() if name in passing)
