"""The compiler's stages, in order: load, resolve, lint, emit, write."""

from __future__ import annotations

from typedprom_codegen.apply import apply
from typedprom_codegen.codes.configuration import MISSING_SETTING
from typedprom_codegen.config import Config
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.file_lock import locked
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint import lint
from typedprom_codegen.load import load
from typedprom_codegen.resolve import resolve
from typedprom_codegen.write import Mode, Plan, plan


def check(config: Config, found: Diagnostics) -> Catalog | None:
    """The project's catalog; None where it has errors, all of which are `found`."""
    raw = load(config.catalog.path, config.project, found, config.catalog.span)
    catalog = resolve(raw, found)
    found.extend(lint(catalog))
    return None if found.has_errors else catalog


def generate(config: Config, mode: Mode, found: Diagnostics) -> list[Plan]:
    """What has to change in the folder of each target; under WRITE it is changed.

    Nothing is written, in no folder, where there is an error anywhere.
    """
    if not config.names_output:
        _report_no_target(config, found)
    with locked(config.file):  # before reading: otherwise an older catalog may be written last
        catalog = check(config, found)
        if catalog is None:
            return []
        made = [(to.folder, to.target.emit(catalog, to.options)) for to in config.targets]
        plans = [plan(folder, files, found) for folder, files in made]
        if mode is Mode.WRITE and not found.has_errors:
            for each in plans:
                apply(each, found)
    return plans


def _report_no_target(config: Config, found: Diagnostics) -> None:
    help = "add a table for one, for example `python`, with its `directory`"
    found.report(MISSING_SETTING, "no output target is configured", config.span, help=help)
