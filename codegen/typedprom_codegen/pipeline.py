"""The compiler's stages, in order: load, resolve, lint, check files of others, emit, write."""

from __future__ import annotations

from dataclasses import replace

from typedprom_codegen.alerting import with_rules
from typedprom_codegen.apply import apply
from typedprom_codegen.codes.configuration import MISSING_SETTING
from typedprom_codegen.config import Config
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.file_lock import locked
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint import lint
from typedprom_codegen.lint.query_check import check_queries
from typedprom_codegen.lint.rules_in_use import Rules
from typedprom_codegen.lint.suppressions import not_suppressed
from typedprom_codegen.load import load
from typedprom_codegen.queries.known import known_series
from typedprom_codegen.queries.recorded import with_recorded
from typedprom_codegen.resolve import resolve
from typedprom_codegen.sources.catalog import recorded_queries
from typedprom_codegen.sources.query_files import FileQueries, QueryFiles, read_queries
from typedprom_codegen.write import Mode, Plan, plan


def check(config: Config, rules: Rules, found: Diagnostics) -> Catalog | None:
    """The project's catalog, or None if it has errors. All diagnostics are added to `found`."""
    catalog = linted(config, rules, found)
    return None if found.has_errors else catalog


def linted(config: Config, rules: Rules, found: Diagnostics) -> Catalog:
    """What can be read of the project's catalog. All diagnostics are added to `found`."""
    raw = load(config.catalog.path, config.project, found, config.catalog.span)
    catalog = resolve(raw, found)
    added = (*catalog.target_labels, *config.queries.target_labels)
    catalog = replace(catalog, target_labels=tuple(dict.fromkeys(added)))
    known = with_recorded(known_series(catalog, config.queries.packs()), recorded_queries(catalog))
    found.extend(lint(catalog, rules, known, config.queries.options))
    return catalog


def check_files(
    files: QueryFiles, catalog: Catalog, config: Config, rules: Rules, found: Diagnostics
) -> FileQueries:
    """The queries of dashboards and rule files; what disagrees with the catalog is in `found`."""
    queries = read_queries(files, found)
    recording = (*recorded_queries(catalog), *queries.all())
    known = with_recorded(known_series(catalog, config.queries.packs()), recording)
    wrong = check_queries(queries.all(), known, config.queries.options, rules.on_queries)
    found.extend(not_suppressed(catalog, wrong))
    return queries


def generate(config: Config, mode: Mode, rules: Rules, found: Diagnostics) -> list[Plan]:
    """The changes to the folder of each target; in mode WRITE they are made.

    If there is any error, nothing is written to any folder.
    """
    if not config.names_output:
        _report_no_target(config, found)
    with locked(config.file):  # before reading: otherwise an older catalog may be written last
        catalog = check(config, rules, found)
        if catalog is None:
            return []
        compiled = with_rules(catalog, config.queries.options)
        made = [(to.folder, list(to.target.emit(compiled, to.options))) for to in config.targets]
        plans = [plan(folder, files, found) for folder, files in made]
        if mode is Mode.WRITE and not found.has_errors:
            for each in plans:
                apply(each, found)
    return plans


def _report_no_target(config: Config, found: Diagnostics) -> None:
    help = "add a table for a target, for example `python`, with its `directory`"
    found.report(MISSING_SETTING, "no output target is configured", config.span, help=help)
