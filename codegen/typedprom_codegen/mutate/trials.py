"""Trials of mutants: a group of tests that is run with a mutant, alone or with others at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from typedprom_codegen.mutate.mutant import Mutant
from typedprom_codegen.mutate.reduced_groups import ReducedGroup
from typedprom_codegen.mutate.variants import Variant, end_of, suffix_of, write_variants

_MOST_VARIANTS: Final = 32
"""Variants of one test file."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A group of tests that is run with a mutant; or without, to see that it passes."""

    number: int
    group: ReducedGroup
    mutant: Mutant | None
    variant: Variant | None  # with the mutant; None: the trial has a file of its own


class TrialFile(NamedTuple):
    """Trials that are run as one test file: variants of a group, or a single trial."""

    trials: Sequence[Trial]

    @property
    def number(self) -> int:
        """That of its first trial: no other file has it."""
        return self.trials[0].number

    def write(self, folder: Path) -> None:
        """Write it to a new folder."""
        group, mutant = self.trials[0].group, self.trials[0].mutant
        variants = [t.variant.numbered(t.number) for t in self.trials if t.variant is not None]
        if variants:
            write_variants(folder, group, variants, end_of(self.number))
        else:
            group.write(folder, mutant)

    def results(self, *, passes: bool, named: Collection[str]) -> dict[Trial, bool]:
        """Whether each trial passes; without those for which that cannot be told.

        Of several, promtool names those that fail and then the end. Without the end it has
        evaluated a part only: what it names fails, and others may.
        """
        if self.trials[0].variant is None:
            return dict.fromkeys(self.trials, passes)
        fails = {trial: suffix_of(trial.number) in named for trial in self.trials}
        is_at_end = end_of(self.number) in named
        return {trial: not fail for trial, fail in fails.items() if fail or is_at_end}


def files_of(trials: Iterable[Trial]) -> list[TrialFile]:
    """The test files of trials, those of one group in as few as possible."""
    of_group: dict[ReducedGroup, list[Trial]] = {}
    files: list[TrialFile] = []
    for trial in trials:
        if trial.variant is None:
            files.append(TrialFile([trial]))
        else:
            of_group.setdefault(trial.group, []).append(trial)
    for some in of_group.values():
        number = -(-len(some) // _MOST_VARIANTS)
        files += [TrialFile(some[first::number]) for first in range(number)]
    return files
