"""The golden cases: their folders, the lint rules they name, and their diagnostics."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.catalogs import rules_of
from typedprom_codegen import pipeline, render
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.config import OWN_FILE, Config, read
from typedprom_codegen.diagnostics import Diagnostic, Diagnostics
from typedprom_codegen.excerpt import SourceLines
from typedprom_codegen.lint.baseline import Baseline
from typedprom_codegen.lint.rules_in_use import Rules
from typedprom_codegen.sources.query_files import named_files

CASES = sorted(file.parent for file in Path(__file__).parent.glob("*/*.toml"))
STDERR = "stderr.txt"
BASELINE = "baseline.json"


def rules_for(case: Path) -> Rules:
    """Return the rules that a case names."""
    comment = re.search(r"^# lint: (.*)$", (case / OWN_FILE).read_text("utf-8"), re.MULTILINE)
    return rules_of(*comment[1].split(", ")) if comment else Rules()


def diagnostics_of(case: Path) -> str:
    """Return the diagnostics of a case as text."""
    found = Diagnostics()
    config = read(case, found)
    if config is not None:
        compiled = pipeline.linted(config, rules_for(case), found)
        found.extend(diagnostics_of_files(case, config, compiled))
    return render.text(list(found), SourceLines(case))


def diagnostics_of_files(case: Path, config: Config, compiled: CompiledCatalog) -> list[Diagnostic]:
    """Return those about the folders `dashboards` and `rules` of a case, if it has them."""
    folders = [[name] if (case / name).is_dir() else [] for name in ("dashboards", "rules")]
    files = named_files(case, *folders)
    found = Diagnostics()
    pipeline.check_files(files, compiled, config, rules_for(case), found)
    if not (case / BASELINE).exists():
        return list(found)
    baseline = Baseline.parsed(BASELINE, text_of(case / BASELINE))
    return [*baseline.without(found), *baseline.stale(found, files.was_read)]


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
