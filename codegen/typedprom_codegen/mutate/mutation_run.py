"""Runs the tests of each mutant, a few copies at a time, until one of them fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Final

from typedprom_codegen.mutate.copies import TEST_FILE, TestCopy
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
    mutant: Mutant | None


class MutationRun:
    """Writes copies of tests to a folder, and runs them."""

    def __init__(self, promtool: Promtool, folder: Path) -> None:
        self._promtool = promtool
        self._folder = folder
        self._written = 0

    def broken_copies(self, plan: TestPlan) -> list[TestCopy]:
        """The copies that fail with the rules as they are."""
        copies = plan.all_copies()
        good = {run.copy for run in self._passing(_Run(copy, None) for copy in copies)}
        return [copy for copy in copies if copy not in good]

    def fates(self, mutants: Sequence[Mutant], plan: TestPlan) -> dict[Mutant, Fate]:
        """What became of each mutant."""
        found = dict.fromkeys(mutants, Fate.NOT_TESTED)
        ahead = {mutant: plan.copies_of[mutant.rule] for mutant in mutants}
        size = 1
        while ahead := {mutant: copies for mutant, copies in ahead.items() if copies}:
            killed = self._killed({mutant: copies[:size] for mutant, copies in ahead.items()})
            for mutant in ahead:
                found[mutant] = Fate.KILLED if mutant in killed else Fate.SURVIVED
            ahead = {m: copies[size:] for m, copies in ahead.items() if m not in killed}
            size *= 2
        return found

    def _killed(self, copies_of: Mapping[Mutant, Sequence[TestCopy]]) -> set[Mutant]:
        """The mutants that one of their copies notices."""
        runs = [_Run(copy, mutant) for mutant, copies in copies_of.items() for copy in copies]
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
                run.copy.write(folder, run.mutant)
                names[f"{folder.name}/{TEST_FILE}"] = run
                folders.append(folder)
            passing = self._promtool.passing([*names])
            for folder in folders:
                shutil.rmtree(folder)
            yield from (run for name, run in names.items() if name in passing)
