"""The lint stage: runs rules over the resolved catalog and applies suppressions."""

from __future__ import annotations

from collections.abc import Iterable

from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.rule import Rule
from typedprom_codegen.lint.suppressions import apply_suppressions


def lint(catalog: Catalog, rules: Iterable[Rule]) -> list[Diagnostic]:
    """What these rules report, without suppressed warnings, with unused suppressions."""
    checked = tuple(rules)
    found = [diagnostic for rule in checked for diagnostic in rule.check(catalog)]
    return apply_suppressions(catalog, found, {rule.code for rule in checked})
