"""The stages of `typedprom mutate`: read the files, run the tests, mutate, run them again."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from typedprom_codegen.codes.mutated_rules import (
    FAILING_TESTS,
    RULES_WITHOUT_TESTS,
    UNUSABLE_TESTS,
)
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.mutate.acceptance import accepted, read_acceptances
from typedprom_codegen.mutate.mutable_rules import MutableFile, rule_file
from typedprom_codegen.mutate.mutation_plan import MutationPlan, mutation_plan
from typedprom_codegen.mutate.mutation_report import MutationReport
from typedprom_codegen.mutate.mutation_run import MutationRun, Verdict
from typedprom_codegen.mutate.promtool import Promtool
from typedprom_codegen.mutate.reduced_groups import ReducedGroup
from typedprom_codegen.mutate.rule_mutants import mutants_of
from typedprom_codegen.mutate.unit_tests import UnitTestFile, files_named, tests_file
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.totals import count

_IN_MEMORY: Final = "/dev/shm"  # noqa: S108 - with a folder of our own in it
_ROOM: Final = 1 << 30  # bytes
_BLOCKS_FROM: Final = 36 * 3600.0
"""Seconds of samples from which on promtool makes blocks of them, of half a gigabyte each."""


@dataclass(frozen=True, slots=True)
class MutationRequest:
    """Which rules are mutated, and how."""

    project: Path
    rules: Sequence[FoundFile]
    tests: Sequence[FoundFile]
    accept: str | None  # a file, relative to the project
    promtool: str
    timeout: float  # seconds
    features: tuple[str, ...] = ()  # feature flags of Prometheus


class TestsFailError(Exception):
    """Tests fail before anything is changed, which was reported."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words  # promtool's


def mutation_report(request: MutationRequest, found: Diagnostics) -> MutationReport | None:
    """What tests notice; None if the files cannot be read. Raises TestsFailError, PromtoolError."""
    tests = [read for file in request.tests if (read := tests_file(file, found)) is not None]
    read_rules = [rule_file(file, found) for file in request.rules]
    mutated = {file.path: file for file in read_rules if file is not None}
    entries = read_acceptances(request.project, request.accept, found)
    files = mutated | _companions(request.project, tests, mutated, found)
    _report_untested(list(mutated.values()), tests, found)
    if found.has_errors:
        return None
    rules = [rule for file in mutated.values() for rule in file.rules]
    plan = mutation_plan(tests, files, rules)
    with _folder_for_tests(plan) as folder:
        promtool = Promtool(request.promtool, Path(folder), request.timeout, request.features)
        run = MutationRun(promtool, Path(folder))
        broken = run.broken_groups(plan.all_groups())
        suspects = dict.fromkeys(each.group.file for each in broken)
        _check_unchanged(promtool, suspects if promtool.accepts([*files]) else tests, found)
        _report_unusable(broken, found)
        mutants = [mutant for rule in rules for mutant in mutants_of(rule)]
        verdicts = run.verdicts(mutants, plan.without(broken))
    survivors = [mutant for mutant, said in verdicts.items() if said is not Verdict.KILLED]
    return MutationReport(rules, verdicts, accepted(survivors, entries, found))


def _folder_for_tests(plan: MutationPlan) -> tempfile.TemporaryDirectory[str]:
    """In memory if there is room for promtool's databases: long ones reserve too much."""
    has_room = Path(_IN_MEMORY).is_dir() and shutil.disk_usage(_IN_MEMORY).free > _ROOM
    in_memory = has_room and all(each.seconds < _BLOCKS_FROM for each in plan.all_groups())
    shared = _IN_MEMORY if in_memory else None
    return tempfile.TemporaryDirectory(prefix="typedprom-mutate-", dir=shared)


def _companions(
    project: Path,
    tests: Sequence[UnitTestFile],
    mutated: dict[str, MutableFile],
    found: Diagnostics,
) -> dict[str, MutableFile]:
    """The rule files that tests name and that are not mutated."""
    root = os.path.realpath(project)
    others: dict[str, MutableFile] = {}
    for path in files_named(tests):
        if path not in mutated:
            is_inside = path.startswith(f"{root}{os.sep}")
            shown = os.path.relpath(path, root) if is_inside else path
            read = rule_file(FoundFile(shown, Path(path)), found)
            others |= {path: read} if read is not None else {}
    return others


def _report_untested(
    files: Sequence[MutableFile], tests: Sequence[UnitTestFile], found: Diagnostics
) -> None:
    named = {*files_named(tests)}
    for file in files:
        if file.path not in named:
            found.report(
                RULES_WITHOUT_TESTS,
                f"no test file names `{file.shown}`",
                Span(file.shown, 1, 1, 1, 2),
                help="name its test files with `--tests`, or list it in their `rule_files`",
            )


def _check_unchanged(promtool: Promtool, tests: Iterable[UnitTestFile], found: Diagnostics) -> None:
    """Run test files as they are, and report those that fail."""
    words = {file: text for file in tests if (text := promtool.words(file.path))}
    for file in words:
        message = f"the tests of `{file.shown}` fail before anything is changed"
        found.report(FAILING_TESTS, message, file.start, help="fix the rules or the tests first")
    if words:
        raise TestsFailError("".join(words.values()))


def _report_unusable(broken: Iterable[ReducedGroup], found: Diagnostics) -> None:
    for file, number in Counter(each.group.file for each in broken).items():
        what = count(number, "reduced group")
        message = f"{what} of tests fail, though `{file.shown}` passes: left out"
        found.report(UNUSABLE_TESTS, message, file.start, help="report it, with the files")
