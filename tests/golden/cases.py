"""The golden cases: their folders, the lint rules they name, and their diagnostics."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.catalogs import rules_of
from typedprom_codegen import pipeline, render
from typedprom_codegen.config import OWN_FILE, read
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.excerpt import SourceLines
from typedprom_codegen.lint.rules_in_use import Rules

CASES = sorted(file.parent for file in Path(__file__).parent.glob("*/*.toml"))
STDERR = "stderr.txt"


def rules_for(case: Path) -> Rules:
    """Return the rules that a case names."""
    comment = re.search(r"^# lint: (.*)$", (case / OWN_FILE).read_text("utf-8"), re.MULTILINE)
    return rules_of(*comment[1].split(", ")) if comment else Rules()


def diagnostics_of(case: Path) -> str:
    """Return the diagnostics of a case as text."""
    found = Diagnostics()
    config = read(case, found)
    if config is not None:
        pipeline.check(config, rules_for(case), found)
    return render.text(list(found), SourceLines(case))


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
