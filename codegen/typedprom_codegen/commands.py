"""The commands: each returns its exit code and what it prints."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from typedprom_codegen import pipeline, render, report
from typedprom_codegen.config import NoProjectError, read
from typedprom_codegen.diagnostics import Code, Diagnostics
from typedprom_codegen.excerpt import SourceLines, printable
from typedprom_codegen.lint.baseline import BaselineError, read_baseline, write_baseline
from typedprom_codegen.lint.code_index import all_codes
from typedprom_codegen.lint.rules_in_use import every_rule
from typedprom_codegen.load.schema import schema_text
from typedprom_codegen.message_parts import did_you_mean
from typedprom_codegen.mutate.mutation import (
    MutationRequest,
    TestsFailError,
    mutation_report,
)
from typedprom_codegen.mutate.promtool import PromtoolError, found_promtool
from typedprom_codegen.sources.file_patterns import PatternError, found_files
from typedprom_codegen.sources.query_documents import SUFFIXES
from typedprom_codegen.sources.query_files import named_files
from typedprom_codegen.totals import count, totals
from typedprom_codegen.write import Mode, Plan


class Format(Enum):
    """How diagnostics are printed."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a command. Exit code 0: no errors, 1: errors or drift, 2: wrong arguments."""

    exit: int
    stdout: str = ""
    stderr: str = ""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What `check` is asked. Paths and patterns are relative to the project."""

    style: Format = Format.TEXT
    strict: bool = False  # warnings fail too
    dashboards: tuple[str, ...] = ()  # patterns
    rules: tuple[str, ...] = ()  # patterns
    baseline: str | None = None
    write_baseline: str | None = None


def check(project: Path, options: CheckOptions) -> Outcome:
    """Check the configuration and the catalog, and the files that are named against it."""
    found = Diagnostics()
    try:
        config = read(project, found)
        if config is None:
            return _checked(project, options, found, "")
        files = named_files(config.project, options.dashboards, options.rules)
        baseline = read_baseline(config.project, options.baseline)
    except (NoProjectError, PatternError, BaselineError) as error:
        return _usage_error(str(error))
    is_configured = not found.has_errors
    compiled = pipeline.linted(config, every_rule(), found)
    if not is_configured:  # a pack or a label of the target that is missing would be reported
        return _checked(project, options, found, "")
    in_files = Diagnostics()
    queries = pipeline.check_files(files, compiled, config, every_rule(), in_files)
    if options.write_baseline is not None and not found.has_errors:
        return _written(config.project, options, found, in_files)
    left = list(in_files) if baseline is None else baseline.without(in_files)
    hidden = len(list(in_files)) - len(left)
    found.extend(left)
    if baseline is not None:
        found.extend(baseline.stale(in_files, files.was_read))
    return _checked(project, options, found, totals(compiled.catalog, queries, hidden))


def _checked(project: Path, options: CheckOptions, found: Diagnostics, summary: str) -> Outcome:
    """The outcome of a check; the summary is printed if there are no errors."""
    exit = int(found.has_errors or (options.strict and found.has_warnings))
    if options.style is Format.JSON:
        return Outcome(exit, stdout=render.to_json(list(found)))
    stdout = "" if found.has_errors else summary
    return Outcome(exit, stdout, _diagnostics(project, found) + _notes(found))


def _written(
    root: Path, options: CheckOptions, found: Diagnostics, in_files: Diagnostics
) -> Outcome:
    """The outcome of writing the findings in files to a baseline instead of printing them."""
    name = options.write_baseline or ""
    try:
        write_baseline(root, name, in_files)
    except BaselineError as error:
        return _usage_error(str(error))
    summary = f"{name}: {count(len(list(in_files)), 'finding')}"
    return _checked(root, options, found, _lines([summary]))


_LONGEST_TIMEOUT: Final = 100_000  # seconds


@dataclass(frozen=True, slots=True)
class MutateOptions:
    """What `mutate` is asked. Paths and patterns are relative to the project."""

    rules: tuple[str, ...]  # patterns
    tests: tuple[str, ...]  # patterns
    style: Format = Format.TEXT
    accept: str | None = None
    promtool: str | None = None  # None: the one on the PATH
    timeout: float = 60  # seconds
    features: tuple[str, ...] = ()  # feature flags of Prometheus


def mutate(project: Path, options: MutateOptions) -> Outcome:
    """Mutate rules and run their tests. This works without a configuration."""
    if not _is_folder(project):
        return _no_folder(project)
    if not 0 < options.timeout < _LONGEST_TIMEOUT:
        return _usage_error(f"`--timeout` must be more than 0 and less than {_LONGEST_TIMEOUT}")
    found = Diagnostics()
    try:
        request = MutationRequest(
            project=project,
            rules=found_files(project, options.rules, "--rules", SUFFIXES),
            tests=found_files(project, options.tests, "--tests", SUFFIXES),
            accept=options.accept,
            promtool=found_promtool(options.promtool),
            timeout=options.timeout,
            features=options.features,
        )
        report = mutation_report(request, found)
    except (PatternError, PromtoolError) as error:
        return _usage_error(str(error))
    except TestsFailError as failure:
        words = "".join(f"{line}\n" for line in map(printable, failure.words.splitlines()))
        return Outcome(1, stderr=_diagnostics(project, found) + words)
    stderr = _diagnostics(project, found)
    if report is None:
        return Outcome(1, stderr=stderr)
    is_text = options.style is Format.TEXT
    stdout = report.text(SourceLines(project)) if is_text else report.json()
    return Outcome(0 if report.is_complete else 1, stdout, stderr)


def generate(project: Path, mode: Mode) -> Outcome:
    """Compile the catalog into the folders of its targets, or list what is out of date there."""
    found = Diagnostics()
    try:
        config = read(project, found)
    except NoProjectError as error:
        return _usage_error(str(error))
    plans = pipeline.generate(config, mode, every_rule(), found) if config else []
    stderr = _diagnostics(project, found)
    if found.has_errors:
        return Outcome(1, stderr=stderr)
    match mode:
        case Mode.WRITE:
            edits = (line for plan in plans for line in report.edits(plan))
            notes = _notes(found) + _lines(edits)
            return Outcome(0, _lines(map(report.totals, plans)), stderr + notes)
        case Mode.CHECK:
            return _drift(plans, stderr, f"typedprom generate{_option(project)}")
        case Mode.DIFF:
            diff = "".join(line for plan in plans for line in report.diff(plan))
            return Outcome(1 if diff else 0, diff, stderr)


def schema(project: Path) -> Outcome:
    """The JSON Schema of catalog files. This works without a configuration."""
    return Outcome(0, schema_text()) if _is_folder(project) else _no_folder(project)


def explain(project: Path, code: str | None) -> Outcome:
    """The page of a diagnostic, by code or name, in any case; without one, the list of all.

    This works without a configuration.
    """
    if not _is_folder(project):
        return _no_folder(project)
    if code is None:
        return Outcome(0, "".join(f"{_title(known)}\n" for known in all_codes().values()))
    pages = {word: known for known in all_codes().values() for word in (known.id, known.name)}
    found = pages.get(code.upper()) or pages.get(code.lower())
    if found is None:
        near = did_you_mean(code.upper(), pages) or did_you_mean(code.lower(), pages)
        return _usage_error(
            f"unknown diagnostic `{code}`{near}; `typedprom explain` lists all of them"
        )
    return Outcome(0, f"{_title(found)}\n\n{found.page}")


def _title(code: Code) -> str:
    return f"{code.id} {code.name} ({code.severity.value})"


def _drift(plans: list[Plan], stderr: str, command: str) -> Outcome:
    files = [line for plan in plans for line in report.listing(plan)]
    if not files:
        return Outcome(0, _lines(map(report.totals, plans)), stderr)
    these = "this file is" if len(files) == 1 else f"these {len(files)} files are"
    return Outcome(1, _lines([*files, f"{these} not up to date: run `{command}`"]), stderr)


def _diagnostics(project: Path, found: Diagnostics) -> str:
    return render.text(list(found), SourceLines(project))


def _notes(found: Diagnostics) -> str:
    return "" if found.has_errors else _lines(found.notes)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{printable(line)}\n" for line in lines)


def _option(project: Path) -> str:
    return "" if project == Path() else f" --project {shlex.quote(str(project))}"


def _is_folder(project: Path) -> bool:
    """Whether a folder that was named is one; the current one may be gone, or not readable."""
    return project == Path() or os.path.isdir(project)  # noqa: PTH112 - raises nothing


def _no_folder(project: Path) -> Outcome:
    return _usage_error(f"folder {project} does not exist")


def _usage_error(message: str) -> Outcome:
    return Outcome(2, stderr=f"typedprom: error: {printable(message)}\n")
