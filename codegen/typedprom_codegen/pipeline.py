"""The compiler's stages, in order: load, resolve, lint, check files of others, emit, write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from typedprom_codegen.alerting import with_rules
from typedprom_codegen.alerting.compiled_check import check_compiled, notes_on_pairs
from typedprom_codegen.alerting.increase import GATEWAY_PACK
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.alerting.rule_sources import rule_queries
from typedprom_codegen.apply import apply
from typedprom_codegen.codes.configuration import MISSING_SETTING
from typedprom_codegen.config import Config
from typedprom_codegen.diagnostics import Diagnostic, Diagnostics
from typedprom_codegen.emit.grafana.dashboards import GrafanaOptions
from typedprom_codegen.file_lock import locked
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint import lint
from typedprom_codegen.lint.query_check import check_queries
from typedprom_codegen.lint.rules_in_use import Rules
from typedprom_codegen.lint.suppressions import not_suppressed
from typedprom_codegen.load import load
from typedprom_codegen.queries.known import KnownSeries, known_series
from typedprom_codegen.queries.recorded import with_recorded
from typedprom_codegen.resolve import resolve
from typedprom_codegen.sources.catalog import recorded_queries
from typedprom_codegen.sources.query_files import FileQueries, QueryFiles, read_queries
from typedprom_codegen.sources.source_query import SourceQuery
from typedprom_codegen.write import Mode, Plan, plan


def check(config: Config, rules: Rules, found: Diagnostics) -> CompiledCatalog | None:
    """The project's catalog with its rules, or None if it has errors, which are in `found`."""
    compiled = linted(config, rules, found)
    return None if found.has_errors else compiled


def linted(config: Config, rules: Rules, found: Diagnostics) -> CompiledCatalog:
    """What can be read of the project's catalog, with rules if it has no errors.

    All diagnostics are added to `found`.
    """
    raw = load(config.catalog.path, config.project, found, config.catalog.span)
    catalog = _configured(resolve(raw, found), config)
    options = config.queries.options
    compiled = with_rules(catalog, options) if catalog.is_valid else CompiledCatalog(catalog)
    in_compiled: Iterable[Diagnostic] = ()
    if catalog.is_valid:
        found.extend(check_compiled(compiled))
        found.notes.extend(notes_on_pairs(compiled))
        known = _known(compiled, config, GATEWAY_PACK)
        in_compiled = check_queries(rule_queries(compiled), known, options, rules.on_queries)
    found.extend(lint(catalog, rules, _known(compiled, config), options, in_compiled))
    return compiled


def _configured(catalog: Catalog, config: Config) -> Catalog:
    """The catalog with what the configuration states about labels of targets and dashboards."""
    added = (*catalog.target_labels, *config.queries.target_labels)
    grafana = (to.options for to in config.targets if isinstance(to.options, GrafanaOptions))
    prefix = next((options.uid_prefix for options in grafana), "")
    return replace(
        catalog,
        target_labels=tuple(dict.fromkeys(added)),
        links=replace(catalog.links, uid_prefix=prefix),
    )


def check_files(
    files: QueryFiles, compiled: CompiledCatalog, config: Config, rules: Rules, found: Diagnostics
) -> FileQueries:
    """The queries of dashboards and rule files; what disagrees with the catalog is in `found`."""
    queries = read_queries(files, found)
    known = _known(compiled, config, recording=queries.all())
    wrong = check_queries(queries.all(), known, config.queries.options, rules.on_queries)
    found.extend(not_suppressed(compiled.catalog, wrong))
    return queries


def _known(
    compiled: CompiledCatalog, config: Config, *packs: str, recording: Iterable[SourceQuery] = ()
) -> KnownSeries:
    """The series of the catalog, of packs, and of all recording rules."""
    catalog = compiled.catalog
    own = rule_queries(compiled) if catalog.is_valid else recorded_queries(catalog)
    known = known_series(catalog, config.queries.packs(*packs))
    return with_recorded(known, (*own, *recording))


def generate(config: Config, mode: Mode, rules: Rules, found: Diagnostics) -> list[Plan]:
    """The changes to the folder of each target; in mode WRITE they are made.

    If there is any error, nothing is written to any folder.
    """
    if not config.names_output:
        _report_no_target(config, found)
    with locked(config.file):  # before reading: otherwise an older catalog may be written last
        compiled = check(config, rules, found)
        if compiled is None:
            return []
        made = [(to.folder, list(to.target.emit(compiled, to.options))) for to in config.targets]
        plans = [plan(folder, files, found) for folder, files in made]
        if mode is Mode.WRITE and not found.has_errors:
            for each in plans:
                apply(each, found)
    return plans


def _report_no_target(config: Config, found: Diagnostics) -> None:
    help = "add a table for a target, for example `python`, with its `directory`"
    found.report(MISSING_SETTING, "no output target is configured", config.span, help=help)
