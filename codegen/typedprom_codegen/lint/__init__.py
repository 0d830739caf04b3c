"""The lint stage: every module in `rules/` is a rule, discovered, run over the resolved catalog."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from typedprom_codegen.diagnostics import Code, Diagnostic
from typedprom_codegen.faults import defined_in
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint import rules as _rules
from typedprom_codegen.lint.suppressions import apply_suppressions


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a module under `rules/` that defines `RULE`. `check` is pure.

    A finding about one metric names it (`Diagnostic.metric`), so that the metric can suppress it.
    """

    code: Code
    check: Callable[[Catalog], Iterable[Diagnostic]]


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, by code."""
    modules = (
        importlib.import_module(f"{_rules.__name__}.{module.name}")
        for module in pkgutil.iter_modules(_rules.__path__)
    )
    found = [defined_in(module, "RULE", Rule, "a lint rule") for module in modules]
    return tuple(sorted(found, key=lambda rule: rule.code.id))


def lint(catalog: Catalog) -> list[Diagnostic]:
    """What all rules find, without what the metrics suppress, with what they suppress in vain."""
    found = [diagnostic for rule in rules() for diagnostic in rule.check(catalog)]
    return apply_suppressions(catalog, found)
